import { beforeEach, describe, expect, test } from 'vitest';
import { deployed, refusal, type TestOrg } from '../support.ts';

let org: TestOrg;

beforeEach(() => {
  org = deployed();
});

function coerced(object: string, field: string, raw: unknown) {
  return org.store.coerce(object, { [field]: raw })[field];
}

test.each<[string, string, unknown, unknown]>([
  ['Account', 'NumberOfEmployees', '-4', -4],
  ['Account', 'NumberOfEmployees', 3.0, 3],
  ['Account', 'AnnualRevenue', '1.5e3', 1_500],
  ['Account', 'AnnualRevenue', ' 12.50 ', 12.5],
  ['Account', 'Name', 5, '5'],
  ['Account', 'Name', '', null],
  ['Contact', 'DoNotCall', 'TRUE', true],
  ['Contact', 'DoNotCall', '0', false],
  ['Contact', 'Birthdate', '1980-02-29', '1980-02-29'],
  ['Contact', 'Birthdate', '1980-02-29T23:00:00Z', '1980-02-29'],
  ['Shipment__c', 'Due__c', '2026-05-06T14:00:00+02:00', '2026-05-06T12:00:00.000Z'],
  ['Shipment__c', 'Due__c', '2026-05-06T12:00:00.000+0000', '2026-05-06T12:00:00.000Z'],
  ['Shipment__c', 'Due__c', '2026-05-06T12:00:00', '2026-05-06T12:00:00.000Z'],
  ['Shipment__c', 'Due__c', '2026-05-06', '2026-05-06T00:00:00.000Z'],
  ['Shipment__c', 'Opens__c', '08:30:00Z', '08:30:00.000Z'],
  ['Contact', 'AccountId', '001dM00003kRs59', '001dM00003kRs59QAC'],
  ['Contact', 'AccountId', null, null],
])('%s.%s takes %j as %j', (object, field, raw, expected) => {
  expect(coerced(object, field, raw)).toBe(expected);
});

test.each<[string, string, unknown]>([
  ['Account', 'NumberOfEmployees', 'many'],
  ['Account', 'NumberOfEmployees', 3.7],
  ['Account', 'NumberOfEmployees', 3_000_000_000],
  ['Account', 'AnnualRevenue', '1,5'],
  ['Account', 'AnnualRevenue', 'Infinity'],
  ['Account', 'AnnualRevenue', '0x10'],
  ['Account', 'Name', { nested: true }],
  ['Contact', 'DoNotCall', 'maybe'],
  ['Contact', 'Birthdate', '1981-02-29'],
  ['Contact', 'Birthdate', 20_200_101],
  ['Shipment__c', 'Due__c', '2026-05-06T25:00:00Z'],
  ['Shipment__c', 'Due__c', 'yesterday'],
])('%s.%s refuses %j', (object, field, raw) => {
  expect(refusal(() => coerced(object, field, raw))).toMatchObject({
    code: 'INVALID_TYPE_ON_FIELD_IN_RECORD',
    fields: [field],
  });
});

test('ids that are none are refused in Salesforce’s words', () => {
  expect(refusal(() => coerced('Contact', 'AccountId', '001'))).toEqual({
    code: 'MALFORMED_ID',
    message: 'Account ID: id value of incorrect type: 001',
    fields: ['AccountId'],
  });
});

describe('names', () => {
  test('count without case and come back as declared; attributes are left out', () => {
    expect(
      org.store.coerce('account', { attributes: { type: 'Account' }, NAME: 'Acme', phone: '1' }),
    ).toEqual({ Name: 'Acme', Phone: '1' });
  });

  test.each(['foo', '__proto__', 'constructor', 'toString', 'Name; DROP TABLE o_account'])(
    '%s is no column',
    (name) => {
      expect(
        refusal(() =>
          org.store.coerce(
            'Account',
            JSON.parse(`{${JSON.stringify(name)}: "x"}`) as Record<string, unknown>,
          ),
        ),
      ).toMatchObject({
        code: 'INVALID_FIELD',
        message: `No such column '${name}' on sobject of type Account`,
      });
    },
  );

  test('of fields nobody may write are refused together, when the purpose is known', () => {
    expect(
      refusal(() =>
        org.store.coerce('Contact', { Name: 'x', IsDeleted: true, LastName: 'y' }, 'insert'),
      ),
    ).toEqual({
      code: 'INVALID_FIELD_FOR_INSERT_UPDATE',
      message:
        'Unable to create/update fields: Name, IsDeleted. Please check the security settings of this field and verify that it is read/write for your profile or permission set.',
      fields: ['Name', 'IsDeleted'],
    });
    expect(
      org.store.coerce('Task', { Id: '00TdM00003kRs59', Subject: 'x' }, 'update'),
    ).toMatchObject({ Subject: 'x' });
    expect(
      refusal(() => org.store.coerce('Task', { TaskSubtype: 'Call' }, 'update')).fields,
    ).toEqual(['TaskSubtype']);
    expect(
      refusal(() => org.store.coerce('Contact', { MailingAddress: {} }, 'insert')).fields,
    ).toEqual(['MailingAddress']);
  });
});

describe('look-ups by the parent’s key', () => {
  test('in JSON and in CSV', () => {
    const shipment = org.insert('Shipment__c', { Code__c: 'AB-1' });
    expect(org.store.coerce('Parcel__c', { Shipment__r: { Code__c: 'ab-1' } })).toEqual({
      Shipment__c: shipment,
    });
    expect(org.store.coerce('Parcel__c', { 'Shipment__r.Code__c': 'AB-1' })).toEqual({
      Shipment__c: shipment,
    });
    expect(org.store.coerce('Parcel__c', { 'Shipment__r.Code__c': '' })).toEqual({
      Shipment__c: null,
    });
    expect(
      org.store.coerce('Contact', {
        Owner: { attributes: { type: 'User' }, Username: 'sam@practice.example' },
      })['OwnerId'],
    ).toMatch(/^005/);
  });

  test('of several possible objects by the one that is named', () => {
    const lead = org.insert('Lead', { LastName: 'Roe', Company: 'X', Email: 'roe@x.example' });
    expect(org.store.coerce('Task', { 'Lead:Who.Email': 'roe@x.example' })).toEqual({
      WhoId: lead,
    });
    expect(
      org.store.coerce('Task', { Who: { attributes: { type: 'Lead' }, Email: 'roe@x.example' } }),
    ).toEqual({ WhoId: lead });
    expect(
      refusal(() => org.store.coerce('Task', { Who: { Email: 'roe@x.example' } })),
    ).toMatchObject({ code: 'INVALID_FIELD', fields: ['WhoId'] });
  });

  test.each<[string, Record<string, unknown>]>([
    ['a key nobody has', { Shipment__r: { Code__c: 'nope' } }],
    ['a field that is no key', { Shipment__r: { Weight__c: 5 } }],
    ['a field that is not there', { Shipment__r: { Nope__c: 'x' } }],
    ['two keys', { Shipment__r: { Code__c: 'a', Tag__c: 'b' } }],
    ['no object', { Shipment__r: 'AB-1' }],
  ])('are refused with %s', (_, input) => {
    expect(refusal(() => org.store.coerce('Parcel__c', input)).code).toBe('INVALID_FIELD');
  });

  test('are refused when several records match', () => {
    for (const LastName of ['A', 'B']) org.insert('Contact', { LastName, Email: 'same@x.example' });
    expect(
      refusal(() => org.store.coerce('Shipment__c', { Keeper__r: { Email: 'same@x.example' } }))
        .message,
    ).toContain('matches more than one record');
  });
});
