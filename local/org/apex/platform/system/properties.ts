import type { PlatformMember } from '../definition.ts';

/**
 * Results of the platform may be read by properties as well as by methods: `entry.value` for `entry.getValue()`,
 * `result.success` for `result.isSuccess()`.
 */
export function withProperties(
  members: Readonly<Record<string, PlatformMember>>,
): Record<string, PlatformMember> {
  const all: Record<string, PlatformMember> = { ...members };
  for (const [signature, member] of Object.entries(members)) {
    const [, type, first, rest] = /^(\S.*) (?:get|is)([A-Z])(\w*)\(\)$/.exec(signature) ?? [];
    if (type === undefined || first === undefined || type.startsWith('static ')) continue;
    all[`get ${type} ${first.toLowerCase()}${rest}`] ??= member;
  }
  return all;
}
