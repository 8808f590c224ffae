import { beforeEach, describe, expect, test } from 'vitest';
import { deployed, refusal, startMs, type TestOrg } from '../support.ts';

let org: TestOrg;

beforeEach(() => {
  org = deployed();
});

const dayMs = 86_400_000;

function deletedIds(object: string): string[] {
  return org.store.deletedBetween(object, startMs, startMs + dayMs).map((entry) => entry.id);
}

function acme() {
  const account = org.insert('Account', { Name: 'Acme' });
  const contact = org.insert('Contact', { LastName: 'Doe', AccountId: account });
  const opportunity = org.insert('Opportunity', {
    Name: 'Deal',
    AccountId: account,
    StageName: 'Prospecting',
    CloseDate: '2026-06-01',
  });
  const role = org.insert('OpportunityContactRole', {
    OpportunityId: opportunity,
    ContactId: contact,
  });
  const task = org.insert('Task', { Subject: 'Call', WhoId: contact });
  const shipment = org.insert('Shipment__c', { Account__c: account });
  return { account, contact, opportunity, role, task, shipment };
}

describe('deleting', () => {
  test('takes cascading children along, level by level, and lets other look-ups go', () => {
    const made = acme();
    const gone = org.store.remove('Account', made.account, org.later());
    expect(gone[0]).toEqual({ object: 'Account', id: made.account });
    expect(new Set(gone.map((key) => key.id))).toEqual(
      new Set([made.account, made.contact, made.opportunity, made.role, made.task]),
    );
    expect(org.store.read('Contact', made.contact)).toMatchObject({
      IsDeleted: true,
      SystemModstamp: '2026-05-06T12:01:00.000Z',
      LastModifiedDate: '2026-05-06T12:00:00.000Z',
    });
    expect(org.store.read('Account', made.account)).toMatchObject({
      IsDeleted: true,
      LastModifiedDate: '2026-05-06T12:01:00.000Z',
    });
    expect(org.store.read('Shipment__c', made.shipment)).toMatchObject({
      IsDeleted: false,
      Account__c: null,
      SystemModstamp: '2026-05-06T12:01:00.000Z',
    });
  });

  test('leaves no row of objects without Recycle Bin, but the deletion is known', () => {
    const made = acme();
    org.store.remove('OpportunityContactRole', made.role, org.context);
    expect(org.store.read('OpportunityContactRole', made.role)).toBeUndefined();
    expect(org.query('SELECT Id FROM OpportunityContactRole', { allRows: true })).toEqual([]);
    expect(org.store.deletedBetween('OpportunityContactRole', startMs, startMs + 1)).toEqual([
      { id: made.role, deletedDate: '2026-05-06T12:00:00.000Z' },
    ]);
  });

  test('is refused for what is gone or was never there', () => {
    const { account } = acme();
    org.store.remove('Account', account, org.context);
    expect(refusal(() => org.store.remove('Account', account, org.context)).code).toBe(
      'ENTITY_IS_DELETED',
    );
    expect(refusal(() => org.store.remove('Account', '001Dp0000000099IAA', org.context)).code).toBe(
      'INVALID_CROSS_REFERENCE_KEY',
    );
    expect(refusal(() => org.store.remove('User', org.userId, org.context)).code).toBe(
      'INVALID_TYPE_FOR_OPERATION',
    );
  });

  test('is refused while a look-up forbids it, also down a cascade, and then nothing is deleted', () => {
    const { account, contact } = acme();
    const kept = org.insert('Shipment__c', { Keeper__c: contact });
    const { code, message } = refusal(() => org.store.remove('Account', account, org.context));
    expect(code).toBe('DELETE_FAILED');
    expect(message).toBe(
      'Your attempt to delete Doe could not be completed because it is associated with the following shipment.: S-0002\n',
    );
    expect(org.store.read('Account', account)?.['IsDeleted']).toBe(false);
    expect(org.store.read('Shipment__c', kept)?.['Keeper__c']).toBe(contact);
  });

  test('is told to getDeleted within its window only', () => {
    const { account } = acme();
    org.store.remove('Account', account, org.later());
    expect(org.store.deletedBetween('Account', startMs, startMs + 60_000)).toEqual([]);
    expect(org.store.deletedBetween('Account', startMs + 60_000, startMs + 120_000)).toEqual([
      { id: account, deletedDate: '2026-05-06T12:01:00.000Z' },
    ]);
  });
});

