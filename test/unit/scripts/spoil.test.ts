import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSqliteStores } from '#adapters/sqlite/open-sqlite-stores.ts';
import { spoilOneValue } from '../../../scripts/demo/spoil.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { freshOrgId, recordIdOf } from '../../support/salesforce-ids.ts';

it('alters one account in the mirror of a running receiver', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rts-spoil-'));
  const clock = new ManualClock();
  const stores = openSqliteStores(join(folder, 'receiver'), clock);
  try {
    const orgId = freshOrgId();
    const id = recordIdOf('001', 1);
    const version = { modstampMs: clock.now(), readAtMs: clock.now() };
    const write = { kind: 'upsert', object: 'Account', id, version, via: 'bulk' } as const;
    const content = { fields: { Name: 'Acme' }, fieldSet: '*', bornAfterMs: 0 };
    await stores.mirror.apply(orgId, [{ ...write, ...content }], clock.now());

    expect(spoilOneValue(folder)).toBe(`Account ${id}`);
    const spoiled = await stores.mirror.get(orgId, 'Account', id);
    expect(spoiled?.fields).toEqual({ Name: 'spoiled' });
  } finally {
    await stores.close();
    rmSync(folder, { recursive: true });
  }
});
