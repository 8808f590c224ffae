import type { LedgerEntry } from './activities/ledger-entry.ts';
import { type DeadLetter, letterRecords, letterSubject } from './dead-letter.ts';
import type { Pass } from './pass.ts';

/** Errors of one source with one cause, for the page and the `errors` command. Times are ms, receiver's clock. */
export interface SyncError {
  /** `apex`: told by the package in the org; `salesforce`: refused or failed there; `queue`: given up here. */
  readonly source: 'apex' | 'salesforce' | 'queue';
  /** Short name of what failed. */
  readonly kind: string;
  /** Never holds a record's value. */
  readonly message: string;
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly objects: readonly string[];
  /** Ids of affected records, some of them if there are many. */
  readonly records: readonly string[];
  /** What can be tried again, by `POST /dead-letters` or `POST /activities/retries`. */
  readonly retry?: {
    readonly what: 'dead-letters' | 'activities';
    readonly ids: readonly string[];
  };
}

/** One error before it is put together with its like. */
export type SingleError = Omit<SyncError, 'count' | 'firstAtMs' | 'lastAtMs'> & {
  readonly atMs: number;
  /** How often it came; absent = once. */
  readonly times?: number;
  readonly sinceMs?: number;
};

const SHOWN_RECORDS = 100;
/** As many as one retry takes. */
const MAX_RETRIES = 500;

/** Puts errors of one cause together; the latest first. */
export function groupErrors(errors: readonly SingleError[]): readonly SyncError[] {
  const groups = Map.groupBy(errors, ({ source, kind, message }) =>
    JSON.stringify([source, kind, message]),
  );
  return [...groups.values()].map(groupOf).sort((a, b) => b.lastAtMs - a.lastAtMs);
}

function groupOf(errors: readonly SingleError[]): SyncError {
  const [{ source, kind, message } = { source: 'queue' as const, kind: '', message: '' }] = errors;
  const retries = errors.flatMap(({ retry }) => retry ?? []);
  const [first] = retries;
  return {
    source,
    kind,
    message,
    count: errors.reduce((sum, { times = 1 }) => sum + times, 0),
    firstAtMs: Math.min(...errors.map(({ atMs, sinceMs = atMs }) => sinceMs)),
    lastAtMs: Math.max(...errors.map(({ atMs }) => atMs)),
    objects: unique(errors.flatMap(({ objects }) => objects)),
    records: unique(errors.flatMap(({ records }) => records)).slice(0, SHOWN_RECORDS),
    ...(first !== undefined && {
      retry: {
        what: first.what,
        ids: unique(retries.flatMap(({ ids }) => ids)).slice(0, MAX_RETRIES),
      },
    }),
  };
}

export function letterError(letter: DeadLetter): SingleError {
  const { type, objects } = letterSubject(letter);
  return {
    source: 'queue',
    kind: type,
    message: letter.reason,
    atMs: letter.parkedAtMs,
    objects,
    records: letterRecords(letter, SHOWN_RECORDS),
    retry: { what: 'dead-letters', ids: [letter.id] },
  };
}

export function activityError({
  id,
  activity,
  problem,
  stateSinceMs,
  rows,
}: LedgerEntry): SingleError {
  return {
    source: 'salesforce',
    kind: activity.kind,
    message: problem ?? 'It was not written, and no reason is known.',
    atMs: stateSinceMs,
    objects: unique(rows.map(({ object }) => object)),
    records: rows.flatMap(({ recordId, whoIds }) => (recordId === undefined ? whoIds : [recordId])),
    retry: { what: 'activities', ids: [id] },
  };
}

/** One error for each object of a pass that failed. */
export function passErrors(pass: Pass): readonly SingleError[] {
  return Object.entries(pass.parts).flatMap(([object, { state, error }]) =>
    state === 'failed'
      ? [
          {
            source: 'salesforce' as const,
            kind: pass.kind,
            message: error ?? 'It failed, and no reason is known.',
            atMs: pass.finishedAtMs ?? pass.progressAtMs,
            objects: [object],
            records: [],
          },
        ]
      : [],
  );
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
