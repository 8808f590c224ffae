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

/** Members of a type that compile, and end the transaction that calls them. */
export function absentMembers(
  type: string,
  signatures: readonly string[],
): Record<string, PlatformMember> {
  const absent = (signature: string) => () => {
    throw new AbsentFeatureError(`This org does not have ${type}: ${signature}`);
  };
  return Object.fromEntries(signatures.map((signature) => [signature, absent(signature)]));
}

/**
 * A type that libraries mention and seldom use: its signatures are there, so that the rest of a library compiles, and
 * nothing behind them.
 */
export function absentType(name: string, signatures: readonly string[]): PlatformType {
  return platformType({ name, members: absentMembers(name, signatures) });
}