describe('undeleting', () => {
  test('brings back what went together, and the look-ups that were let go', () => {
    const made = acme();
    const before = org.store.read('Contact', made.contact);
    org.store.remove('Account', made.account, org.later());
    const back = org.store.undelete('Account', made.account, org.later());
    expect(back[0]).toEqual({ object: 'Account', id: made.account });
    expect(new Set(back.map((key) => key.id))).toEqual(
      new Set([made.account, made.contact, made.opportunity, made.task]),
    );
    expect(org.store.read('Contact', made.contact)).toEqual({
      ...before,
      SystemModstamp: '2026-05-06T12:02:00.000Z',
    });
    expect(org.store.read('Shipment__c', made.shipment)?.['Account__c']).toBe(made.account);
    expect(deletedIds('Account')).toEqual([]);
    expect(deletedIds('OpportunityContactRole')).toEqual([made.role]);
  });

  test('leaves a look-up alone that somebody has pointed elsewhere', () => {
    const made = acme();
    org.store.remove('Account', made.account, org.context);
    const other = org.insert('Account', { Name: 'Other' });
    org.store.update('Shipment__c', made.shipment, { Account__c: other }, org.context);
    org.store.undelete('Account', made.account, org.context);
    expect(org.store.read('Shipment__c', made.shipment)?.['Account__c']).toBe(other);
  });

  test('does not bring back what was deleted before on its own', () => {
    const made = acme();
    org.store.remove('Contact', made.contact, org.context);
    org.store.remove('Account', made.account, org.context);
    org.store.undelete('Account', made.account, org.context);
    expect(org.store.read('Contact', made.contact)?.['IsDeleted']).toBe(true);
  });

  test('of a record whose parent has gone meanwhile lets go of the parent', () => {
    const made = acme();
    org.store.remove('Contact', made.contact, org.context);
    org.store.remove('Account', made.account, org.context);
    org.store.undelete('Contact', made.contact, org.context);
    expect(org.store.read('Contact', made.contact)).toMatchObject({
      IsDeleted: false,
      AccountId: null,
    });
  });

  test('is for what lies in the bin by itself', () => {
    const made = acme();
    org.store.remove('Account', made.account, org.context);
    for (const [object, id] of [
      ['Contact', made.contact],
      ['Shipment__c', made.shipment],
      ['Account', '001Dp0000000099IAA'],
    ] as const) {
      expect(refusal(() => org.store.undelete(object, id, org.context))).toMatchObject({
        code: 'UNDELETE_FAILED',
        message: 'Entity is not in the recycle bin',
      });
    }
  });

  test('is refused when a unique value has been taken meanwhile', () => {
    const id = org.insert('Shipment__c', { Code__c: 'A' });
    org.store.remove('Shipment__c', id, org.context);
    org.insert('Shipment__c', { Code__c: 'A' });
    expect(refusal(() => org.store.undelete('Shipment__c', id, org.context)).code).toBe(
      'DUPLICATE_VALUE',
    );
    expect(org.store.read('Shipment__c', id)?.['IsDeleted']).toBe(true);
  });
});

describe('emptying the bin', () => {
  test('purges a record with what went with it; getDeleted still knows both', () => {
    const made = acme();
    org.store.remove('Account', made.account, org.context);
    org.store.purge('Account', [made.account]);
    expect(org.store.read('Account', made.account)).toBeUndefined();
    expect(org.store.read('Contact', made.contact)).toBeUndefined();
    expect(deletedIds('Account')).toEqual([made.account]);
    expect(deletedIds('Contact')).toEqual([made.contact]);
    expect(refusal(() => org.store.undelete('Account', made.account, org.context)).code).toBe(
      'UNDELETE_FAILED',
    );
  });

  test('passes over what is not in it', () => {
    const { account } = acme();
    org.store.purge('Account', [account, '001Dp0000000099IAA']);
    expect(org.store.read('Account', account)?.['IsDeleted']).toBe(false);
  });

  test('happens by itself after a time', () => {
    const { account, contact } = acme();
    org.store.remove('Contact', contact, org.context);
    org.store.remove('Account', account, org.later());
    org.store.purgeOlderThan(startMs + 1_000);
    expect(org.store.read('Contact', contact)).toBeUndefined();
    expect(org.store.read('Account', account)?.['IsDeleted']).toBe(true);
  });

  test('the log is shortened, but what is in the bin can still be undeleted with its look-ups', () => {
    const binned = acme();
    const report = org.insert('Contact', { LastName: 'Below', ReportsToId: binned.contact });
    org.store.remove('Contact', binned.contact, org.context);
    expect(org.store.read('Contact', report)?.['ReportsToId']).toBeNull();
    const purged = acme();
    org.store.remove('Account', purged.account, org.context);
    org.store.purge('Account', [purged.account]);
    const logged = (object: string) =>
      org.store.deletedBetween(object, startMs, startMs + 60_000).map(({ id }) => id);
    expect(logged('Account')).toEqual([purged.account]);
    org.store.forgetDeletionsBefore(startMs);
    expect(logged('Account')).toEqual([purged.account]);
    org.store.forgetDeletionsBefore(startMs + 1_000);
    expect(logged('Account')).toEqual([]);
    expect(logged('Contact')).toEqual([binned.contact]);
    org.store.undelete('Contact', binned.contact, org.later());
    expect(org.store.read('Contact', report)?.['ReportsToId']).toBe(binned.contact);
  });
});

