import { afterEach, expect, test } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import { pushConditions } from '#usecases/push-conditions.ts';
import type { DelayName } from '../../../local/org/apex/engine/delays.ts';
import { type ConnectedOrg, openConnectedOrg } from '../../support/package/connected-org.ts';

/**
 * What does it cost an org to be followed? Sync Conditions let the package send values along, so that the receiver asks
 * nothing. Counted where Salesforce counts: in the org's log of requests.
 */

const LOAD = 10_000;
const MINUTE_MS = 60_000;
const LONGEST_MINUTES = 30;
const SYNCED = { Contact: ['LastName', 'Email', 'Phone'] };

let opened: ConnectedOrg | undefined;
afterEach(async () => {
  expect(opened?.faults).toEqual([]);
  await opened?.close();
  opened = undefined;
});

/** The API requests that count against the org's day, made by the receiver since a place in the log. */
async function requestsOfTheReceiver(org: ConnectedOrg, since: number): Promise<readonly string[]> {
  const requests = await org.requestsSince(since);
  return requests
    .filter(({ userId, counted }) => counted && userId === org.syncUserId)
    .map(({ method, path }) => `${method} ${path}`);
}

async function mirroredPhones({ receiver, org }: ConnectedOrg): Promise<number> {
  const orgId = org.orgId as OrgId;
  const records = await receiver.ports.mirror.scan(orgId, 'Contact', { limit: 2 * LOAD });
  return records.filter(({ fields }) => fields['Phone'] === '+1 415 555 0100').length;
}

/** Ten thousand contacts saved by Bulk API, in the mirror; then each of them updated by Bulk API. */
async function updateAll(org: ConnectedOrg): Promise<{ requests: readonly string[] }> {
  const contacts = Array.from({ length: LOAD }, (_, index) => `Doe ${index}`);
  await org.load(
    'insert',
    'Contact',
    ['LastName'],
    contacts.map((name) => [name]),
  );
  await org.mirrored(LONGEST_MINUTES);

  const ids = org.query('SELECT Id FROM Contact').map((row) => String(row['Id']));
  expect(ids.length).toBe(LOAD);
  const before = (await org.requestsSince(0)).at(-1)?.sequence ?? 0;
  await org.load(
    'update',
    'Contact',
    ['Id', 'Phone'],
    ids.map((id) => [id, '+1 415 555 0100']),
  );
  for (let minutes = 0; (await mirroredPhones(org)) < LOAD; minutes++) {
    expect(minutes, 'minutes until the mirror holds the updates').toBeLessThan(LONGEST_MINUTES);
    await org.scheduler.advance(MINUTE_MS);
  }
  const requests = await requestsOfTheReceiver(org, before);
  await org.mirrored(0);
  return { requests };
}

const delays: readonly DelayName[] = ['zero', 'default'];

test.each(delays)(
  'with conditions on, ten thousand updates cost no API call (delays: %s)',
  async (name) => {
    opened = await openConnectedOrg(name);
    const { ports } = opened.receiver;
    const pushed = pushConditions(ports, {
      orgId: opened.org.orgId as OrgId,
      conditions: { on: true, objects: SYNCED },
    });
    await opened.scheduler.advance(5 * MINUTE_MS);
    expect((await pushed).changed).toContain('Contact');
    const { requests } = await updateAll(opened);
    expect(requests).toEqual([]);
  },
);

test('with conditions off, the receiver reads what changed', async () => {
  opened = await openConnectedOrg('default');
  const { requests } = await updateAll(opened);
  process.stdout.write(`  conditions off: ${requests.length} API calls for ${LOAD} updates\n`);
  expect(requests.length).toBeGreaterThan(0);
  // Read by id in lists, or by one Bulk job: never one by one.
  expect(requests.length).toBeLessThan(LOAD / 100);
});
