import type { Realm } from '../../realm.ts';
import { compareText, order } from '../../runtime/comparison.ts';
import { isGenerator } from '../../runtime/operators.ts';
import { SObjectValue } from '../../sobject.ts';
import {
  ApexEnumValue,
  ApexException,
  ApexInstance,
  type ApexObject,
  type ApexValue,
} from '../../values.ts';

/** `list.sort()`: null first, then by the order of the element type. */
export function sorted(realm: Realm, values: readonly ApexValue[]): ApexValue[] {
  return [...values].sort((a, b) => compareWithNull(a, b, (x, y) => natural(realm, x, y)));
}

/** `list.sort(comparator)`: the comparator sees nulls, too. */
export function sortedBy(
  realm: Realm,
  values: readonly ApexValue[],
  comparator: ApexValue,
): ApexValue[] {
  return [...values].sort((a, b) => callBack(realm, comparator, 'compare', [a, b]));
}

function compareWithNull(
  a: ApexValue,
  b: ApexValue,
  compare: (a: ApexValue, b: ApexValue) => number,
): number {
  if (a === null || b === null) {
    return a === b ? 0 : a === null ? -1 : 1;
  }
  return compare(a, b);
}

function natural(realm: Realm, a: ApexValue, b: ApexValue): number {
  if (typeof a === 'string' && typeof b === 'string') {
    return compareText(a, b);
  }
  if (a instanceof SObjectValue && b instanceof SObjectValue) {
    return compareRecords(a, b);
  }
  if (a instanceof ApexEnumValue && b instanceof ApexEnumValue) {
    return a.ordinal - b.ordinal;
  }
  if (a instanceof ApexInstance) {
    if (!realm.program.isInstance(a, 'Comparable')) {
      throw new ApexException(
        'ListException',
        `One or more of the items in this list is not Comparable: ${a.apexType}`,
      );
    }
    return callBack(realm, a, 'compareTo', [b]);
  }
  return order(a, b);
}

/** By object, then Name, then the other standard fields, then custom fields, each group by field name. */
function compareRecords(a: SObjectValue, b: SObjectValue): number {
  const byObject = compareText(a.schema.label, b.schema.label);
  if (byObject !== 0) {
    return byObject;
  }
  for (const name of sortFields(a)) {
    const x = a.has(name) ? a.get(name) : null;
    const y = b.has(name) ? b.get(name) : null;
    const difference = compareWithNull(x, y, order);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

function sortFields(record: SObjectValue): string[] {
  const fields = [...record.schema.fields.values()].filter((field) => field.name !== 'Id');
  const rank = (field: (typeof fields)[number]) => (field.nameField ? 0 : field.custom ? 2 : 1);
  return fields
    .sort((a, b) => rank(a) - rank(b) || compareText(a.name, b.name))
    .map((field) => field.name);
}

/** The compiler makes sure that what the platform calls back does not wait. */
function callBack(
  realm: Realm,
  target: ApexValue,
  method: string,
  args: readonly ApexValue[],
): number {
  const result = isObject(target) ? realm.program.invoke(target, method, args) : null;
  if (typeof result !== 'number' || isGenerator(result)) {
    throw new ApexException('NullPointerException', `${method} must answer an Integer`);
  }
  return result;
}

function isObject(value: ApexValue): value is ApexObject {
  return typeof value === 'object' && value !== null;
}
