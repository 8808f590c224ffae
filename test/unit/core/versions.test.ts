import { describe, expect, it } from 'vitest';
import { feedEvent } from '#core/feed-events.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { Fields, MirrorRecord, RecordWrite, UpsertWrite } from '#core/record.ts';
import { decideWrite } from '#core/versions.ts';

const ID = '0035g00000XyZ01AAF' as RecordId;
const WINNER = '0035g00000XyZ09AAF' as RecordId;
const ORG = '00D5g000001AbCdEAK' as OrgId;
const T = Date.UTC(2026, 10, 21, 22, 10, 1);
const base = { object: 'Contact', id: ID, via: 'read' as const };

function upsert(fields: Fields, more: Partial<UpsertWrite> = {}): RecordWrite {
  const version = { modstampMs: T, readAtMs: T + 1_000 };
  return { ...base, kind: 'upsert', version, fields, fieldSet: '*', bornAfterMs: 0, ...more };
}

function stored(...writes: RecordWrite[]): MirrorRecord {
  let record: MirrorRecord | undefined;
  for (const write of writes) record = decideWrite(record, write, T).record;
  if (record === undefined) throw new Error('no write');
  return record;
}

describe('decideWrite', () => {
  it('announces an unknown record as created or refreshed by its own CreatedDate', () => {
    const createdDate = new Date(T).toISOString();
    const born = decideWrite(
      undefined,
      upsert({ CreatedDate: createdDate }, { bornAfterMs: T }),
      T,
    );
    const old = decideWrite(
      undefined,
      upsert({ CreatedDate: createdDate }, { bornAfterMs: T + 1 }),
      T,
    );
    expect(born.record.lastChange.type).toBe('record.created');
    expect(old.record.lastChange.type).toBe('record.refreshed');
  });

  it('without a CreatedDate announces a birth only if the write vouches for it', () => {
    expect(decideWrite(undefined, upsert({}), T).record.lastChange.type).toBe('record.created');
    const unsure = decideWrite(undefined, upsert({}, { bornAfterMs: T }), T);
    expect(unsure.record.lastChange.type).toBe('record.refreshed');
  });

  it('writes a tombstone for an unknown id, and lets no older version resurrect it', () => {
    const gone = stored({ ...base, kind: 'tombstone', version: { modstampMs: T, readAtMs: T } });
    expect(gone).toMatchObject({ deleted: true, revision: 1, fields: {} });
    const late = upsert(
      { Email: 'a@x.example' },
      { version: { modstampMs: T - 1_000, readAtMs: T + 60_000 } },
    );
    expect(decideWrite(gone, late, T).outcome).toBe('stale');
  });

  it('clears deleted and mergedInto by an undelete, announced as refreshed', () => {
    const loser = stored({
      ...base,
      kind: 'tombstone',
      version: { modstampMs: T, readAtMs: T },
      mergedInto: WINNER,
    });
    expect(loser.lastChange.type).toBe('record.merged');
    const back = upsert(
      { Email: 'a@x.example' },
      { version: { modstampMs: T + 1_000, readAtMs: T + 1_000 } },
    );
    const { record } = decideWrite(loser, back, T);
    expect(record).toMatchObject({
      deleted: false,
      revision: 2,
      lastChange: { type: 'record.refreshed' },
    });
    expect(record).not.toHaveProperty('mergedInto');
  });

  it('keeps the values of a hidden record and shows it again by a settled read of the same stamp', () => {
    const hidden = stored(upsert({ Email: 'a@x.example' }), {
      ...base,
      kind: 'hide',
      version: { modstampMs: T, readAtMs: T + 10_000 },
    });
    expect(hidden).toMatchObject({
      hidden: true,
      deleted: false,
      fields: { Email: 'a@x.example' },
    });
    const unsettled = upsert(
      { Email: 'a@x.example' },
      { version: { modstampMs: T, readAtMs: T + 2_000 } },
    );
    expect(decideWrite(hidden, unsettled, T).outcome).toBe('stale');
    const later = upsert(
      { Email: 'a@x.example' },
      { version: { modstampMs: T, readAtMs: T + 20_000 } },
    );
    expect(decideWrite(hidden, later, T).record).toMatchObject({ hidden: false, revision: 3 });
  });

  it('calls the column backfill of a widened field set a refresh', () => {
    const narrow = stored(upsert({ Email: 'a@x.example' }, { fieldSet: 'aaaaaaaaaaaa' }));
    const wide = upsert(
      { Email: 'a@x.example', Phone: '1' },
      { fieldSet: 'bbbbbbbbbbbb', version: { modstampMs: T, readAtMs: T + 9_000 } },
    );
    const { outcome, record } = decideWrite(narrow, wide, T);
    expect(outcome).toBe('applied');
    expect(record.lastChange).toMatchObject({ type: 'record.refreshed', old: { Phone: null } });
  });

  it('moves the version of equal content without a new revision', () => {
    const first = stored(upsert({ Email: 'a@x.example' }));
    const version = { modstampMs: T, readAtMs: T + 30_000 };
    const { outcome, record } = decideWrite(
      first,
      upsert({ Email: 'a@x.example' }, { version }),
      T + 1,
    );
    expect(outcome).toBe('unchanged');
    expect(record).toEqual({ ...first, version });
  });

  it('survives a field named like a member of Object.prototype', () => {
    const hostile: Fields = JSON.parse('{"__proto__": "x", "constructor": "y"}');
    const first = stored(upsert({ Email: 'a@x.example' }));
    const next = upsert(hostile, { version: { modstampMs: T + 1_000, readAtMs: T + 1_000 } });
    const { record } = decideWrite(first, next, T);
    expect(Object.keys(record.lastChange.old).sort()).toEqual([
      'Email',
      '__proto__',
      'constructor',
    ]);
    expect(Object.getPrototypeOf(record.lastChange.old)).toBe(Object.prototype);
  });
});

describe('feedEvent', () => {
  it('gives a created record every field that has a value, and a deleted one what it had', () => {
    const created = stored(upsert({ Email: 'a@x.example', Phone: null }));
    expect(feedEvent(ORG, created)).toEqual({
      id: `${ID}:1`,
      type: 'record.created',
      orgId: ORG,
      object: 'Contact',
      recordId: ID,
      revision: 1,
      via: 'read',
      modstamp: '2026-11-21T22:10:01.000Z',
      appliedAt: '2026-11-21T22:10:01.000Z',
      changed: { Email: { old: null, new: 'a@x.example' } },
    });
    const gone: RecordWrite = {
      ...base,
      kind: 'tombstone',
      version: { modstampMs: T + 1_000, readAtMs: T + 1_000 },
      mergedInto: WINNER,
    };
    expect(feedEvent(ORG, decideWrite(created, gone, T).record)).toMatchObject({
      type: 'record.merged',
      mergedInto: WINNER,
      changed: { Email: { old: 'a@x.example', new: null } },
    });
  });
});

describe('feedEvent of an old record new to the mirror', () => {
  const old = { bornAfterMs: T } as const;

  it('holds its values when a notice or read brought it, none when Bulk did', () => {
    const changedBy = (via: 'read' | 'bulk') =>
      feedEvent(ORG, stored(upsert({ Email: 'a@x.example' }, { ...old, via }))).changed;
    expect(changedBy('read')).toEqual({ Email: { old: null, new: 'a@x.example' } });
    expect(changedBy('bulk')).toEqual({});
  });
});
