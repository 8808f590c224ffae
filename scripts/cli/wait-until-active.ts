import { setTimeout as sleep } from 'node:timers/promises';
import type { Receiver, Status } from './receiver.ts';

/** Where progress is told. */
export interface Teller {
  log(line: string): void;
}

const EVERY_MS = 2_000;
/** States in which the sync does what it was set up for. */
const WORKING: ReadonlySet<Status['state']> = new Set(['active', 'quiet', 'interval', 'closing']);

/**
 * Tells every change of state until the sync works, or the time is over.
 * @returns the last status; whether it works is to be read in it
 */
export async function waitUntilActive(
  receiver: Receiver,
  waitMs: number,
  teller: Teller,
): Promise<Status> {
  const endMs = Date.now() + waitMs;
  let told = '';
  for (;;) {
    const status = await receiver.status();
    const line = stateLine(status);
    if (line !== told) teller.log(line);
    told = line;
    if (WORKING.has(status.state) || Date.now() >= endMs) return status;
    await sleep(EVERY_MS);
  }
}

function stateLine({ state, cause, fix }: Status): string {
  return `${state}: ${cause}${fix === undefined ? '' : `\n  ${fix}`}`;
}
