import { ApexList, ApexMap, ApexSet } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { parseTypeName } from '../../runtime/type-names.ts';
import { SObjectValue } from '../../sobject.ts';
import type { ApexValue } from '../../values.ts';
import { type TypeToken, typeToken } from '../type-token.ts';

const SIMPLE_TYPES = new Map(
  [
    'Blob',
    'Boolean',
    'Date',
    'Datetime',
    'Decimal',
    'Double',
    'Id',
    'Integer',
    'Long',
    'Object',
    'String',
    'Time',
  ].map((name) => [name.toLowerCase(), name]),
);
const COLLECTIONS = new Map(['List', 'Set', 'Map'].map((name) => [name.toLowerCase(), name]));

/** The type of that name in any case, or null. Knows compiled classes, objects, simple types and collections. */
export function findTypeNamed(realm: Realm, text: string): TypeToken | null {
  const name = canonicalName(realm, text.trim());
  return name === undefined ? null : typeToken(name);
}

/** An instance by the constructor without parameters; undefined when there is none. */
export function newOf(realm: Realm, typeName: string): ApexValue | undefined {
  const { base, args } = parseTypeName(typeName);
  const [first, second] = args.map((arg) => arg.text);
  if (base === 'List' && first !== undefined) {
    return new ApexList(first);
  }
  if (base === 'Set' && first !== undefined) {
    return new ApexSet(first);
  }
  if (base === 'Map' && first !== undefined && second !== undefined) {
    return new ApexMap(first, second);
  }
  const known = realm.program.classNamed(typeName);
  if (known !== undefined) {
    return known.constructors.has(0) && !known.isAbstract
      ? realm.program.newInstance(known.name, [])
      : undefined;
  }
  const schema = realm.schema.find(typeName);
  return schema === undefined ? undefined : new SObjectValue(schema);
}

/** True when a value of `source` may stand where `target` is asked for. */
export function isAssignableType(realm: Realm, source: TypeToken, target: TypeToken): boolean {
  if (source === target || target.name === 'Object') {
    return true;
  }
  if (target.name === 'SObject') {
    return realm.schema.find(source.name) !== undefined;
  }
  return realm.program.classNamed(source.name)?.supertypes.has(target.name) ?? false;
}

function objectNamed(realm: Realm, name: string): string | undefined {
  return name.toLowerCase() === 'sobject' ? 'SObject' : realm.schema.find(name)?.name;
}

function canonicalName(realm: Realm, text: string): string | undefined {
  const { base, args } = parseTypeName(text.trim());
  if (args.length > 0) {
    const collection = COLLECTIONS.get(base.toLowerCase());
    const names = args.map((arg) => canonicalName(realm, arg.text));
    return collection === undefined || names.includes(undefined)
      ? undefined
      : `${collection}<${names.join(',')}>`;
  }
  return (
    realm.program.findClass(base)?.name ??
    SIMPLE_TYPES.get(base.toLowerCase().replace(/^system\./, '')) ??
    objectNamed(realm, base.replace(/^schema\./i, ''))
  );
}
