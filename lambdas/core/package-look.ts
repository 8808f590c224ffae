import type { Fault } from './examination.ts';
import type { OrgState, PackageLook } from './org.ts';

/** R17: how often the package is looked for while it is awaited, and for how long. */
export const LOOK_EVERY_MS = 10_000;
export const LOOK_FOR_MS = 30 * 60_000;
/** Afterwards, and while something is in the way. */
export const LOOK_LATER_EVERY_MS = 15 * 60_000;
/** Who reads the status waits for the package: looks go on for so long after each reading. */
export const LOOK_FOR_READER_MS = 2 * 60_000;
/** A chain that has not moved for so long has lost its message. */
const LOST_MS = 60_000;

/** The package can be missing only of an org that has none yet, or whose package or settings were found to be gone. */
export function awaitsPackage({ phase, examination }: OrgState): boolean {
  if (phase === 'not-installed' || phase === 'setting-up') return true;
  const gone = examination?.faults.some(
    ({ code }) => code === 'package-gone' || code === 'settings-missing',
  );
  return phase === 'active' && gone === true;
}

/** Begins a chain of looks, in place of any other. */
export function newLook(org: OrgState, nowMs: number, forMs = LOOK_FOR_MS): PackageLook {
  const untilMs = Math.max(org.look?.untilMs ?? 0, nowMs + forMs);
  return { untilMs, chain: (org.look?.chain ?? 0) + 1, atMs: nowMs };
}

export interface LookMade {
  readonly look: PackageLook;
  /** When the next look is due; absent when the sweep has it made. */
  readonly againAfterMs?: number;
}

/** After a look that did not find the package, or could not set it up. */
export function afterLook(look: PackageLook, nowMs: number, obstacle?: Fault): LookMade {
  const { untilMs, chain } = look;
  const next = { untilMs, chain, atMs: nowMs, ...(obstacle !== undefined && { obstacle }) };
  return nowMs < untilMs ? { look: next, againAfterMs: LOOK_EVERY_MS } : { look: next };
}

/** Whether the sweep must have a look made: the quick ones are over, or their chain is broken. */
export function lookIsDue(org: OrgState, nowMs: number): boolean {
  if (!awaitsPackage(org)) return false;
  const { atMs, untilMs } = org.look ?? { untilMs: 0 };
  if (atMs === undefined) return true;
  return atMs + (nowMs < untilMs ? LOST_MS : LOOK_LATER_EVERY_MS) <= nowMs;
}

/** Whether somebody who waits for the package now is served by no chain of quick looks. */
export function readerNeedsLook(org: OrgState, nowMs: number): boolean {
  if (org.phase !== 'not-installed' && org.phase !== 'setting-up') return false;
  return (org.look?.untilMs ?? 0) - LOOK_FOR_READER_MS / 2 <= nowMs;
}
