import { UncatchableError } from '../values.ts';
import { type PlatformMember, type PlatformType, platformType } from './definition.ts';

/**
 * Code that no test of this org should pass over in silence asked for what the org does not have. No Apex code catches
 * it: a library that guards its calls would go on as if the platform had answered.
 */
class AbsentFeatureError extends UncatchableError {
  override readonly name = 'AbsentFeatureError';
  readonly apexType = 'System.UnsupportedOperationException';
}

/** Compiles, and ends the transaction that calls it. */
function absent(type: string, signature: string): PlatformMember {
  return () => {
    throw new AbsentFeatureError(`This org does not have ${type}: ${signature}`);
  };
}

/**
 * A type that libraries mention and seldom use: its signatures are there, so that the rest of a library compiles, and
 * nothing behind them.
 */
export function absentType(name: string, signatures: readonly string[]): PlatformType {
  const members = signatures.map((signature) => [signature, absent(name, signature)] as const);
  return platformType({ name, members: Object.fromEntries(members) });
}
