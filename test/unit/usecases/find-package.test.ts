import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { Fields } from '#core/record.ts';
import type { InstalledPackage, Salesforce } from '#ports/salesforce.ts';
import { findPackage } from '#usecases/find-package.ts';
import { packageClient } from '#usecases/package-client.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';

const RTS: InstalledPackage = {
  name: 'Mixmax Real-Time Sync',
  namespace: null,
  version: '1.2.3',
};

/** An org that describes some objects and has some packages, or does not tell. */
function orgWith(objects: readonly string[], packages: readonly InstalledPackage[] | 'untold') {
  const calls: unknown[] = [];
  const answers: Partial<Salesforce> = {
    describe: async (object) => {
      if (!objects.includes(object)) return undefined;
      return { name: object, label: '', replicateable: true, fields: [], childRelationships: [] };
    },
    installedPackages: async () => {
      if (packages === 'untold') throw new AppError('salesforce-refused', 'INVALID_TYPE');
      return packages;
    },
    async *query(soql) {
      calls.push(soql);
      const fields: Fields = { acme__Token__c: 'x', LastModifiedDate: null };
      yield { records: [{ id: recordIdOf('a00', 1), fields }], readAtMs: 0 };
    },
    update: async (object, _, fields) => void calls.push([object, fields]),
    upsert: async (object, key, rows) => void calls.push([object, key, rows]),
    publish: async (event, fields) => void calls.push([event, fields]),
  };
  return { salesforce: answers as Salesforce, calls };
}

const BARE = ['Mixmax_Settings__c', 'Mixmax_Change__e'];
const ACME = BARE.map((name) => `acme__${name}`);

describe('looking for the package', () => {
  it.each([
    ['nothing', [], [], { found: 'no' }],
    ['another package', [], [{ ...RTS, name: 'Other' }], { found: 'no' }],
    ['deployed source', BARE, [], { found: 'yes' }],
    ['half of it', BARE.slice(0, 1), [], { found: 'no' }],
    ['a package', BARE, [RTS], { found: 'yes', version: '1.2.3' }],
    ['a package, and no look at Setup', BARE, 'untold', { found: 'yes' }],
    ['a package that is not shown', [], [RTS], { found: 'hidden', version: '1.2.3' }],
    [
      'a package with a namespace',
      ACME,
      [{ ...RTS, namespace: 'acme' }],
      { found: 'yes', namespace: 'acme', version: '1.2.3' },
    ],
    [
      'one with a namespace that is not shown',
      [],
      [{ ...RTS, namespace: 'acme' }],
      { found: 'hidden', version: '1.2.3' },
    ],
  ] as const)('finds %s', async (_, objects, packages, expected) => {
    expect(await findPackage(orgWith(objects, packages).salesforce)).toEqual(expected);
  });
});

describe('names of a package with a namespace', () => {
  it('are spelled as the org does outwards, and as the source does inwards', async () => {
    const { salesforce, calls } = orgWith(ACME, []);
    const client = packageClient(salesforce, { packageNamespace: 'acme' });
    const rows = await client.rows(
      'Mixmax_Settings__c',
      ['Token__c', 'LastModifiedDate'],
      'Id != null',
    );
    expect(rows[0]?.fields).toEqual({ Token__c: 'x', LastModifiedDate: null });
    await client.update('Mixmax_Settings__c', recordIdOf('a00', 1), { Token__c: 'y' });
    await client.upsert('Mixmax_Synced_Field__c', 'Key__c', [{ Key__c: 'a', Active__c: true }]);
    await client.publish('Mixmax_Change__e', { Operation__c: 'ping' });
    expect(calls).toEqual([
      'SELECT Id, acme__Token__c, LastModifiedDate FROM acme__Mixmax_Settings__c WHERE Id != null',
      ['acme__Mixmax_Settings__c', { acme__Token__c: 'y' }],
      [
        'acme__Mixmax_Synced_Field__c',
        'acme__Key__c',
        [{ acme__Key__c: 'a', acme__Active__c: true }],
      ],
      ['acme__Mixmax_Change__e', { acme__Operation__c: 'ping' }],
    ]);
  });
});
