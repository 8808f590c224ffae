import type { RecordId } from '#core/ids.ts';
import type { Fields, HideWrite, TombstoneWrite, UpsertWrite } from '#core/record.ts';
import { recordIdOf } from './salesforce-ids.ts';

/** Stamps of the tests are so many seconds after this. */
export const EPOCH_MS = Date.UTC(2026, 10, 21, 9);
/** Settled (R1): the read began a minute after the stamp. */
const SETTLED_MS = 60_000;

interface WriteOptions {
  readonly object?: string;
  readonly id?: RecordId;
  /** SystemModstamp, seconds after `EPOCH_MS`. */
  readonly stamp?: number;
  /** When the read began, ms after the stamp. */
  readonly readAfterMs?: number;
}

function base({ object = 'Contact', id, stamp = 0, readAfterMs = SETTLED_MS }: WriteOptions) {
  const modstampMs = EPOCH_MS + stamp * 1_000;
  return {
    object,
    id: id ?? recordIdOf('003', 1),
    version: { modstampMs, readAtMs: modstampMs + readAfterMs },
  };
}

export function anUpsert(fields: Fields, options: WriteOptions = {}): UpsertWrite {
  const written = { kind: 'upsert', via: 'read', fields, fieldSet: '*', bornAfterMs: 0 } as const;
  return { ...written, ...base(options) };
}

export function aTombstone(options: WriteOptions & { mergedInto?: RecordId } = {}): TombstoneWrite {
  const { mergedInto } = options;
  const write = {
    kind: 'tombstone',
    via: 'notice',
    ...base({ readAfterMs: 0, ...options }),
  } as const;
  return mergedInto === undefined ? write : { ...write, mergedInto };
}

export function aHide(options: WriteOptions = {}): HideWrite {
  return { kind: 'hide', via: 'read', ...base(options) };
}
