import { type ApexType, isPlatform, type PlatformRef } from './apex-type.ts';
import { allInterfaces, ancestors } from './hierarchy.ts';
import type { TypeTable } from './type-table.ts';

/**
 * What happens to a value that becomes another type: nothing (`same`), or a change of representation done by the
 * runtime function of that name.
 */
export type Conversion = 'same' | 'longOf' | 'doubleOf' | 'decimalOf' | 'idOf' | 'datetimeOf';

export interface Fit {
  readonly conversion: Conversion;
  /** For overloads: 0 is the type itself, more is further away. */
  readonly distance: number;
}

const NUMERIC = ['Integer', 'Long', 'Double', 'Decimal'];
const NUMERIC_CONVERSION: Readonly<Record<string, Conversion>> = {
  Long: 'longOf',
  Double: 'doubleOf',
  Decimal: 'decimalOf',
};
const COVARIANT = ['List', 'Iterable', 'Iterator', 'Map'];
const TO_OBJECT = 100;

/** How a value of one type may stand where another is asked for, without a cast. Undefined: it may not. */
export function implicitConversion(
  types: TypeTable,
  from: ApexType,
  to: ApexType,
): Fit | undefined {
  if (from === to || from.kind === 'error' || to.kind === 'error' || to.kind === 'parameter') {
    return { conversion: 'same', distance: 0 };
  }
  if (from.kind === 'void' || to.kind === 'void' || to.kind === 'null') {
    return undefined;
  }
  if (from.kind === 'null') {
    return { conversion: 'same', distance: isPlatform(to, 'Object') ? 2 : 1 };
  }
  if (isPlatform(to, 'Object')) {
    return { conversion: 'same', distance: TO_OBJECT };
  }
  return primitiveConversion(from, to) ?? referenceConversion(types, from, to);
}

function primitiveConversion(from: ApexType, to: ApexType): Fit | undefined {
  if (isPlatform(from, ...NUMERIC) && isPlatform(to, ...NUMERIC)) {
    const steps = NUMERIC.indexOf(to.name) - NUMERIC.indexOf(from.name);
    const conversion = NUMERIC_CONVERSION[to.name];
    const widens = steps > 0 || (isPlatform(from, 'Decimal') && isPlatform(to, 'Double'));
    return widens && conversion !== undefined
      ? { conversion, distance: Math.abs(steps) }
      : undefined;
  }
  if (isPlatform(from, 'String') && isPlatform(to, 'Id')) {
    return { conversion: 'idOf', distance: 2 };
  }
  if (isPlatform(from, 'Id') && isPlatform(to, 'String')) {
    return { conversion: 'same', distance: 1 };
  }
  return isPlatform(from, 'Date') && isPlatform(to, 'Datetime')
    ? { conversion: 'datetimeOf', distance: 1 }
    : undefined;
}

function referenceConversion(types: TypeTable, from: ApexType, to: ApexType): Fit | undefined {
  if (from.kind === 'sobject' && to.kind === 'sobject') {
    return to.schema === undefined ? { conversion: 'same', distance: 1 } : undefined;
  }
  if (from.kind === 'platform' && to.kind === 'platform' && from.definition === to.definition) {
    return sameGeneric(types, from, to);
  }
  const supertypes = supertypesOf(types, from);
  const index = supertypes.findIndex((type) => type === to || fitsGeneric(types, type, to));
  return index < 0 ? undefined : { conversion: 'same', distance: index + 1 };
}

/** `List<Account>` and `List<SObject>` stand for each other; lists and maps of a subtype for those of its supertype. */
function sameGeneric(types: TypeTable, from: PlatformRef, to: PlatformRef): Fit | undefined {
  const fits = from.args.every((arg, index) => {
    const target = to.args[index];
    if (target === undefined || arg === target) {
      return arg === target;
    }
    if (arg.kind === 'sobject' && target.kind === 'sobject') {
      return arg.schema === undefined || target.schema === undefined;
    }
    // What is iterated may be told apart when it is used: the platform asks nothing of it here.
    if (from.definition.name === 'Iterable' && isPlatform(arg, 'Object')) {
      return true;
    }
    const covariant = COVARIANT.includes(from.definition.name);
    const idAsText = isPlatform(arg, 'Id') && isPlatform(target, 'String');
    return covariant && (idAsText || implicitConversion(types, arg, target)?.conversion === 'same');
  });
  return fits ? { conversion: 'same', distance: 1 } : undefined;
}

function fitsGeneric(types: TypeTable, type: ApexType, to: ApexType): boolean {
  return (
    type.kind === 'platform' &&
    to.kind === 'platform' &&
    type.definition === to.definition &&
    sameGeneric(types, type, to) !== undefined
  );
}

/** All types a value of this type also has, nearest first, without itself. */
export function supertypesOf(types: TypeTable, type: ApexType): ApexType[] {
  if (type.kind === 'platform') {
    return types.platformSupertypes(type).slice(1);
  }
  if (type.kind !== 'class') {
    return [];
  }
  const chain = [...ancestors(type.symbol)];
  const root = chain.at(-1)?.superclass;
  const platform = root?.kind === 'platform' ? types.platformSupertypes(root) : [];
  return [
    ...chain.slice(1).map((symbol) => types.classRef(symbol)),
    ...allInterfaces(type.symbol, types),
    ...platform,
  ];
}

/** True when a value of static type `from` may turn out to be a `to`. */
export function castIsPossible(types: TypeTable, from: ApexType, to: ApexType): boolean {
  if (implicitConversion(types, from, to) || implicitConversion(types, to, from)) {
    return true;
  }
  return isPlatform(from, 'Object') || isInterface(from) || isInterface(to)
    ? true
    : elementsMayCast(types, from, to);
}

/** `List<Object>` to `List<String>`, element by element. */
function elementsMayCast(types: TypeTable, from: ApexType, to: ApexType): boolean {
  return (
    from.kind === 'platform' &&
    to.kind === 'platform' &&
    from.definition === to.definition &&
    from.args.length > 0 &&
    from.args.every((arg, index) => {
      const target = to.args[index];
      return target !== undefined && castIsPossible(types, arg, target);
    })
  );
}

function isInterface(type: ApexType): boolean {
  return type.kind === 'class'
    ? type.symbol.kind === 'interface'
    : type.kind === 'platform' && type.definition.kind === 'interface';
}
