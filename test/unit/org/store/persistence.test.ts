import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deploySource } from '../../../../local/org/schema/source/deploy-source.ts';
import { createSoqlEngine } from '../../../../local/org/soql/soql-engine.ts';
import { seededAliases } from '../../../../local/org/store/seed.ts';
import { customField } from '../schema/source-builder.ts';
import { deployed, openTestOrg, orgId, startMs } from '../support.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'org-'));
  path = join(folder, 'org.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('an org on disk', () => {
  test('goes on where it stopped: records, ids, bin, numbers, prefixes, documents', () => {
    const first = deployed(path);
    const account = first.insert('Account', { Name: 'Acme' });
    const gone = first.insert('Account', { Name: 'Gone' });
    first.store.remove('Account', gone, first.context);
    first.insert('Shipment__c', {});
    first.store.documents.put('jobs', 'j1', { state: 'waiting' });
    const prefix = first.schema.require('Shipment__c').keyPrefix;
    first.store.close();

    const second = deployed(path);
    expect(second.store.read('Account', account)?.['Name']).toBe('Acme');
    expect(second.insert('Account', { Name: 'Next' }) > gone).toBe(true);
    expect(second.store.undelete('Account', gone, second.context)).toHaveLength(1);
    expect(second.store.read('Shipment__c', second.insert('Shipment__c', {}))?.['Name']).toBe(
      'S-0002',
    );
    expect(second.schema.require('Shipment__c').keyPrefix).toBe(prefix);
    expect(second.store.documents.get('jobs', 'j1')).toEqual({ state: 'waiting' });
    expect(second.store.count('Organization')).toBe(1);
    second.store.close();
  });

  test('shows nothing of a transaction that was not committed', () => {
    const first = openTestOrg(path);
    first.store.begin();
    first.insert('Account', { Name: 'Half' });
    const outside = first.store.database.openSnapshot();
    expect(outside?.row('SELECT count(*) FROM o_account')).toEqual([0]);
    outside?.close();
    first.store.rollback();
    first.store.close();
  });

  test('gives a snapshot that does not see what is saved later', () => {
    const org = openTestOrg(path);
    org.insert('Account', { Name: 'Before' });
    const snapshot = org.store.database.openSnapshot();
    if (!snapshot) throw new Error('no snapshot of a file');
    org.insert('Account', { Name: 'After' });
    const soql = createSoqlEngine({ schema: org.schema, database: snapshot });
    const rows = [
      ...soql.runArrays(soql.plan('SELECT Name FROM Account'), {
        nowMs: startMs,
        userId: org.userId,
      }),
    ];
    expect(rows).toEqual([['Before']]);
    snapshot.close();
    org.store.close();
    expect(openTestOrg().store.database.openSnapshot()).toBeUndefined();
  });

  test('gains columns when a later deploy adds fields; a checkbox gets its default in old rows', () => {
    const first = deployed(path);
    const id = first.insert('Shipment__c', {});
    const added = [
      customField(
        'Shipment__c',
        'Late__c',
        '<label>Late</label><type>Checkbox</type><defaultValue>true</defaultValue>',
      ),
      customField('Shipment__c', 'Note__c', '<label>Note</label><type>TextArea</type>'),
    ];
    expect(deploySource(first.schema, added, first.store.keyPrefixes).problems).toEqual([]);
    first.store.migrate();
    expect(first.store.read('Shipment__c', id)).toMatchObject({ Late__c: true, Note__c: null });
    first.store.update('Shipment__c', id, { Note__c: 'x' }, first.context);
    expect(first.query('SELECT Late__c, Note__c FROM Shipment__c')).toEqual([
      { Late__c: true, Note__c: 'x' },
    ]);
    first.store.close();
  });
});

describe('transactions', () => {
  test('are undone as a whole, and ids are not given twice', () => {
    const org = openTestOrg();
    org.store.begin();
    const lost = org.insert('Account', { Name: 'Lost' });
    org.store.documents.put('jobs', 'j', 1);
    org.store.rollback();
    expect(org.store.inTransaction).toBe(false);
    expect(org.store.count('Account')).toBe(0);
    expect(org.store.documents.get('jobs', 'j')).toBeUndefined();
    expect(org.insert('Account', { Name: 'Next' })).not.toBe(lost);
  });

  test('have savepoints inside savepoints', () => {
    const org = openTestOrg();
    org.store.begin();
    org.insert('Account', { Name: 'Kept' });
    const outer = org.store.savepoint();
    org.insert('Account', { Name: 'Outer' });
    const inner = org.store.savepoint();
    org.insert('Account', { Name: 'Inner' });
    inner.rollback();
    expect(org.store.count('Account')).toBe(2);
    inner.release();
    outer.rollback();
    org.insert('Account', { Name: 'Again' });
    outer.rollback();
    outer.release();
    org.store.commit();
    expect(org.query('SELECT Name FROM Account')).toEqual([{ Name: 'Kept' }]);
  });

  test('refuse to nest, to end without beginning, and savepoints outside', () => {
    const { store } = openTestOrg();
    expect(() => store.commit()).toThrow('no transaction is open');
    expect(() => store.rollback()).toThrow('no transaction is open');
    expect(() => store.savepoint()).toThrow('a savepoint needs an open transaction');
    store.begin();
    expect(() => store.begin()).toThrow('a transaction is already open');
  });
});

