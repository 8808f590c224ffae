import { beforeEach, describe, expect, test } from 'vitest';
import type { FieldValues } from '../../../../local/org/schema/schema.ts';
import { deployed, openTestOrg, orgId, refusal, type TestOrg } from '../support.ts';

let org: TestOrg;

beforeEach(() => {
  org = openTestOrg();
});

function insertRefusal(object: string, values: FieldValues) {
  const before = org.store.count(object);
  const result = refusal(() => org.insert(object, values));
  expect(org.store.count(object)).toBe(before);
  return result;
}

describe('a new record', () => {
  test('gets id, owner, stamps and defaults', () => {
    const saved = org.store.insert(
      'Account',
      { Name: 'Acme' },
      { ...org.context, nowMs: org.context.nowMs + 789 },
    );
    expect(saved).toMatchObject({
      Name: 'Acme',
      OwnerId: org.userId,
      IsDeleted: false,
      Industry: null,
      CreatedDate: '2026-05-06T12:00:00.000Z',
      CreatedById: org.userId,
      LastModifiedDate: '2026-05-06T12:00:00.000Z',
      SystemModstamp: '2026-05-06T12:00:00.000Z',
    });
    expect(saved['Id']).toMatch(/^001Dp000000000\w{4}$/);
    expect(org.store.read('Account', String(saved['Id']))).toEqual(saved);
  });

  test('keeps the times it is given where audit fields may be set', () => {
    const values = {
      Name: 'Old',
      CreatedDate: '2020-01-01T00:00:00.000Z',
      LastModifiedDate: '2021-01-01T00:00:00.000Z',
    };
    expect(
      org.store.insert('Account', values, { ...org.context, auditFields: true }),
    ).toMatchObject({
      CreatedDate: '2020-01-01T00:00:00.000Z',
      LastModifiedDate: '2021-01-01T00:00:00.000Z',
      SystemModstamp: '2026-05-06T12:00:00.000Z',
    });
    expect(org.store.insert('Account', values, org.context)['CreatedDate']).toBe(
      '2026-05-06T12:00:00.000Z',
    );
  });

  test('has its text without spaces around it, and no empty text', () => {
    const id = org.insert('Account', { Name: '  Acme ', Phone: '   ', Description: ' kept ' });
    expect(org.store.read('Account', id)).toMatchObject({
      Name: 'Acme',
      Phone: null,
      Description: ' kept ',
    });
  });

  test('has whole seconds in its datetimes', () => {
    const id = org.insert('Task', { Subject: 'x', ReminderDateTime: '2026-05-07T08:30:15.987Z' });
    expect(org.store.read('Task', id)?.['ReminderDateTime']).toBe('2026-05-07T08:30:15.000Z');
  });

  test('cannot be told what the platform decides', () => {
    const saved = org.store.insert(
      'Opportunity',
      {
        Name: 'x',
        StageName: 'Prospecting',
        CloseDate: '2026-06-01',
        IsWon: true,
        Id: '006000000000001AAA',
      },
      org.context,
    );
    expect(saved).toMatchObject({ IsWon: false });
    expect(saved['Id']).not.toBe('006000000000001AAA');
  });
});

