import type { RecordTypeSource } from '../metadata.ts';
import { type Element, SourceProblem } from './element.ts';

/** What pages show of a record type (values of its picklists, its business process) restricts no API and no Apex. */
const parts: ReadonlySet<string> = new Set([
  'active',
  'businessProcess',
  'compactLayoutAssignment',
  'description',
  'fullName',
  'label',
  'picklistValues',
]);

/** @param object API name @param name the file's */
export function readRecordType(element: Element, object: string, name: string): RecordTypeSource {
  element.allow(parts);
  if (!/^[A-Za-z]\w{0,79}$/.test(name))
    throw new SourceProblem(`not a record type's name: ${name}`);
  return {
    object,
    developerName: name,
    label: element.require('label'),
    description: element.value('description'),
    active: element.flag('active'),
  };
}
