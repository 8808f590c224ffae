import type { CatalogueAnswer, ConditionsAnswer } from '../answers.ts';

/** Synced fields by object. */
export type FieldLists = Readonly<Record<string, readonly string[]>>;
export type CatalogueField = CatalogueAnswer['objects'][string]['fields'][number];

/** The lists in force. */
export function listsOf({ objects }: ConditionsAnswer): FieldLists {
  return objects ?? {};
}

/** Listed fields that nobody declared to read, and that no record is told apart by. */
export function unusedFields(lists: FieldLists, { objects }: CatalogueAnswer): FieldLists {
  const unused = Object.entries(lists).map(([object, names]) => {
    const fields = new Map(objects[object]?.fields.map((field) => [field.name, field]));
    return [object, names.filter((name) => lockOf(fields.get(name)) === undefined)] as const;
  });
  return Object.fromEntries(unused);
}

/** Why a field cannot be taken out of the list; undefined = it can. */
export function lockOf(field: CatalogueField | undefined): string | undefined {
  if (field === undefined) return undefined;
  if (field.identity) return 'records are told apart and found by it';
  if (field.requiredBy.length > 0) return `used in ${field.requiredBy.join(', ')}`;
  return undefined;
}
