import type { Fault } from '../../local/org/faults.ts';
import type { Random } from '../../local/seeded-random.ts';
import type { ChannelFault } from './notice-channel.ts';
import { pick } from './pick.ts';
import type { FunctionName } from './receiver.ts';
import { type Action, CRM_OBJECTS } from './steps.ts';

const MINUTE_MS = 60_000;
const FUNCTIONS: readonly FunctionName[] = [
  'gateway',
  'worker',
  'worker',
  'worker',
  'bulk',
  'bulk',
  'bulk',
  'activity',
  'scheduler',
  'admin',
];
/** Where the receiver reads, as parts of paths. */
const PATHS = ['/services/data', '/query', '/jobs/query', '/updated', '/deleted', '/composite/'];

/**
 * @param lossy also what keeps a change from the receiver until a pass finds it
 */
export function planDisturbance(random: Random, lossy: boolean): Action {
  const kind = random.next();
  if (kind < 0.3) return planKill(random);
  if (kind < 0.55) return { do: 'channel', faults: planChannelFaults(random, lossy) };
  const forMs = MINUTE_MS * (1 + random.integer(20));
  return { do: 'fault', fault: planFault(random, lossy), forMs };
}

function planFault(random: Random, lossy: boolean): Fault {
  const kind = random.next();
  if (kind < 0.3) return planCalloutFault(random, lossy);
  if (kind < 0.48) return planApexFault(random);
  return kind < 0.72 ? planBulkFault(random) : planApiFault(random, lossy);
}

/** What goes wrong with Bulk jobs; while the first audit runs, all of them have rows. */
export function planEarlyTrouble(random: Random): Action {
  const forMs = MINUTE_MS * (1 + random.integer(10));
  return { do: 'fault', fault: planBulkFault(random), forMs };
}

function planBulkFault(random: Random): Fault {
  const object = pick(random, CRM_OBJECTS);
  const times = 1 + random.integer(3);
  const faults: readonly Fault[] = [
    { kind: 'bulk-failed', times, object },
    { kind: 'bulk-aborted', times, object },
    { kind: 'bulk-stuck', object },
    { kind: 'bulk-short-page', rows: 1, times },
    { kind: 'bulk-short-page', rows: 1, times, object },
    { kind: 'bulk-no-locator', times, object },
    { kind: 'slow-bulk', times, object, delayMs: 1_000 + random.integer(90_000) },
    { kind: 'truncated-body', times, path: '/results' },
  ];
  return pick(random, faults);
}

/** What the org's own queues do, and saves that find rows locked. */
function planApexFault(random: Random): Fault {
  const times = 1 + random.integer(6);
  const delayMs = 1_000 + random.integer(120_000);
  const faults: readonly Fault[] = [
    { kind: 'slow-events', times, delayMs },
    { kind: 'slow-jobs', times, delayMs },
    { kind: 'event-redelivered', times },
    { kind: 'event-duplicated', times },
    { kind: 'rows-locked', times, object: pick(random, CRM_OBJECTS) },
  ];
  return pick(random, faults);
}

function planKill(random: Random): Action {
  if (random.next() < 0.15) return { do: 'restart' };
  return {
    do: 'kill',
    function: pick(random, FUNCTIONS),
    calls: 1 + random.integer(25),
    when: pick(random, ['before', 'after'] as const),
  };
}

function planChannelFaults(random: Random, lossy: boolean): readonly ChannelFault[] {
  return Array.from({ length: 1 + random.integer(4) }, () => {
    // What is older than five minutes when it arrives is refused for its signature.
    const longestMs = MINUTE_MS * (lossy ? 15 : 4);
    const delayMs = random.integer(random.next() < 0.5 ? 8_000 : longestMs);
    const kind = pick(random, ['held', 'doubled', 'answer-lost', 'corrupted'] as const);
    // A refused body closes the breaker for a while: its change comes with a gap.
    if (kind === 'corrupted' || kind === 'answer-lost') return { kind };
    return { kind, delayMs };
  });
}

function planCalloutFault(random: Random, lossy: boolean): Fault {
  const times = 1 + random.integer(8);
  const retryAfterSeconds = 30 + random.integer(600);
  const kind = random.next();
  if (lossy && kind < 0.3) return { kind: 'callout-swallowed', times };
  if (kind < 0.5) return { kind: 'callout-refused', times };
  if (kind < 0.65) return { kind: 'callout-slow', times, delayMs: 1_000 + random.integer(200_000) };
  const status = pick(random, [400, 401, 413, 429, 500, 503]);
  const paced = status === 429 || status === 503;
  return { kind: 'callout-status', status, times, ...(paced && { retryAfterSeconds }) };
}

function planApiFault(random: Random, lossy: boolean): Fault {
  const times = 1 + random.integer(6);
  const path = pick(random, PATHS);
  const retryAfterSeconds = 1 + random.integer(300);
  const delayMs = 1_000 + random.integer(90_000);
  const faults: readonly Fault[] = [
    { kind: 'session-expired', times, path },
    { kind: 'request-limit', times, path },
    { kind: 'too-many-requests', times, path, retryAfterSeconds },
    { kind: 'server-error', times, path },
    { kind: 'unavailable', times, path, html: true, retryAfterSeconds },
    { kind: 'unavailable', times, path },
    { kind: 'slow', times, path, delayMs },
    { kind: 'reset', times, path },
    { kind: 'truncated-body', times, path },
    { kind: 'answer-lost', times, path },
    ...(lossy ? [{ kind: 'delete-log-hole', hours: 0.5 + random.next() } as const] : []),
  ];
  return pick(random, faults);
}
