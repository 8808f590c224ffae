import { OrgError } from '../errors.ts';
import { idListsOf } from './id-list.ts';
import { fieldMap } from './object-builder.ts';
import type { ChildRelationship, FieldSchema, ObjectSchema, Schema } from './schema.ts';

/** The schema of one running org: standard objects at first, then what each deploy puts in. */
export class OrgSchema implements Schema {
  #objects = new Map<string, ObjectSchema>();
  #byPrefix = new Map<string, ObjectSchema>();
  #children = new Map<string, ChildRelationship[]>();
  #version = 0;

  constructor(objects: readonly ObjectSchema[]) {
    this.replace(objects);
  }

  get version(): number {
    return this.#version;
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
    return this.#byPrefix.get(prefix);
  }

  all(): readonly ObjectSchema[] {
    return [...this.#objects.values()];
  }

  childRelationships(objectName: string): readonly ChildRelationship[] {
    return this.#children.get(objectName.toLowerCase()) ?? [];
  }

  /** Adds objects, and replaces those of the same name: one step, all or nothing, one new version. */
  replace(objects: readonly ObjectSchema[]): void {
    this.#become(new Map(this.#objects), objects);
  }

  /** Has these objects and no others: takes back what was replaced or added since `all` gave them. */
  restore(objects: readonly ObjectSchema[]): void {
    this.#become(new Map(), objects);
  }

  #become(next: Map<string, ObjectSchema>, objects: readonly ObjectSchema[]): void {
    for (const object of objects) next.set(object.name.toLowerCase(), object);
    pointActivitiesAtParents(next);
    this.#objects = next;
    const stored = [...next.values()].filter(({ view }) => view === undefined);
    this.#byPrefix = new Map(stored.map((object) => [object.keyPrefix, object]));
    this.#children = childrenByParent(next);
    this.#version++;
  }
}

export function unknownObject(objectName: string): OrgError {
  return new OrgError(
    'INVALID_TYPE',
    `sObject type '${objectName}' is not supported. If you are attempting to use a custom object, be sure to append ` +
      `the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}

/** Look-ups that may hold every object that allows activities, and the people they may hold besides. */
const activityLookups: readonly (readonly [object: string, field: string, people: string[]])[] = [
  ['task', 'whatid', []],
  ['event', 'whatid', []],
  ['taskrelation', 'relationid', ['Contact', 'Lead']],
  ['eventrelation', 'relationid', ['Contact', 'Lead', 'User']],
];

/** Tasks and Events may relate to every object that allows activities. */
function pointActivitiesAtParents(objects: Map<string, ObjectSchema>): void {
  const parents = [...objects.values()]
    .filter((object) => object.acceptsActivities)
    .map((object) => object.name);
  for (const [name, field, people] of activityLookups) {
    const activity = objects.get(name);
    const what = activity?.fields.get(field);
    if (!activity || !what) continue;
    // Without Shared Activities the rows of an event are its invitees.
    if (field === 'relationid' && !activity.fields.has('iswhat')) continue;
    const pointed: FieldSchema = { ...what, referenceTo: [...people, ...parents].sort() };
    const fields = [...activity.fields.values()].map((field) => (field === what ? pointed : field));
    objects.set(name, { ...activity, fields: fieldMap(fields) });
  }
}

function childrenByParent(
  objects: ReadonlyMap<string, ObjectSchema>,
): Map<string, ChildRelationship[]> {
  const children = new Map<string, ChildRelationship[]>();
  for (const object of objects.values()) {
    if (object.kind === 'platformEvent') continue;
    for (const field of object.fields.values()) {
      for (const name of field.referenceTo) {
        const lists = idListsOf(objects.get(name.toLowerCase()), object, field);
        addChild(children, name, { ...relationshipOf(object, field), ...lists });
      }
    }
  }
  return children;
}

function relationshipOf(object: ObjectSchema, field: FieldSchema): ChildRelationship {
  return {
    childObject: object.name,
    field: field.name,
    ...(field.childRelationshipName === undefined
      ? {}
      : { relationshipName: field.childRelationshipName }),
    cascadeDelete: field.cascadeDelete,
    ...(field.restrictedDelete ? { restrictedDelete: true } : {}),
  };
}

function addChild(
  children: Map<string, ChildRelationship[]>,
  parent: string,
  relationship: ChildRelationship,
): void {
  const key = parent.toLowerCase();
  const list = children.get(key);
  if (list) list.push(relationship);
  else children.set(key, [relationship]);
}
