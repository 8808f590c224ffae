import type { FieldSetSchema } from '../schema.ts';
import { type Element, SourceProblem } from './element.ts';

const parts: ReadonlySet<string> = new Set([
  'availableFields',
  'description',
  'displayedFields',
  'fullName',
  'label',
]);

/** Fields that a page could show besides are of no use to Apex. @param name the file's */
export function readFieldSet(element: Element, name: string): FieldSetSchema {
  element.allow(parts);
  if (!/^[A-Za-z]\w{0,39}$/.test(name)) throw new SourceProblem(`not a field set's name: ${name}`);
  const description = element.value('description');
  return {
    name,
    label: element.require('label'),
    ...(description === undefined ? {} : { description }),
    fields: element.children('displayedFields').map((field) => ({
      path: field.require('field'),
      required: field.flag('isRequired'),
    })),
  };
}
