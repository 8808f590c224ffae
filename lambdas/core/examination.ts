import type { Liveness } from './org.ts';

/** What an examination found wrong in the org, each with its own cause and way out (R18). */
export type FaultCode =
  | 'package-gone'
  | 'package-not-visible'
  | 'sync-user-inactive'
  | 'sync-user-refused'
  | 'org-replaced'
  | 'permission-missing'
  | 'remote-site-refused'
  | 'settings-refused'
  | 'look-failed'
  | 'package-too-old'
  | 'settings-missing'
  | 'settings-of-another-org'
  | 'wrong-url'
  | 'wrong-token'
  | 'remote-site-missing'
  | 'remote-site-inactive'
  | 'trigger-missing'
  | 'trigger-inactive'
  | 'object-not-visible'
  | 'breaker-open'
  | 'conditions-refused';

export interface Fault {
  readonly code: FaultCode;
  /** What it is about: names of triggers or objects, a reason; never a secret. */
  readonly detail?: string;
}

/** What was seen of the org's own path for notices while Apex was quiet (R8). Receiver's clock, ms. */
export interface Examination {
  readonly atMs: number;
  /** When a ping was sent through the org's Apex; absent when it could not be published. */
  readonly pingedAtMs?: number;
  /** Made while changes were told: without a ping, and without looking for what was not told. */
  readonly glance?: true;
  /** In the order in which they are to be mended. */
  readonly faults: readonly Fault[];
  /** *Disable Mixmax RTS* is ticked for the org. */
  readonly disabled?: { readonly by: string; readonly sinceMs: number };
  /** Objects of which something changed that no notice told since Apex was last seen. */
  readonly untold: readonly string[];
  /** Permissions that the Sync User lacks, with what is lost by it. */
  readonly lacks: readonly string[];
}

/** `checking`: the ping is on its way. */
export type Verdict = 'idle' | 'lagging' | 'broken' | 'checking';

/** A ping is a platform event, a job and a callout; in economy mode the job waits a minute. */
const PING_PATIENCE_MS = 5 * 60_000;
/** The org's clock signs the ping's notice, ours notes when it was sent. */
const CLOCK_DIFFERENCE_MS = 300_000;

/**
 * R8: whether nobody saved anything (*idle*), changes were saved and not told although the path works (*lagging*), or
 * the path itself does not work (*broken*).
 */
export function verdictOf(
  { pingedAtMs, untold }: Examination,
  { lastPingAtMs = 0 }: Pick<Liveness, 'lastPingAtMs'>,
  nowMs: number,
): Verdict {
  if (pingedAtMs === undefined) return 'broken';
  if (lastPingAtMs < pingedAtMs - CLOCK_DIFFERENCE_MS) {
    return nowMs - pingedAtMs < PING_PATIENCE_MS ? 'checking' : 'broken';
  }
  return untold.length > 0 ? 'lagging' : 'idle';
}

/** The first version with Sync Conditions, and the first that this receiver works with. */
export const OLDEST_PACKAGE = [1, 0, 0] as const;

/** Whether a package's version, `1.2.3`, is older than what this receiver works with. */
export function isTooOld(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of OLDEST_PACKAGE.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part < wanted;
  }
  return false;
}