describe('documents', () => {
  test('are listed in key order, from a key on', () => {
    const { documents } = openTestOrg().store;
    for (const key of ['b', 'a', 'c']) documents.put('x', key, { key });
    documents.put('y', 'd', {});
    expect(documents.list('x').map((entry) => entry.key)).toEqual(['a', 'b', 'c']);
    expect(documents.list('x', { after: 'a', limit: 1 })).toEqual([
      { key: 'b', document: { key: 'b' } },
    ]);
    documents.put('x', 'a', { key: 'new' });
    documents.delete('x', 'b');
    expect(documents.list('x').map((entry) => entry.document)).toEqual([
      { key: 'new' },
      { key: 'c' },
    ]);
  });

  test('have no place for what JSON cannot hold', () => {
    expect(() => openTestOrg().store.documents.put('x', 'k', undefined)).toThrow(
      'has no JSON form',
    );
  });

  test('sequences count from 1, each by itself', () => {
    const { documents } = openTestOrg().store;
    expect([documents.next('a'), documents.next('a'), documents.next('b')]).toEqual([1, 2, 1]);
  });
});

describe('a new org', () => {
  test('has its users, one per role', () => {
    const org = openTestOrg();
    expect(
      org.query('SELECT Alias, UserType, IsActive, Profile.Name FROM User ORDER BY Alias'),
    ).toEqual([
      {
        Alias: 'admin',
        UserType: 'Standard',
        IsActive: true,
        Profile: { Name: 'System Administrator' },
      },
      { Alias: 'autoproc', UserType: 'AutomatedProcess', IsActive: true, Profile: null },
      { Alias: 'cloud', UserType: 'CloudIntegrationUser', IsActive: true, Profile: null },
      {
        Alias: 'integ',
        UserType: 'Standard',
        IsActive: true,
        Profile: { Name: 'Minimum Access - API Only Integrations' },
      },
      {
        Alias: 'sseller',
        UserType: 'Standard',
        IsActive: true,
        Profile: { Name: 'Standard User' },
      },
    ]);
    expect(
      org.query(`SELECT Username FROM User WHERE Alias = '${seededAliases.automatedProcess}'`),
    ).toEqual([{ Username: `autoproc@${orgId.toLowerCase()}` }]);
  });

  test('has itself, its picklist values and a permission set behind every profile', () => {
    const org = openTestOrg();
    expect(org.query('SELECT Id, IsSandbox, NamespacePrefix FROM Organization')).toEqual([
      { Id: orgId, IsSandbox: false, NamespacePrefix: null },
    ]);
    expect(org.query('SELECT MasterLabel FROM TaskStatus WHERE IsClosed = true')).toEqual([
      { MasterLabel: 'Completed' },
    ]);
    expect(org.query('SELECT DefaultProbability FROM OpportunityStage WHERE IsWon = true')).toEqual(
      [{ DefaultProbability: 100 }],
    );
    expect(
      org.query(
        "SELECT PermissionsModifyAllData FROM PermissionSet WHERE Profile.Name = 'System Administrator'",
      ),
    ).toEqual([{ PermissionsModifyAllData: true }]);
  });
});

test('getUpdated finds what changed in the window, without what is deleted', () => {
  const org = openTestOrg();
  const [first = '', second = '', third = ''] = ['A', 'B', 'C'].map((Name) =>
    org.insert('Account', { Name }),
  );
  org.store.update('Account', first, { Phone: '1' }, org.later());
  org.store.remove('Account', third, org.context);
  expect(org.store.changedBetween('Account', startMs, startMs + 1)).toEqual([second]);
  expect(org.store.changedBetween('Account', startMs + 60_000, startMs + 120_000)).toEqual([first]);
});

test('readMany answers in the order asked, without what is not there', () => {
  const org = openTestOrg();
  const ids = Array.from({ length: 1_200 }, (_, index) =>
    org.insert('Account', { Name: `A${index}` }),
  ).reverse();
  const found = org.store.readMany('Account', [
    ...ids.slice(0, 600),
    '001Dp0000009999IAA',
    ...ids.slice(600),
  ]);
  expect([...found.keys()]).toEqual(ids);
});

describe('permission sets behind profiles', () => {
  const assigned = (alias: string) =>
    `SELECT Profile.Name, PermissionsViewAllData FROM PermissionSet WHERE Id IN (SELECT PermissionSetId FROM PermissionSetAssignment WHERE Assignee.Alias = '${alias}')`;

  test('are assigned to the seeded users', () => {
    const org = openTestOrg();
    expect(org.query(assigned('admin'))).toEqual([
      { Profile: { Name: 'System Administrator' }, PermissionsViewAllData: true },
    ]);
    expect(org.query(assigned('sseller'))).toEqual([
      { Profile: { Name: 'Standard User' }, PermissionsViewAllData: false },
    ]);
    expect(org.query(assigned('autoproc'))).toEqual([]);
    expect(
      org.query(
        "SELECT SobjectType FROM ObjectPermissions WHERE PermissionsViewAllRecords = true AND Parent.Profile.Name = 'System Administrator' AND SobjectType = 'Contact'",
      ),
    ).toHaveLength(1);
  });

  test('follow a user’s profile; sets assigned by hand stay', () => {
    const org = openTestOrg();
    const [seller = ''] = org.store.findByKey('User', 'Username', 'sam@practice.example');
    const byHand = org.insert('PermissionSet', { Name: 'Extra', Label: 'Extra' });
    org.insert('PermissionSetAssignment', { PermissionSetId: byHand, AssigneeId: seller });
    const admin = String(
      org.query("SELECT Id FROM Profile WHERE Name = 'System Administrator'")[0]?.['Id'],
    );
    org.store.update('User', seller, { ProfileId: admin }, org.context);
    expect(org.query(assigned('sseller')).map((row) => row['Profile'])).toEqual([
      { Name: 'System Administrator' },
      null,
    ]);
  });
});
