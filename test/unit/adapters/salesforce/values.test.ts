import { describe, expect, it } from 'vitest';
import { bulkReader, restReader } from '../../../../lambdas/adapters/salesforce/values.ts';

describe('values', () => {
  it.each([
    ['string', 'NA', 'NA'],
    ['string', 'null', 'null'],
    ['string', '', null],
    ['textarea', '2026-05-06T11:57:09.000+0000', '2026-05-06T11:57:09.000+0000'],
    ['int', '12.0', 12],
    ['double', '9.12260031E8', 912_260_031],
    ['currency', '15000.0', 15_000],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['date', '2026-03-08', '2026-03-08'],
    ['datetime', '2026-05-06T11:57:09.000Z', '2026-05-06T11:57:09.000Z'],
    ['datetime', '2026-05-06T11:57:09.000+0000', '2026-05-06T11:57:09.000Z'],
    ['datetime', '2026-05-06T11:57:09Z', '2026-05-06T11:57:09.000Z'],
    ['datetime', '2026-05-06T13:57:09.5+02:00', '2026-05-06T11:57:09.500Z'],
    ['datetime', '2026-05-06T13:57:09.500+0200', '2026-05-06T11:57:09.500Z'],
    ['reference', '0035g00000XyZ01AAF', '0035g00000XyZ01AAF'],
  ])('a Bulk cell of type %s: %j is %j', (type, cell, value) => {
    expect(bulkReader('F', type)(cell)).toBe(value);
  });

  it.each([
    ['string', null, null],
    ['string', '', ''],
    ['double', 300, 300],
    ['boolean', false, false],
    ['datetime', '2026-05-06T11:57:09.000+0000', '2026-05-06T11:57:09.000Z'],
    ['time', '10:30:00.000Z', '10:30:00.000Z'],
  ])('a REST value of type %s: %j is %j', (type, json, value) => {
    expect(restReader('F', type)(json)).toBe(value);
  });

  it.each([
    ['int', 'twelve'],
    ['double', 'Infinity'],
    ['boolean', '1'],
    ['date', '08.03.2026'],
    ['datetime', 'yesterday'],
    ['datetime', '2026-13-45T99:57:09Z'],
    ['address', 'x'],
  ])('refuses a Bulk cell that is no %s, naming the field and not the value', (type, cell) => {
    expect(() => bulkReader('Secret__c', type)(cell)).toThrow(/^Secret__c: /);
    expect(() => bulkReader('Secret__c', type)(cell)).not.toThrow(cell);
  });

  it.each([
    ['string', { street: 'x' }],
    ['double', '300'],
    ['boolean', 'true'],
    ['datetime', 12],
  ])('refuses a REST value that is no %s', (type, json) => {
    expect(() => restReader('F', type)(json)).toThrow(`no ${type}`);
  });
});