describe('merging', () => {
  test('moves children to the winner, and the losers to the bin with a pointer to it', () => {
    const made = acme();
    const winner = org.insert('Account', { Name: 'Acme Inc' });
    const keys = org.store.merge('Account', winner, [made.account], org.later());
    expect(keys[0]).toEqual({ object: 'Account', id: made.account });
    expect(org.store.read('Account', made.account)).toMatchObject({
      IsDeleted: true,
      MasterRecordId: winner,
    });
    expect(org.store.read('Contact', made.contact)).toMatchObject({
      AccountId: winner,
      IsDeleted: false,
      SystemModstamp: '2026-05-06T12:01:00.000Z',
      LastModifiedDate: '2026-05-06T12:00:00.000Z',
    });
    expect(org.store.read('Opportunity', made.opportunity)?.['AccountId']).toBe(winner);
    expect(org.store.read('Shipment__c', made.shipment)?.['Account__c']).toBe(winner);
    expect(org.store.read('Task', made.task)?.['AccountId']).toBe(winner);
    expect(org.store.read('Account', winner)).toMatchObject({
      IsDeleted: false,
      SystemModstamp: '2026-05-06T12:01:00.000Z',
    });
    expect(
      org.query('SELECT MasterRecordId FROM Account WHERE IsDeleted = true', { allRows: true }),
    ).toEqual([{ MasterRecordId: winner }]);
  });

  test('a merged loser can be undeleted, alone, and points nowhere then', () => {
    const made = acme();
    const winner = org.insert('Account', { Name: 'Acme Inc' });
    org.store.merge('Account', winner, [made.account], org.context);
    expect(org.store.undelete('Account', made.account, org.context)).toEqual([
      { object: 'Account', id: made.account },
    ]);
    expect(org.store.read('Account', made.account)).toMatchObject({
      IsDeleted: false,
      MasterRecordId: null,
    });
    expect(org.store.read('Contact', made.contact)?.['AccountId']).toBe(winner);
  });

  test('a child of the loser that is the winner itself does not become its own parent', () => {
    const loser = org.insert('Account', { Name: 'Parent' });
    const winner = org.insert('Account', { Name: 'Child', ParentId: loser });
    org.store.merge('Account', winner, [loser], org.context);
    expect(org.store.read('Account', winner)?.['ParentId']).toBeNull();
  });

  test('two campaign members of the same campaign become one', () => {
    const campaign = org.insert('Campaign', { Name: 'C' });
    const [winner = '', loser = ''] = ['A', 'B'].map((LastName) =>
      org.insert('Contact', { LastName }),
    );
    for (const ContactId of [winner, loser])
      org.insert('CampaignMember', { CampaignId: campaign, ContactId });
    org.store.merge('Contact', winner, [loser], org.context);
    expect(org.query('SELECT ContactId, LeadOrContactId FROM CampaignMember')).toEqual([
      { ContactId: winner, LeadOrContactId: winner },
    ]);
  });

  test.each([
    [
      'an object that does not merge',
      'Opportunity',
      (made: ReturnType<typeof acme>) => [made.opportunity, made.opportunity],
      'INVALID_TYPE_FOR_OPERATION',
    ],
    [
      'a record with itself',
      'Account',
      (made: ReturnType<typeof acme>) => [made.account, made.account],
      'INVALID_ARGUMENT',
    ],
    [
      'with an unknown record',
      'Account',
      (made: ReturnType<typeof acme>) => [made.account, '001Dp0000000099IAA'],
      'INVALID_CROSS_REFERENCE_KEY',
    ],
  ])('refuses %s', (_, object, pick, code) => {
    const [winner = '', loser = ''] = pick(acme());
    expect(refusal(() => org.store.merge(object, winner, [loser], org.context)).code).toBe(code);
  });
});
