import { unknownObject } from '../schema/org-schema.ts';
import type { ChildRelationship, FieldSchema, ObjectSchema, Schema } from '../schema/schema.ts';
import { fieldAccess } from './field-access.ts';
import type { Grants, ObjectGrant } from './grants.ts';
import { objectAccess } from './object-access.ts';

/**
 * The org's schema as a user sees it: what may not be read is not there at all, and what may be written is marked so.
 * Describe calls, queries and saves on this schema then answer what Salesforce answers such a user.
 */
export class UserSchema implements Schema {
  readonly version: number;
  readonly #org: Schema;
  /** By lower-case name. */
  readonly #objects = new Map<string, ObjectSchema>();

  constructor(org: Schema, grants: Grants) {
    this.#org = org;
    this.version = org.version;
    const readable = new Map<string, ObjectGrant>();
    for (const object of org.all()) {
      const access = objectAccess(object, grants);
      if (access.read) readable.set(object.name, access);
    }
    for (const object of org.all()) {
      const access = readable.get(object.name);
      if (access === undefined) continue;
      const fields = visibleFields(object, access, grants, (target) => readable.has(target));
      this.#objects.set(object.name.toLowerCase(), withAccess(object, access, fields));
    }
  }

  find(objectName: string): ObjectSchema | undefined {
    return this.#objects.get(objectName.toLowerCase());
  }

  require(objectName: string): ObjectSchema {
    const object = this.find(objectName);
    if (!object) throw unknownObject(objectName);
    return object;
  }

  byKeyPrefix(prefix: string): ObjectSchema | undefined {
    const object = this.#org.byKeyPrefix(prefix);
    return object && this.find(object.name);
  }

  all(): readonly ObjectSchema[] {
    return [...this.#objects.values()];
  }

  childRelationships(objectName: string): readonly ChildRelationship[] {
    return this.#org
      .childRelationships(objectName)
      .filter(({ childObject, field }) => this.find(childObject)?.fields.has(field.toLowerCase()));
  }
}

function withAccess(
  object: ObjectSchema,
  access: ObjectGrant,
  fields: ReadonlyMap<string, FieldSchema>,
): ObjectSchema {
  return {
    ...object,
    fields,
    createable: object.createable && access.create,
    updateable: object.updateable && access.edit,
    deletable: object.deletable && access.delete,
    undeletable: object.undeletable && access.delete,
    mergeable: object.mergeable && access.delete,
  };
}

function visibleFields(
  object: ObjectSchema,
  access: ObjectGrant,
  grants: Grants,
  isReadable: (objectName: string) => boolean,
): ReadonlyMap<string, FieldSchema> {
  const visible = new Map<string, FieldSchema>();
  for (const [key, field] of object.fields) {
    const { read, edit } = fieldAccess(object, field, grants);
    if (!read) continue;
    visible.set(key, {
      ...field,
      createable: field.createable && edit && access.create,
      updateable: field.updateable && edit && access.edit,
      // A look-up does not tell of an object that the user may not know; one to several stays such a look-up.
      referenceTo:
        field.referenceTo.length > 1 ? field.referenceTo : field.referenceTo.filter(isReadable),
    });
  }
  return visible;
}
