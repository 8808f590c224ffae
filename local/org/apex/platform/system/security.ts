import type { ObjectSchema } from '../../../schema/schema.ts';
import { ApexList, ApexMap, ApexSet } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import { type ApexEnumValue, ApexException, type ApexValue, PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';

type AccessKind = 'CREATABLE' | 'READABLE' | 'UPDATABLE' | 'UPSERTABLE';

interface Decision {
  readonly records: ApexList;
  /** Names by object. */
  readonly removed: ReadonlyMap<string, ReadonlySet<string>>;
  readonly modified: readonly number[];
}

type DecisionObject = PlatformObject<Decision>;

/** Copies of the records without the fields that the running user may not use so. */
function stripInaccessible(
  realm: Realm,
  _self: null,
  access: ApexEnumValue | null,
  records: ApexList | null,
  enforceObject: boolean | null = true,
): ApexValue {
  if (access === null || records === null) {
    throw new ApexException('NullPointerException', 'Argument cannot be null.');
  }
  const kind = kindOf(access.name);
  const removed = new Map<string, Set<string>>();
  const modified: number[] = [];
  const copies = records.values.map((value, index) => {
    if (!(value instanceof SObjectValue)) {
      throw new ApexException('NullPointerException', 'Attempt to de-reference a null object');
    }
    const { copy, stripped } = strip(realm, value, kind, enforceObject !== false);
    if (stripped.length > 0) {
      modified.push(index);
      const names = removed.get(value.schema.name) ?? new Set();
      removed.set(value.schema.name, names);
      for (const name of stripped) names.add(name);
    }
    return copy;
  });
  const list = new ApexList(records.elementType, copies);
  return new PlatformObject('SObjectAccessDecision', { records: list, removed, modified });
}

function kindOf(name: string): AccessKind {
  if (name === 'CREATABLE' || name === 'UPDATABLE' || name === 'UPSERTABLE') {
    return name;
  }
  return 'READABLE';
}

function strip(
  realm: Realm,
  record: SObjectValue,
  kind: AccessKind,
  enforceObject: boolean,
): { readonly copy: SObjectValue; readonly stripped: string[] } {
  const object = realm.userSchema.find(record.schema.name);
  if (enforceObject && !mayUse(object, kind)) {
    throw new ApexException('NoAccessException', `No access to entity: ${record.schema.name}`);
  }
  const stripped = [...record.populated()]
    .map(([name]) => name)
    .filter((name) => name.toLowerCase() !== 'id' && !mayUseField(object, name, kind));
  const copy = record.copy();
  for (const name of stripped) {
    copy.unset(name);
  }
  return { copy, stripped };
}

function mayUse(object: ObjectSchema | undefined, kind: AccessKind): boolean {
  switch (kind) {
    case 'CREATABLE':
      return object?.createable === true;
    case 'UPDATABLE':
      return object?.updateable === true;
    case 'UPSERTABLE':
      return object?.createable === true && object.updateable;
    default:
      return object !== undefined;
  }
}

function mayUseField(object: ObjectSchema | undefined, name: string, kind: AccessKind): boolean {
  const field = object?.fields.get(name.toLowerCase());
  switch (kind) {
    case 'CREATABLE':
      return field?.createable === true;
    case 'UPDATABLE':
      return field?.updateable === true;
    case 'UPSERTABLE':
      return field?.createable === true && field.updateable;
    default:
      return field !== undefined;
  }
}

function removedFields({ state }: DecisionObject): ApexMap {
  const entries = [...state.removed].map(
    ([object, names]) => [object, new ApexSet('String', [...names])] as const,
  );
  return new ApexMap('String', 'Set<String>', entries);
}

export const securityTypes = [
  platformType({
    name: 'Security',
    members: {
      'static SObjectAccessDecision stripInaccessible(AccessType access, List<SObject> records)':
        stripInaccessible,
      'static SObjectAccessDecision stripInaccessible(AccessType access, List<SObject> records, Boolean enforceRootObjectCRUD)':
        stripInaccessible,
    },
  }),
  platformType({
    name: 'SObjectAccessDecision',
    members: {
      'List<SObject> getRecords()': (_realm: Realm, self: DecisionObject) => self.state.records,
      'Map<String, Set<String>> getRemovedFields()': (_realm: Realm, self: DecisionObject) =>
        removedFields(self),
      'Set<Integer> getModifiedIndexes()': (_realm: Realm, self: DecisionObject) =>
        new ApexSet('Integer', [...self.state.modified]),
    },
  }),
  platformType({
    name: 'AccessType',
    kind: 'enum',
    enumValues: ['CREATABLE', 'READABLE', 'UPDATABLE', 'UPSERTABLE'],
    members: {},
  }),
];
