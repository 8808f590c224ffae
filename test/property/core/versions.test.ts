import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feedEvent } from '#core/feed-events.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { MirrorRecord, RecordVersion, RecordWrite } from '#core/record.ts';
import { compareVersions, decideWrite, isSettled } from '#core/versions.ts';

const OBJECT = 'Contact';
const ID = '0035g00000XyZ01AAF' as RecordId;
const WINNER = '0035g00000XyZ09AAF' as RecordId;
const ORG = '00D5g000001AbCdEAK' as OrgId;
const START = Date.UTC(2026, 10, 21, 22, 0, 0);

/** Stamps over a few seconds and reads up to 20 s later: equal stamps, settled and unsettled, all come often. */
const version: fc.Arbitrary<RecordVersion> = fc
  .record({ second: fc.integer({ min: 0, max: 4 }), delayMs: fc.integer({ min: 0, max: 20_000 }) })
  .map(({ second, delayMs }) => {
    const modstampMs = START + second * 1_000;
    return { modstampMs, readAtMs: modstampMs + delayMs };
  });
const fields = fc.record({
  Email: fc.constantFrom('a@x.example', 'b@x.example', null),
  OwnerId: fc.constantFrom('o1', 'o2'),
});
const base = { object: OBJECT, id: ID, via: 'read' as const };

const upsert = fc
  .record({ version, fields })
  .map((w): RecordWrite => ({ ...base, ...w, kind: 'upsert', fieldSet: '*', bornAfterMs: 0 }));
const tombstone = fc.record({ version, merged: fc.boolean() }).map(
  ({ version: v, merged }): RecordWrite => ({
    ...base,
    kind: 'tombstone',
    version: v,
    ...(merged ? { mergedInto: WINNER } : {}),
  }),
);
const hide = version.map((v): RecordWrite => ({ ...base, kind: 'hide', version: v }));
const write = fc.oneof({ weight: 4, arbitrary: upsert }, { weight: 2, arbitrary: tombstone }, hide);

function fold(writes: readonly RecordWrite[]): MirrorRecord | undefined {
  return writes.reduce<MirrorRecord | undefined>(
    (stored, next) => decideWrite(stored, next, START).record,
    undefined,
  );
}

/** What readers of the mirror see: not how often or when it was written. */
function visible(record: MirrorRecord | undefined) {
  if (record === undefined) return undefined;
  const { deleted, hidden, mergedInto, fields: values, version: v } = record;
  return { deleted, hidden, mergedInto, values, v };
}

