import type { FieldSchema, ObjectSchema } from './schema.ts';

/** Capabilities default to those of an ordinary standard object that people create, edit, delete and restore. */
export type ObjectOptions = Pick<ObjectSchema, 'name' | 'label' | 'labelPlural' | 'keyPrefix'> &
  Partial<Omit<ObjectSchema, 'fields'>> & { readonly fields: readonly FieldSchema[] };

export function buildObject(options: ObjectOptions): ObjectSchema {
  return {
    kind: 'standard',
    triggerable: true,
    queryable: true,
    createable: true,
    updateable: true,
    deletable: true,
    undeletable: true,
    replicateable: true,
    mergeable: false,
    setupObject: false,
    ...options,
    fields: fieldMap(options.fields),
  };
}

/** Rows that set-up or the platform itself makes: read by queries, not written through the API. */
export const platformOwned = {
  triggerable: false,
  createable: false,
  updateable: false,
  deletable: false,
  undeletable: false,
  replicateable: false,
} as const satisfies Partial<ObjectSchema>;

/** Set-up objects written through the API, without a Recycle Bin. */
export const setupOwned = {
  triggerable: false,
  undeletable: false,
  setupObject: true,
} as const satisfies Partial<ObjectSchema>;

export function fieldMap(fields: readonly FieldSchema[]): ReadonlyMap<string, FieldSchema> {
  return new Map(fields.map((field) => [field.name.toLowerCase(), field]));
}