describe('what a save refuses', () => {
  test('missing required fields, all at once', () => {
    expect(insertRefusal('Lead', { FirstName: 'Jane' })).toEqual({
      code: 'REQUIRED_FIELD_MISSING',
      message: 'Required fields are missing: [LastName, Company]',
      fields: ['LastName', 'Company'],
    });
  });

  test('a required field set to nothing', () => {
    const id = org.insert('Account', { Name: 'Acme' });
    expect(refusal(() => org.store.update('Account', id, { Name: ' ' }, org.context)).code).toBe(
      'REQUIRED_FIELD_MISSING',
    );
    expect(org.store.read('Account', id)?.['Name']).toBe('Acme');
  });

  test('text that is too long', () => {
    expect(insertRefusal('Contact', { LastName: 'x'.repeat(81) })).toEqual({
      code: 'STRING_TOO_LONG',
      message: `Last Name: data value too large: ${'x'.repeat(81)} (max length=80)`,
      fields: ['LastName'],
    });
  });

  test.each([
    'not an email',
    'a@b',
    'a@@b.example',
    '.a@b.example',
    'a b@c.example',
    'a@-b.example',
    'a..b@c.example',
  ])('the e-mail address %j', (address) => {
    expect(insertRefusal('Contact', { LastName: 'Doe', Email: address })).toEqual({
      code: 'INVALID_EMAIL_ADDRESS',
      message: `Email: invalid email address: ${address}`,
      fields: ['Email'],
    });
  });

  test.each(['jane@acme.example', "o'neil+tag@sub.acme.co.uk", 'x_y-z@1.example'])(
    'but not %s',
    (address) => {
      expect(
        org.store.read('Contact', org.insert('Contact', { LastName: 'Doe', Email: address }))?.[
          'Email'
        ],
      ).toBe(address);
    },
  );

  test('a value outside a restricted picklist, but not outside an open one', () => {
    expect(insertRefusal('Task', { Subject: 'x', CallType: 'Sideways' })).toEqual({
      code: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      message: 'Call Type: bad value for restricted picklist field: Sideways',
      fields: ['CallType'],
    });
    expect(org.insert('Account', { Name: 'x', Industry: 'Time travel' })).toBeTruthy();
  });

  test('a number with too many digits', () => {
    const opportunity = { Name: 'x', StageName: 'Prospecting', CloseDate: '2026-06-01' };
    expect(insertRefusal('Opportunity', { ...opportunity, Amount: 1e16 })).toMatchObject({
      code: 'NUMBER_OUTSIDE_VALID_RANGE',
      fields: ['Amount'],
    });
    expect(org.insert('Opportunity', { ...opportunity, Amount: 999_999_999_999_999 })).toBeTruthy();
  });

  test('a look-up to another kind of record', () => {
    const contactId = org.insert('Contact', { LastName: 'Doe' });
    expect(insertRefusal('Contact', { LastName: 'Roe', AccountId: contactId })).toEqual({
      code: 'FIELD_INTEGRITY_EXCEPTION',
      message: `Account ID: id value of incorrect type: ${contactId}`,
      fields: ['AccountId'],
    });
  });

  test('a look-up to nothing, or to a deleted record', () => {
    expect(
      insertRefusal('Contact', { LastName: 'Doe', AccountId: '001Dp0000000099IAA' }),
    ).toMatchObject({ code: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id' });
    const accountId = org.insert('Account', { Name: 'Gone' });
    org.store.remove('Account', accountId, org.context);
    expect(insertRefusal('Contact', { LastName: 'Doe', AccountId: accountId })).toMatchObject({
      code: 'ENTITY_IS_DELETED',
      message: 'entity is deleted',
    });
  });

  test('an inactive owner', () => {
    const [seller = ''] = org.store.findByKey('User', 'Username', 'sam@practice.example');
    org.store.update('User', seller, { IsActive: false }, org.context);
    expect(insertRefusal('Account', { Name: 'Acme', OwnerId: seller })).toMatchObject({
      code: 'INACTIVE_OWNER_OR_USER',
      message: `operation performed with inactive user [${seller.slice(0, 15)}] as owner of account`,
    });
  });

  test('a user name that is taken or is no address', () => {
    const user = {
      LastName: 'X',
      Alias: 'x',
      Email: 'x@practice.example',
      TimeZoneSidKey: 'GMT',
      LocaleSidKey: 'en_US',
      EmailEncodingKey: 'UTF-8',
      LanguageLocaleKey: 'en_US',
      ProfileId: String(
        org.query("SELECT Id FROM Profile WHERE Name = 'Standard User'")[0]?.['Id'],
      ),
    };
    expect(insertRefusal('User', { ...user, Username: 'ALEX@practice.example' }).code).toBe(
      'DUPLICATE_USERNAME',
    );
    expect(insertRefusal('User', { ...user, Username: 'alex' }).code).toBe('INVALID_EMAIL_ADDRESS');
    expect(
      org.store.read('User', org.insert('User', { ...user, Username: 'x@practice.example' })),
    ).toMatchObject({ Name: 'X', IsActive: true, UserType: 'Standard' });
  });
});

describe('a change', () => {
  test('writes what it gives, keeps the rest, moves the stamps', () => {
    const id = org.insert('Account', { Name: 'Acme', Phone: '1' });
    const saved = org.store.update('Account', id, { Phone: '2' }, org.later());
    expect(saved).toMatchObject({
      Name: 'Acme',
      Phone: '2',
      CreatedDate: '2026-05-06T12:00:00.000Z',
      LastModifiedDate: '2026-05-06T12:01:00.000Z',
      SystemModstamp: '2026-05-06T12:01:00.000Z',
    });
    expect(org.store.read('Account', id)).toEqual(saved);
  });

  test('of a record that is not there, or is deleted, is refused', () => {
    expect(
      refusal(() => org.store.update('Account', '001Dp0000000099IAA', {}, org.context)).code,
    ).toBe('INVALID_CROSS_REFERENCE_KEY');
    const id = org.insert('Account', { Name: 'Acme' });
    org.store.remove('Account', id, org.context);
    expect(
      refusal(() => org.store.update('Account', id, { Name: 'x' }, org.context)),
    ).toMatchObject({ code: 'ENTITY_IS_DELETED' });
  });

  test('leaves create-only fields alone', () => {
    const id = org.insert('Task', { Subject: 'x', TaskSubtype: 'Call' });
    expect(org.store.update('Task', id, { TaskSubtype: 'Email' }, org.context)['TaskSubtype']).toBe(
      'Call',
    );
  });
});

describe('custom objects', () => {
  beforeEach(() => {
    org = deployed();
  });

  test('number themselves and remember the count', () => {
    const ids = [1, 2].map(() => org.insert('Shipment__c', { Code__c: null }));
    expect(ids.map((id) => org.store.read('Shipment__c', id)?.['Name'])).toEqual([
      'S-0001',
      'S-0002',
    ]);
  });

  test('refuse a second record with a unique value, whatever its case', () => {
    const first = org.insert('Shipment__c', { Code__c: 'AB-1' });
    expect(refusal(() => org.insert('Shipment__c', { Code__c: 'ab-1' }))).toEqual({
      code: 'DUPLICATE_VALUE',
      message: `duplicate value found: Code__c duplicates value on record with id: ${first.slice(0, 15)}`,
      fields: ['Code__c'],
    });
    org.insert('Shipment__c', { Tag__c: 'x' });
    expect(org.insert('Shipment__c', { Tag__c: 'X' })).toBeTruthy();
    org.store.remove('Shipment__c', first, org.context);
    expect(org.insert('Shipment__c', { Code__c: 'AB-1' })).toBeTruthy();
  });

  test('take the id as name when none is given', () => {
    const id = org.insert('Parcel__c', { Shipment__c: org.insert('Shipment__c', {}) });
    expect(org.store.read('Parcel__c', id)?.['Name']).toBe(id.slice(0, 15));
  });

  test('a hierarchy setting belongs to the org unless told otherwise, once per owner', () => {
    const saved = org.store.insert('Prefs__c', { Limit__c: 3 }, org.context);
    expect(saved).toMatchObject({ SetupOwnerId: orgId, Name: 'Prefs (Organization)', On__c: true });
    expect(refusal(() => org.insert('Prefs__c', {}))).toMatchObject({
      code: 'DUPLICATE_VALUE',
      message: `duplicate value found: SetupOwnerId duplicates value on record with id: ${String(saved['Id']).slice(0, 15)}`,
    });
    expect(org.insert('Prefs__c', { SetupOwnerId: org.userId })).toBeTruthy();
  });

  test('platform events are checked and filled without being stored', () => {
    expect(org.store.check('Moved__e', {}, org.context)).toEqual({ Far__c: false });
    expect(
      refusal(() => org.store.check('Moved__e', { Where__c: 'x'.repeat(21) }, org.context)),
    ).toMatchObject({ code: 'STRING_TOO_LONG' });
    expect(refusal(() => org.insert('Moved__e', {}))).toMatchObject({
      code: 'INVALID_TYPE_FOR_OPERATION',
    });
  });
});
