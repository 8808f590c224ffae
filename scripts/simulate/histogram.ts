import type { Verdict } from './judge-seed.ts';

/** Processes of the receiver that die: in every kind of history. */
export const DEATHS: readonly string[] = [
  ...['gateway', 'worker', 'bulk', 'activity', 'scheduler', 'admin'].map((name) => `kill-${name}`),
  'restart',
];

/** Everything about records that seeds have to come across: what is missing here was never tried. */
export const REACHABLE: readonly string[] = [
  ...['insert', 'update', 'delete', 'undelete', 'merge', 'conversion'].map((op) => `saved-${op}`),
  ...['insert', 'update', 'delete'].map((op) => `ingested-${op}`),
  'saved-silently',
  'saved-in-a-flurry',
  'purged',
  ...['held', 'doubled', 'answer-lost', 'corrupted'].map((kind) => `channel-${kind}`),
  'delivery-repeated',
  ...[
    'session-expired',
    'request-limit',
    'too-many-requests',
    'server-error',
    'unavailable',
    'row-lock',
    'slow',
    'reset',
    'truncated-body',
    'answer-lost',
    'late-commit',
    'hidden-records',
    'delete-log-hole',
    'bulk-failed',
    'bulk-aborted',
    'bulk-stuck',
    'bulk-short-page',
    'bulk-no-locator',
    'callout-refused',
    'callout-swallowed',
    'callout-slow',
    'callout-status',
    'rows-locked',
    'slow-events',
    'slow-jobs',
    'slow-bulk',
    'event-redelivered',
    'event-duplicated',
    'clock-skew',
  ].map((kind) => `fault-${kind}`),
  ...DEATHS,
  ...['realtime', 'interval', 'closing'].map((mode) => `mode-${mode}`),
  ...['auditing', 'active'].map((phase) => `phase-${phase}`),
  ...['audit', 'interval', 'closing', 'gap', 'sweep', 'check'].map((kind) => `pass-${kind}`),
  ...['done', 'failed'].map((state) => `pass-${state}`),
  ...['planned', 'submitted', 'importing', 'done', 'failed'].map((state) => `job-${state}`),
  ...['tie', 'missing', 'merge', 'undelete', 'cascade'].map((reason) => `verify-${reason}`),
  ...['idle', 'lagging', 'broken', 'disabled'].map((verdict) => `verdict-${verdict}`),
  'quota-nearly-used',
  'spent-by-others',
  ...['immediate', 'coalescing', 'economy'].map((mode) => `package-${mode}`),
  ...['changes', 'gap', 'ping'].map((type) => `salesforce.${type}`),
  ...['insert', 'update', 'delete', 'undelete', 'merge', 'values'].map((op) => `told-${op}`),
  ...['gateway', 'disabled'].map((reason) => `gap-${reason}`),
  ...['conditions', 'connect', 'audit', 'sync', 'token', 'disable', 'enable'].map(
    (name) => `api-${name}`,
  ),
  ...['fields', 'field-use', 'limits'].map((name) => `api-${name}`),
  'settings-Disable_RTS__c',
  'settings-Token__c',
  'settings-drift',
  'view-all-granted',
  'view-all-taken',
  'field-hidden',
  'field-shown',
  'permission-set-taken',
  'frozen',
  'shown-again',
  'look',
  'old-records',
  'announced-again',
];

/** How often all seeds together came across each thing; the ones that must be there, with zero where they are not. */
export function histogram(
  verdicts: readonly Verdict[],
  reachable: readonly string[],
): ReadonlyMap<string, number> {
  const counts = new Map(reachable.map((what) => [what, 0]));
  for (const { reached } of verdicts) {
    for (const [what, times] of reached) counts.set(what, (counts.get(what) ?? 0) + times);
  }
  return counts;
}

/** What no seed came across. */
export function unreached(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts].flatMap(([what, times]) => (times === 0 ? [what] : []));
}
