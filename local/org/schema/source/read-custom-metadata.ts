import type { CustomMetadataRecord } from '../metadata.ts';
import type { ObjectSchema } from '../schema.ts';
import type { FindObject } from './check-parts.ts';
import { type Element, SourceProblem } from './element.ts';

const parts: ReadonlySet<string> = new Set([
  'description',
  'fullName',
  'label',
  'protected',
  'values',
]);

/** @param name the file's: `Plan.Basic` for the record Basic of `Plan__mdt` */
export function readCustomMetadata(element: Element, name: string): CustomMetadataRecord {
  element.allow(parts);
  const [, type, developerName] = /^(\w+)\.([A-Za-z]\w{0,39})$/.exec(name) ?? [];
  if (type === undefined || developerName === undefined)
    throw new SourceProblem(`not a custom metadata record's name (Type.Record): ${name}`);
  return {
    object: `${type.replace(/__mdt$/, '')}__mdt`,
    developerName,
    label: element.require('label'),
    values: new Map(
      element
        .children('values')
        .map((value) => [value.require('field'), value.value('value') ?? null] as const),
    ),
  };
}

/** @throws SourceProblem */
export function checkCustomMetadata(find: FindObject, record: CustomMetadataRecord): void {
  const object: ObjectSchema | undefined = find(record.object);
  if (object?.kind !== 'customMetadata')
    throw new SourceProblem(`no custom metadata type named ${record.object} found`);
  for (const field of record.values.keys()) {
    if (object.fields.get(field.toLowerCase())?.custom !== true)
      throw new SourceProblem(`no field named ${object.name}.${field} found`);
  }
}
