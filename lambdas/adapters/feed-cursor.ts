import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';

/** How long the feed keeps an event (R15). */
export const FEED_KEPT_MS = 7 * 24 * 3_600_000;

/** Events of one stored batch; a longer append becomes several. */
export const EVENTS_PER_BATCH = 500;

/**
 * A place between two events: before event `index` (0, 1, …) of batch `seq`. Readers see it as `seq.index`.
 * Batches of an org are numbered without a hole, so that a reader can tell "nothing yet" from "trimmed".
 */
export interface FeedCursor {
  readonly seq: number;
  readonly index: number;
}

/** The number of an org's first batch. */
export const FIRST_SEQ = 1;

/** What a reader gives instead of a cursor to get the end of the feed and nothing old. */
export const LATEST = 'latest';

/** What a reader gives instead of a cursor to begin with the last events there are: `last:50`. */
const LAST_PATTERN = /^last:([1-9][0-9]{0,2})$/;

/** … or with what was appended at a time, ms, or after: `since:1760000000000`. */
const SINCE_PATTERN = /^since:([0-9]{1,15})$/;

const CURSOR_PATTERN = /^([1-9][0-9]{0,14})\.(0|[1-9][0-9]{0,5})$/;

export function formatCursor({ seq, index }: FeedCursor): string {
  return `${seq}.${index}`;
}

/** How many of the last events a reader asks to begin with; undefined when it gives something else. */
export function lastCount(after: string): number | undefined {
  const match = LAST_PATTERN.exec(after);
  return match === null ? undefined : Number(match[1]);
}

/**
 * From which time on a reader asks for events, ms; undefined when it gives something else.
 * @throws AppError gone when events of that time are kept no longer
 */
export function sinceTime(orgId: OrgId, after: string, nowMs: number): number | undefined {
  const match = SINCE_PATTERN.exec(after);
  if (match === null) return undefined;
  const sinceMs = Number(match[1]);
  if (sinceMs < nowMs - FEED_KEPT_MS) throw trimmedCursor(orgId);
  return sinceMs;
}

/**
 * The place from which so many events follow, or all of them when there are fewer.
 * @param newestFirst batches, from the end backwards; read only as far as needed
 */
export function cursorBefore(
  count: number,
  newestFirst: Iterable<{ readonly seq: number; readonly size: number }>,
  end: number,
): FeedCursor {
  let wanted = count;
  let cursor: FeedCursor = { seq: end, index: 0 };
  for (const { seq, size } of newestFirst) {
    cursor = { seq, index: Math.max(0, size - wanted) };
    wanted -= size;
    if (wanted <= 0) break;
  }
  return cursor;
}

/** @throws AppError invalid-input */
export function parseCursor(text: string): FeedCursor {
  const match = CURSOR_PATTERN.exec(text);
  if (match === null) throw unknownCursor();
  return { seq: Number(match[1]), index: Number(match[2]) };
}

export function unknownCursor(): AppError {
  return new AppError(
    'invalid-input',
    'after: not a cursor of this feed. Give back `next` of an earlier page, or leave it out to start with the oldest event kept.',
    { pointer: 'after' },
  );
}

export function trimmedCursor(orgId: OrgId): AppError {
  return new AppError(
    'gone',
    `The feed of ${orgId} no longer keeps what follows this cursor (events are kept 7 days). Compare by GET /records, then read on from after=latest.`,
    { pointer: 'after' },
  );
}