describe('the version rule (R1)', () => {
  it('orders any two versions, each way round consistently', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const mirrored = { newer: 'older', older: 'newer', undecided: 'undecided' } as const;
        expect(compareVersions(b, a)).toBe(mirrored[compareVersions(a, b)]);
        expect(compareVersions(a, a)).toBe('undecided');
      }),
    );
  });

  it('never goes back to an older version, and never counts revisions down', () => {
    fc.assert(
      fc.property(fc.array(write, { minLength: 1, maxLength: 12 }), (writes) => {
        let stored: MirrorRecord | undefined;
        for (const next of writes) {
          const { outcome, record } = decideWrite(stored, next, START);
          if (stored !== undefined) {
            expect(compareVersions(record.version, stored.version)).not.toBe('older');
            expect(record.revision).toBe(stored.revision + (outcome === 'applied' ? 1 : 0));
          }
          if (outcome === 'stale' || outcome === 'tie') expect(record).toBe(stored);
          stored = record;
        }
      }),
    );
  });

  it('changes nothing when the same write comes again', () => {
    fc.assert(
      fc.property(fc.array(write, { maxLength: 8 }), write, (before, next) => {
        const stored = fold([...before, next]);
        const again = decideWrite(stored, next, START + 60_000);
        expect(again.outcome).not.toBe('applied');
        expect(again.record).toBe(stored);
      }),
    );
  });

  it('ends the same in any order once a settled read of the last stamp is among the writes', () => {
    const settling = fc.record({ fields, delayMs: fc.integer({ min: 30_000, max: 40_000 }) });
    fc.assert(
      fc.property(
        fc.array(upsert, { minLength: 1, maxLength: 8 }),
        settling,
        fc.infiniteStream(fc.nat()),
        (writes, last, order) => {
          const modstampMs = Math.max(...writes.map((w) => w.version.modstampMs));
          const settled: RecordWrite = {
            ...base,
            kind: 'upsert',
            fields: last.fields,
            fieldSet: '*',
            bornAfterMs: 0,
            version: { modstampMs, readAtMs: modstampMs + last.delayMs },
          };
          const all = [...writes, settled];
          const shuffled = all.map((w) => ({ w, key: order.next().value as number }));
          shuffled.sort((a, b) => a.key - b.key);
          expect(visible(fold(shuffled.map(({ w }) => w)))).toEqual(visible(fold(all)));
          expect(fold(all)?.fields).toEqual(last.fields);
        },
      ),
    );
  });

  it('calls a tie exactly when two unsettled or equally late reads of one stamp differ', () => {
    fc.assert(
      fc.property(upsert, upsert, (first, second) => {
        const stored = fold([first]);
        if (stored === undefined || first.kind !== 'upsert' || second.kind !== 'upsert') return;
        const sameStamp = first.version.modstampMs === second.version.modstampMs;
        const equallyLate =
          isSettled(first.version) === isSettled(second.version) &&
          (!isSettled(first.version) || first.version.readAtMs === second.version.readAtMs);
        const differs = JSON.stringify(first.fields) !== JSON.stringify(second.fields);
        const isTie = decideWrite(stored, second, START).outcome === 'tie';
        expect(isTie).toBe(sameStamp && equallyLate && differs);
      }),
    );
  });

  it("keeps a merge loser's winner at an equal version, whichever tombstone came first (R4)", () => {
    fc.assert(
      fc.property(version, version, fc.boolean(), (a, b, mergeFirst) => {
        const same = {
          modstampMs: a.modstampMs,
          readAtMs: a.modstampMs + (b.readAtMs - b.modstampMs),
        };
        const plain: RecordWrite = { ...base, kind: 'tombstone', version: a };
        const merge: RecordWrite = {
          ...base,
          kind: 'tombstone',
          version: same,
          mergedInto: WINNER,
        };
        const end = fold(mergeFirst ? [merge, plain] : [plain, merge]);
        expect(end?.mergedInto).toBe(WINNER);
        expect(end?.deleted).toBe(true);
      }),
    );
  });

  it('prefers deleted to hidden at an equal stamp, in either order (R2)', () => {
    fc.assert(
      fc.property(version, fc.nat(20_000), fc.boolean(), (a, delayMs, hideFirst) => {
        const gone: RecordWrite = { ...base, kind: 'tombstone', version: a };
        const hidden: RecordWrite = {
          ...base,
          kind: 'hide',
          version: { modstampMs: a.modstampMs, readAtMs: a.modstampMs + delayMs },
        };
        const end = fold(hideFirst ? [hidden, gone] : [gone, hidden]);
        expect(end).toMatchObject({ deleted: true, hidden: false });
      }),
    );
  });
});

describe('the feed event of an applied write (R15)', () => {
  it('tells the step from the state before to the state after', () => {
    fc.assert(
      fc.property(fc.array(write, { minLength: 2, maxLength: 10 }), (writes) => {
        let stored: MirrorRecord | undefined;
        for (const next of writes) {
          const { outcome, record } = decideWrite(stored, next, START);
          const event = feedEvent(ORG, record);
          expect(event.id).toBe(`${ID}:${record.revision}`);
          if (outcome === 'applied' && stored !== undefined) {
            const expected = new Map(Object.entries(stored.fields));
            for (const [name, { old, new: now }] of Object.entries(event.changed)) {
              expect(expected.get(name) ?? null).toBe(old);
              expected.set(name, now);
            }
            for (const [name, value] of expected) expect(record.fields[name] ?? null).toBe(value);
          }
          stored = record;
        }
      }),
    );
  });
});
