import { field } from './field-builder.ts';
import type { ChildRelationship, FieldSchema, IdListSource, ObjectSchema } from './schema.ts';

/**
 * A list of ids that stands for rows between two objects (JunctionIdList). Whoever may see and write the first of the
 * listed records may see and write them all, so the list goes with that field in permissions, and on pages.
 */
export function idList(name: string, label: string, source: IdListSource): FieldSchema {
  return field(name, label, 'junctionIdList', {
    compoundFieldName: source.first,
    filterable: false,
    sortable: false,
    groupable: false,
    idList: source,
  });
}

/**
 * Whether describe calls name the field among the others, and `FIELDS()` stands for it. Lists of ids are named by the
 * relationship of their rows instead (`junctionIdListNames`).
 */
export function isDescribed({ idList: source }: FieldSchema): boolean {
  return source === undefined;
}

/** What a child relationship says of the parent's lists that stand for it. */
export function idListsOf(
  parent: ObjectSchema | undefined,
  child: ObjectSchema,
  link: FieldSchema,
): Pick<ChildRelationship, 'idLists' | 'listedObjects'> {
  for (const { name, idList: source } of parent?.fields.values() ?? []) {
    if (source?.object !== child.name || source.link !== link.name) continue;
    const listed = child.fields.get(source.listed.toLowerCase());
    return { idLists: [name], listedObjects: listed?.referenceTo ?? [] };
  }
  return {};
}

/** The value of a field that lists those ids. @param ids 18 characters each */
export function idListValue(ids: readonly string[]): string | null {
  return ids.length === 0 ? null : JSON.stringify(ids);
}

/** The ids in such a value, which only `idListValue` and the database make. */
export function idsInList(value: unknown): readonly string[] {
  const ids: unknown = typeof value === 'string' ? JSON.parse(value) : [];
  return Array.isArray(ids) ? ids.map(String) : [];
}
