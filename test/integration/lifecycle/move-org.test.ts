import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import { createKey } from '#usecases/api-keys.ts';
import type { CalloutSender } from '../../../local/org/apex/engine/callout-sender.ts';
import type { Org } from '../../../local/org/org.ts';
import { createVirtualScheduler, type VirtualScheduler } from '../../../local/virtual-scheduler.ts';
import { apiClient } from '../../support/api-client.ts';
import { mirrorFaults } from '../../support/package/mirror-faults.ts';
import { PACKAGE_FOLDERS } from '../../support/package/package-org.ts';
import { openReceiverBeside, type ReceiverBeside } from '../../support/package/receiver-beside.ts';
import { askOrg, createVirtualOrg } from '../../support/set-up-org.ts';

/* An org moves to another receiver, as docs/operations.md says: connect it there, then erase it here. */

const DATA = '/services/data/v66.0/sobjects/Contact';
const MINUTE_MS = 60_000;
const LONGEST_MINUTES = 60;

let scheduler: VirtualScheduler;
let org: Org;
let [from, to]: ReceiverBeside[] = [];
/** Where the gateway's address leads. */
let address: ReceiverBeside | undefined;
let faults: string[];

beforeEach(async () => {
  faults = [];
  scheduler = createVirtualScheduler({
    startMs: Date.UTC(2026, 10, 21, 8),
    seed: 'move',
    onError: (label, error) => void faults.push(`${label}: ${String(error)}`),
  });
  const sender: CalloutSender = {
    async send(callout) {
      if (address === undefined) throw new Error('Nobody answers at the address.');
      return await address.receive(callout);
    },
  };
  org = await createVirtualOrg(scheduler, sender, faults, { sources: PACKAGE_FOLDERS });
  const onError = (error: unknown) => void faults.push(String(error));
  [from, to] = [1, 2].map(() => openReceiverBeside({ scheduler, org: () => org, onError }));
  address = from;
  await from?.connect();
});
afterEach(async () => {
  await from?.close();
  await to?.close();
  org.close();
  expect(faults).toEqual([]);
});

async function create(lastName: string): Promise<string> {
  const { status, body } = await askOrg(org, 'POST', DATA, { LastName: lastName });
  expect(status).toBe(201);
  return body.id;
}

async function mirrored(receiver: ReceiverBeside | undefined): Promise<void> {
  if (receiver === undefined) throw new Error('There is no such receiver.');
  for (let minutes = 0; ; minutes += 1) {
    const missing = await mirrorFaults(org, receiver.ports);
    if (missing.length === 0) return;
    expect(minutes, missing.slice(0, 5).join('\n')).toBeLessThan(LONGEST_MINUTES);
    await scheduler.advance(MINUTE_MS);
  }
}

/** Removes the org there, by its API. */
async function erase(receiver: ReceiverBeside | undefined): Promise<void> {
  if (receiver === undefined) throw new Error('There is no such receiver.');
  const orgId = org.orgId as OrgId;
  const { key } = await createKey(receiver.ports, orgId, 'test');
  const { status } = await apiClient(receiver.admin).call(
    'DELETE',
    `/v1/orgs/${orgId}?erase=true`,
    { key },
  );
  expect(status).toBeLessThan(300);
}

describe('an org that moves to another receiver', () => {
  it('loses no change, whenever it was saved, and the old receiver keeps nothing', async () => {
    const [changed = '', deleted = ''] = [await create('before'), await create('goes')];
    await mirrored(from);

    // The address leads to the new receiver before that knows the org: what comes now is refused.
    address = to;
    await create('between');
    await askOrg(org, 'PATCH', `${DATA}/${changed}`, { LastName: 'changed between' });
    await scheduler.advance(MINUTE_MS);
    await to?.connect();
    await create('after');
    await askOrg(org, 'DELETE', `${DATA}/${deleted}`, undefined);
    await mirrored(to);

    await erase(from);
    await create('at last');
    await mirrored(to);
    await scheduler.advance(2 * MINUTE_MS);
    const orgId = org.orgId as OrgId;
    expect(await from?.ports.mirror.scan(orgId, 'Contact', { limit: 10 })).toEqual([]);
    expect((await from?.ports.orgs.get(orgId))?.phase).toBe('removed');
    expect((await to?.ports.orgs.get(orgId))?.phase).toBe('active');
  });

  it('and may go back, with nothing lost either', async () => {
    await to?.connect();
    address = to;
    await create('there');
    await mirrored(to);
    await erase(from);
    await scheduler.advance(MINUTE_MS);
    address = from;
    await from?.connect();
    await create('back');
    await mirrored(from);
  });
});
