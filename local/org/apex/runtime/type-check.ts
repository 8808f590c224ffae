import { isId } from '../../schema/ids.ts';
import { ApexList, ApexMap, ApexSet } from '../collections.ts';
import { typeNameOf } from '../field-conversion.ts';
import { toId18 } from '../id.ts';
import { SObjectValue } from '../sobject.ts';
import { ApexDate } from '../temporal.ts';
import { ApexException, ApexInstance, type ApexObject, type ApexValue } from '../values.ts';
import { asDecimal, datetimeOf, decimalOf, doubleOf, longOf } from './conversions.ts';
import type { RuntimeClass } from './runtime-class.ts';
import { parseTypeName, type TypeName } from './type-names.ts';

/** What type checks at run time need to know of types. */
export interface KnownTypes {
  classNamed(name: string): RuntimeClass | undefined;
  /** Names of the platform types a platform type extends and implements, itself included, without arguments. */
  platformSupertypes(name: string): ReadonlySet<string>;
}

/** Values are instances of every type that they convert to without being asked, and Decimals are Doubles. */
const WIDER_TYPES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['Integer', new Set(['Integer', 'Long', 'Double', 'Decimal'])],
  ['Long', new Set(['Long', 'Double', 'Decimal'])],
  ['Double', new Set(['Double', 'Decimal'])],
  ['Decimal', new Set(['Double', 'Decimal'])],
  ['Date', new Set(['Date', 'Datetime'])],
]);

/** `value instanceof Type` */
export function isOfType(value: ApexValue, typeName: string, known: KnownTypes): boolean {
  if (value === null) {
    return false;
  }
  if (typeName === 'Object') {
    return true;
  }
  const types = WIDER_TYPES.get(typeNameOf(value));
  if (types !== undefined) {
    return types.has(typeName);
  }
  if (typeof value === 'object') {
    return objectIsOf(value, typeName, known);
  }
  return typeName === typeNameOf(value) || (typeName === 'Id' && isIdText(value));
}

/**
 * `(Type) value`, checked.
 * @throws TypeException "Invalid conversion from runtime type X to Y"
 */
export function castTo(value: ApexValue, typeName: string, known: KnownTypes): ApexValue {
  if (value === null || typeName === typeNameOf(value)) {
    return value;
  }
  const widened = widenedTo(value, typeName);
  if (widened === undefined && isOfType(value, typeName, known)) {
    return value;
  }
  if (widened === undefined) {
    throw new ApexException(
      'TypeException',
      `Invalid conversion from runtime type ${typeNameOf(value)} to ${typeName}`,
    );
  }
  return widened;
}

function objectIsOf(value: ApexObject, typeName: string, known: KnownTypes): boolean {
  if (value instanceof SObjectValue) {
    return typeName === 'SObject' || typeName === value.schema.name;
  }
  if (value instanceof ApexInstance || value instanceof ApexException) {
    const own = known.classNamed(value.apexType)?.supertypes;
    return (own ?? known.platformSupertypes(value.apexType)).has(typeName);
  }
  if (value instanceof ApexList || value instanceof ApexSet || value instanceof ApexMap) {
    return collectionIsOf(value, parseTypeName(typeName), known);
  }
  return typeName === value.apexType || known.platformSupertypes(value.apexType).has(typeName);
}

function collectionIsOf(
  value: ApexList | ApexSet | ApexMap,
  type: TypeName,
  known: KnownTypes,
): boolean {
  const own = parseTypeName(value.apexType);
  const sameBase = own.base === type.base || (type.base === 'Iterable' && own.base !== 'Map');
  return (
    sameBase &&
    own.args.every((arg, index) => {
      const wanted = type.args[index];
      return wanted !== undefined && argumentFits(arg, wanted, known);
    })
  );
}

/** Lists of records stand for each other while one of the types is `SObject`; otherwise a subtype for its supertype. */
function argumentFits(own: TypeName, wanted: TypeName, known: KnownTypes): boolean {
  if (own.text === wanted.text || wanted.text === 'Object' || own.text === 'SObject') {
    return true;
  }
  const supertypes = known.classNamed(own.text)?.supertypes ?? known.platformSupertypes(own.base);
  return (
    supertypes.has(wanted.text) ||
    (wanted.text === 'SObject' && supertypes.size <= 1) ||
    (own.base === wanted.base &&
      own.args.length > 0 &&
      own.args.every((arg, index) => {
        const target = wanted.args[index];
        return target !== undefined && argumentFits(arg, target, known);
      }))
  );
}

function widenedTo(value: ApexValue, typeName: string): ApexValue | undefined {
  if (typeName === 'Id' && typeof value === 'string') {
    return toId18(value);
  }
  if (typeName === 'Datetime' && value instanceof ApexDate) {
    return datetimeOf(value);
  }
  if (typeName === 'Long') {
    return typeof value === 'number' ? longOf(value) : undefined;
  }
  const number = asDecimal(value);
  if (number === undefined) {
    return undefined;
  }
  if (typeName === 'Decimal') {
    return decimalOf(number);
  }
  return typeName === 'Double' ? doubleOf(number) : undefined;
}

function isIdText(value: ApexValue): boolean {
  return typeof value === 'string' && isId(value);
}
