import type { ChildRelationship, Schema } from '../schema/schema.ts';

/** Children with rows of their own: what a view shows goes and changes with the rows it shows. */
export function storedChildren(schema: Schema, objectName: string): readonly ChildRelationship[] {
  return schema
    .childRelationships(objectName)
    .filter(({ childObject }) => schema.require(childObject).view === undefined);
}
