import { describe, expect, it } from 'vitest';
import { bulkColumns, rowWriter } from '#core/bulk-rows.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';

const column = (name: string, type = 'string') => ({ name, type });
const STATE = [
  column('Id', 'id'),
  column('SystemModstamp', 'datetime'),
  column('IsDeleted', 'boolean'),
  column('MasterRecordId', 'reference'),
];
const DESCRIBED = [column('Name'), ...STATE.toReversed(), column('Amount', 'currency')];
const FIELD_SET = { fields: ['Amount', 'Gone__c', 'Name'], hash: 'abc' };
const STAMP = '2026-11-21T22:00:00.000Z';
const READ_AT = Date.parse(STAMP) + 60_000;
const [ID, WINNER] = [recordIdOf('003', 1), recordIdOf('003', 2)];

const columns = bulkColumns(FIELD_SET, DESCRIBED);
const write = rowWriter({ object: 'Contact', columns, fieldSet: 'abc', bornAfterMs: 7 }, READ_AT);

describe('bulk rows', () => {
  it('ask for version and state as far as the object has them, then for the field set', () => {
    expect(columns).toEqual([...STATE, column('Amount', 'currency'), column('Name')]);
    const user = DESCRIBED.filter(({ name }) => !/IsDeleted|Master/.test(name));
    expect(bulkColumns(FIELD_SET, user).map(({ name }) => name)).toEqual([
      'Id',
      'SystemModstamp',
      'Amount',
      'Name',
    ]);
  });

  it('become upserts with the whole field set', () => {
    expect(write([ID, STAMP, false, null, 12, null])).toEqual({
      kind: 'upsert',
      object: 'Contact',
      id: ID,
      version: { modstampMs: Date.parse(STAMP), readAtMs: READ_AT },
      via: 'bulk',
      fields: { Amount: 12, Name: null },
      fieldSet: 'abc',
      bornAfterMs: 7,
    });
    expect(write([ID, STAMP, false, null, 1, 'b'])).not.toBe(
      write([ID, STAMP, false, null, 1, 'c']),
    );
  });

  it('become tombstones where they are deleted or merged', () => {
    expect(write([ID, STAMP, true, null, null, null])).toMatchObject({ kind: 'tombstone', id: ID });
    expect(write([ID, STAMP, true, WINNER, 1, 'x'])).toEqual({
      kind: 'tombstone',
      object: 'Contact',
      id: ID,
      version: { modstampMs: Date.parse(STAMP), readAtMs: READ_AT },
      via: 'bulk',
      mergedInto: WINNER,
    });
  });

  it('are refused without an id or a stamp', () => {
    expect(() => write([null, STAMP, false, null, 1, 'x'])).toThrow('without Id');
    expect(() => write([ID, null, false, null, 1, 'x'])).toThrow('without Id or SystemModstamp');
    expect(() => write(['003short', STAMP, false, null, 1, 'x'])).toThrow('Id');
  });
});
