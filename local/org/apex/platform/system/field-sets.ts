import type { FieldSchema, FieldSetSchema, ObjectSchema } from '../../../schema/schema.ts';
import { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { ApexException, type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { enumValue } from '../enums.ts';
import { displayTypeOf } from './describe-field.ts';
import { NameMap } from './name-map.ts';
import { withProperties } from './properties.ts';
import { sobjectFieldToken, sobjectTypeToken } from './tokens.ts';

interface SetState {
  readonly object: ObjectSchema;
  readonly set: FieldSetSchema;
}

interface MemberState {
  readonly path: string;
  readonly required: boolean;
  /** Of the field at the path's end. */
  readonly object: ObjectSchema;
  readonly field: FieldSchema;
}

type FieldSet = PlatformObject<SetState>;
type FieldSetMember = PlatformObject<MemberState>;

const fieldSetObject = (object: ObjectSchema, set: FieldSetSchema): FieldSet =>
  new PlatformObject('Schema.FieldSet', { object, set });

/** `Schema.SObjectType.Account.fieldSets.Short`; the compiler knows that it is there. */
export function fieldSetNamed(realm: Realm, objectName: string, name: string): FieldSet {
  const object = realm.schema.require(objectName);
  const set = object.fieldSets?.find((one) => one.name === name);
  if (set === undefined) {
    throw new ApexException('SObjectException', `Invalid field set ${name} for ${object.name}`);
  }
  return fieldSetObject(object, set);
}

function memberOf(realm: Realm, start: ObjectSchema, path: string, required: boolean): MemberState {
  const steps = path.split('.');
  let object = start;
  for (const step of steps.slice(0, -1)) {
    const lookup = [...object.fields.values()].find(
      (field) => field.relationshipName?.toLowerCase() === step.toLowerCase(),
    );
    object = realm.schema.require(lookup?.referenceTo[0] ?? step);
  }
  const field = object.fields.get((steps.at(-1) ?? '').toLowerCase());
  if (field === undefined) {
    throw new ApexException('SObjectException', `Invalid field ${path} for ${start.name}`);
  }
  return { path, required, object, field };
}

const ofSet =
  (read: (state: SetState, realm: Realm) => ApexValue): PlatformMember =>
  (realm: Realm, self: FieldSet) =>
    read(self.state, realm);

const ofMember =
  (read: (state: MemberState, realm: Realm) => ApexValue): PlatformMember =>
  (realm: Realm, self: FieldSetMember) =>
    read(self.state, realm);

export const fieldSetTypes = [
  platformType({
    name: 'Schema.SObjectTypeFieldSets',
    members: {
      'Map<String, Schema.FieldSet> getMap()': (
        _realm: Realm,
        { state: { schema } }: PlatformObject<{ readonly schema: ObjectSchema }>,
      ) =>
        new NameMap(
          'String',
          'Schema.FieldSet',
          (schema.fieldSets ?? []).map(
            (set) => [set.name.toLowerCase(), fieldSetObject(schema, set)] as const,
          ),
        ),
    },
  }),
  platformType({
    name: 'Schema.FieldSet',
    aliases: ['FieldSet'],
    members: withProperties({
      'String getName()': ofSet(({ set }) => set.name),
      'String getLabel()': ofSet(({ set }) => set.label),
      'String getDescription()': ofSet(({ set }) => set.description ?? null),
      'String getNamespace()': ofSet(() => null),
      'Schema.SObjectType getSObjectType()': ofSet(({ object }, realm) =>
        sobjectTypeToken(realm.schema, object.name),
      ),
      'List<Schema.FieldSetMember> getFields()': ofSet(
        ({ object, set }, realm) =>
          new ApexList(
            'Schema.FieldSetMember',
            set.fields.map(
              ({ path, required }) =>
                new PlatformObject(
                  'Schema.FieldSetMember',
                  memberOf(realm, object, path, required),
                ),
            ),
          ),
      ),
    }),
  }),
  platformType({
    name: 'Schema.FieldSetMember',
    aliases: ['FieldSetMember'],
    members: withProperties({
      'String getFieldPath()': ofMember(({ path }) => path),
      'String getLabel()': ofMember(({ field }) => field.label),
      'Boolean getRequired()': ofMember(({ required }) => required),
      'Boolean getDBRequired()': ofMember(({ field }) => !field.nillable),
      'Schema.DisplayType getType()': ofMember(({ field }) =>
        enumValue('Schema.DisplayType', displayTypeOf(field)),
      ),
      'Schema.SObjectField getSObjectField()': ofMember(({ object, field }, realm) =>
        sobjectFieldToken(realm.schema, object.name, field.name),
      ),
    }),
  }),
];
