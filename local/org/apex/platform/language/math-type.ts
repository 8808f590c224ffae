import { ApexDecimal, ApexDouble } from '../../numbers.ts';
import type { Realm } from '../../realm.ts';
import type { ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import { fail, given, int32 } from './arguments.ts';

type Member<T> = (realm: Realm, self: null, ...args: (T | null)[]) => ApexValue;
type Dbl = ApexDouble;
type Dec = ApexDecimal;

const one =
  (compute: (x: number) => number): Member<Dbl> =>
  (_realm, _self, x = null) =>
    new ApexDouble(compute(given(x).value));

const two =
  (compute: (x: number, y: number) => number): Member<Dbl> =>
  (_realm, _self, x = null, y = null) =>
    new ApexDouble(compute(given(x).value, given(y).value));

const ints =
  (compute: (x: number, y: number) => number): Member<number> =>
  (_realm, _self, x = null, y = null) =>
    int32(compute(given(x), given(y)));

const longs =
  (compute: (x: bigint, y: bigint) => bigint): Member<bigint> =>
  (_realm, _self, x = null, y = null) =>
    BigInt.asIntN(64, compute(given(x), given(y)));

const decimals =
  (compute: (x: Dec, y: Dec) => Dec): Member<Dec> =>
  (_realm, _self, x = null, y = null) =>
    compute(given(x), given(y));

const greater = (x: Dec, y: Dec): Dec => (x.compareTo(y) >= 0 ? x : y);
const lesser = (x: Dec, y: Dec): Dec => (x.compareTo(y) <= 0 ? x : y);

const rounded = (mode: 'CEILING' | 'FLOOR'): Member<Dec> =>
  ((_realm, _self, x = null) => given(x).withScale(0, mode)) satisfies Member<Dec>;

/** Math.max knows no bigint. */
function larger(x: bigint, y: bigint): bigint {
  if (x > y) return x;
  return y;
}

function rint(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

function nonZero<T extends number | bigint>(divisor: T): T {
  return divisor === 0 || divisor === 0n ? fail('MathException', 'Divide by 0') : divisor;
}

export const mathType = platformType({
  name: 'Math',
  aliases: ['System.Math'],
  members: {
    'static get Double PI': () => new ApexDouble(Math.PI),
    'static get Double E': () => new ApexDouble(Math.E),
    'static Integer abs(Integer x)': ((_realm, _self, x = null) =>
      int32(Math.abs(given(x)))) satisfies Member<number>,
    'static Long abs(Long x)': ((_realm, _self, x = null) =>
      BigInt.asIntN(64, given(x) < 0n ? -given(x) : given(x))) satisfies Member<bigint>,
    'static Decimal abs(Decimal x)': ((_realm, _self, x = null) =>
      given(x).sign < 0 ? given(x).negated() : x) satisfies Member<Dec>,
    'static Double abs(Double x)': one(Math.abs),
    'static Integer max(Integer x, Integer y)': ints(Math.max),
    'static Long max(Long x, Long y)': longs(larger),
    'static Decimal max(Decimal x, Decimal y)': decimals(greater),
    'static Decimal max(Decimal x, Double y)': decimals(greater),
    'static Double max(Double x, Double y)': two(Math.max),
    'static Integer min(Integer x, Integer y)': ints(Math.min),
    'static Long min(Long x, Long y)': longs((x, y) => x + y - larger(x, y)),
    'static Decimal min(Decimal x, Decimal y)': decimals(lesser),
    'static Decimal min(Decimal x, Double y)': decimals(lesser),
    'static Double min(Double x, Double y)': two(Math.min),
    'static Integer mod(Integer x, Integer y)': ints((x, y) => x % nonZero(y)),
    'static Long mod(Long x, Long y)': longs((x, y) => x % nonZero(y)),
    'static Decimal ceil(Decimal x)': rounded('CEILING'),
    'static Double ceil(Double x)': one(Math.ceil),
    'static Decimal floor(Decimal x)': rounded('FLOOR'),
    'static Double floor(Double x)': one(Math.floor),
    'static Integer round(Decimal x)': ((_realm, _self, x = null) =>
      Number(BigInt.asIntN(32, given(x).withScale(0, 'HALF_EVEN').unscaled))) satisfies Member<Dec>,
    'static Integer round(Double x)': ((_realm, _self, x = null) =>
      int32(
        Number(ApexDecimal.ofNumber(given(x).value).withScale(0, 'HALF_EVEN').unscaled),
      )) satisfies Member<Dbl>,
    'static Long roundToLong(Decimal x)': ((_realm, _self, x = null) =>
      BigInt.asIntN(64, given(x).withScale(0, 'HALF_EVEN').unscaled)) satisfies Member<Dec>,
    'static Double pow(Double x, Double y)': two((x, y) => x ** y),
    'static Double sqrt(Double x)': one(Math.sqrt),
    'static Double cbrt(Double x)': one(Math.cbrt),
    'static Double exp(Double x)': one(Math.exp),
    'static Double log(Double x)': one(Math.log),
    'static Double log10(Double x)': one(Math.log10),
    'static Double acos(Double x)': one(Math.acos),
    'static Double asin(Double x)': one(Math.asin),
    'static Double atan(Double x)': one(Math.atan),
    'static Double cosh(Double x)': one(Math.cosh),
    'static Double sinh(Double x)': one(Math.sinh),
    'static Double tanh(Double x)': one(Math.tanh),
    /** Half-way cases go to the even neighbour. */
    'static Double rint(Double x)': one(rint),
    'static Double signum(Double x)': one(Math.sign),
    'static Double sin(Double x)': one(Math.sin),
    'static Double cos(Double x)': one(Math.cos),
    'static Double tan(Double x)': one(Math.tan),
    'static Double atan2(Double x, Double y)': two(Math.atan2),
    'static Integer signum(Integer x)': ((_realm, _self, x = null) =>
      Math.sign(given(x))) satisfies Member<number>,
    'static Decimal signum(Decimal x)': ((_realm, _self, x = null) =>
      ApexDecimal.ofInteger(given(x).sign)) satisfies Member<Dec>,
    /** The org's own seeded randomness: a run can be repeated. */
    'static Double random()': (realm: Realm) => new ApexDouble(realm.random()),
  },
});
