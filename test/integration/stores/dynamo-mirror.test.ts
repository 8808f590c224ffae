import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoMirrorStore } from '#adapters/aws/dynamo-mirror-store.ts';
import { DynamoTable } from '#adapters/aws/dynamo-table.ts';
import { toItem } from '#adapters/aws/mirror-items.ts';
import { SystemRandom } from '#adapters/system-random.ts';
import type { OrgId } from '#core/ids.ts';
import type { MirrorRecord } from '#core/record.ts';
import { decideWrite } from '#core/versions.ts';
import { startDynalite } from '../../../local/cloud/services/dynalite.ts';
import {
  type LoopbackService,
  loopbackClient,
} from '../../../local/cloud/services/loopback-service.ts';
import { appErrorOf } from '../../support/app-error-of.ts';
import { createTables } from '../../support/aws/dynamo-servers.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { anUpsert } from '../../support/record-writes.ts';
import { freshOrgId, recordIdOf } from '../../support/salesforce-ids.ts';

const ADDRESS = 'jane@example.com';
const OWNER = recordIdOf('005', 1);

let dynalite: LoopbackService;
let client: DynamoDBClient;
let table: DynamoTable;
let store: DynamoMirrorStore;

beforeAll(async () => {
  dynalite = await startDynalite();
  const { mirrorTable } = await createTables(dynalite.endpoint);
  client = new DynamoDBClient(loopbackClient(dynalite.endpoint));
  const clock = new ManualClock(undefined, 60_000);
  table = new DynamoTable(DynamoDBDocumentClient.from(client), mirrorTable, clock);
  store = new DynamoMirrorStore(table, clock, new SystemRandom());
});

afterAll(async () => {
  client.destroy();
  await dynalite.close();
});

/** Leaves an item behind as a lagging index shows it: found by what the record no longer says. */
async function putStale(org: OrgId, object: string, changes: Partial<MirrorRecord>): Promise<void> {
  const fields = { Email: ADDRESS, OwnerId: OWNER };
  const { record } = decideWrite(undefined, anUpsert(fields, { object }), 0);
  const { emailKey, ownerKey, ownerOrder } = toItem(org, record);
  const now = toItem(org, { ...record, ...changes });
  const indexed = { emailKey, ...(ownerKey !== undefined && { ownerKey, ownerOrder }) };
  await table.put({ ...now, ...indexed });
}

describe('look-ups through an index that is behind', () => {
  it('leave out what no longer has the address', async () => {
    const org = freshOrgId();
    await putStale(org, 'Contact', { fields: { Email: 'new@example.com' } });
    await putStale(org, 'Lead', { deleted: true, fields: {} });
    await putStale(org, 'User', { hidden: true });
    expect(await store.findByEmail(org, ADDRESS)).toEqual([]);
    await putStale(org, 'Account', {});
    expect(await store.findByEmail(org, ADDRESS)).toMatchObject([{ object: 'Account' }]);
  });

  it('leave out Tasks that are another’s by now', async () => {
    const org = freshOrgId();
    await putStale(org, 'Task', { fields: { OwnerId: recordIdOf('005', 2) } });
    expect(await store.tasksByOwner(org, OWNER, 5)).toEqual([]);
    await putStale(org, 'Task', { hidden: true });
    expect(await store.tasksByOwner(org, OWNER, 5)).toEqual([]);
    await putStale(org, 'Task', {});
    expect(await store.tasksByOwner(org, OWNER, 5)).toHaveLength(1);
  });
});

describe('a record that no item takes', () => {
  const text = (bytes: number) => randomBytes(bytes / 2).toString('hex');

  it('is refused by name, with a way out and without its values', async () => {
    const org = freshOrgId();
    const fields = { Description: text(1_200_000) };
    const error = await appErrorOf(store.apply(org, [anUpsert(fields)], 0));
    expect(error).toMatchObject({ code: 'too-large', retryable: false });
    expect(error.message).toMatch(/^The Contact 003\w{15} does not fit .* Sync Conditions/);
    expect(error.message).not.toContain(fields.Description.slice(0, 20));
  });

  it('leaves the count of the others right', async () => {
    const org = freshOrgId();
    const id = (n: number) => recordIdOf('003', n);
    const many = Array.from({ length: 150 }, (_, n) => anUpsert({ n }, { id: id(n) }));
    const writes = [...many, anUpsert({ Description: text(1_200_000) }, { id: id(999) })];
    await appErrorOf(store.apply(org, writes, 0));
    const written = await store.scan(org, 'Contact', { limit: 1_000 });
    expect(written.length).toBeGreaterThanOrEqual(100);
    expect(await store.counts(org, 'Contact')).toMatchObject({ live: written.length });
  });
});
