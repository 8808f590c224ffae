import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ownerOrder,
  passOrder,
  passOrderPrefix,
  RECORD_SHARDS,
  recordKey,
  recordPartition,
} from '#adapters/aws/keys.ts';
import { freshOrgId, orgIdOf, recordIdOf } from '../../../support/salesforce-ids.ts';

const ORG = freshOrgId();

describe('keys', () => {
  it('spread records that were created in a row evenly over the partitions', () => {
    const counts = new Map<string, number>();
    for (let n = 0; n < 16_000; n += 1) {
      const { pk } = recordKey(ORG, 'Contact', recordIdOf('003', 5_000_000 + n));
      counts.set(pk, (counts.get(pk) ?? 0) + 1);
    }
    expect(counts.size).toBe(RECORD_SHARDS);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(250);
  });

  it('find a record where it was put, in one of the partitions that are listed', () => {
    const partitions = Array.from({ length: RECORD_SHARDS }, (_, n) =>
      recordPartition(ORG, 'Lead', n),
    );
    fc.assert(
      fc.property(fc.nat(), (n) => {
        const id = recordIdOf('00Q', n);
        expect(recordKey(ORG, 'Lead', id)).toEqual(recordKey(ORG, 'Lead', id));
        expect(partitions).toContain(recordKey(ORG, 'Lead', id).pk);
      }),
    );
  });

  it('are the same forever: stored records are found by them', () => {
    const key = recordKey(orgIdOf(7), 'Contact', recordIdOf('003', 123_456));
    expect(key).toEqual({ pk: 'REC#00D000000000007EAA#Contact#8', sk: '003000000000W7EAAU' });
  });

  it('of different orgs and objects never meet', () => {
    const id = recordIdOf('003', 1);
    const keys = [freshOrgId(), freshOrgId()].flatMap((org) =>
      ['Contact', 'Contact2', 'Contact__c'].map((object) => recordKey(org, object, id).pk),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('sort by time', () => {
    const time = fc.integer({ min: 0, max: 9_999_999_999_999 });
    fc.assert(
      fc.property(time, time, (a, b) => {
        const [one, two] = [passOrder('done', a, 'x'), passOrder('done', b, 'x')];
        expect(one < two).toBe(a < b);
        expect(ownerOrder(a, recordIdOf('00T', 1)) < ownerOrder(b, recordIdOf('00T', 1))).toBe(
          a < b,
        );
        expect(one.startsWith(passOrderPrefix('done'))).toBe(true);
      }),
    );
  });
});
