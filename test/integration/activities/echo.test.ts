import { afterEach, expect, it } from 'vitest';
import {
  active,
  type Connected,
  closeOpened,
  DATA,
  MINUTE_MS,
  rowId,
} from '../../support/connected-states.ts';
import { ADMIN_USERNAME } from '../../support/org/test-org.ts';

afterEach(closeOpened);

async function call({ world, key }: Connected, method: string, path: string, body?: unknown) {
  const options = { key, ...(body !== undefined && { body }) };
  const answer = await world.api.call(method, `/v1/orgs/${world.orgId}${path}`, options);
  expect(answer.status).toBeLessThan(300);
  return answer.body;
}

/** The Sync User of these tests has no field of the package until its permission set is assigned. */
async function giveFields({ world, sync }: Connected): Promise<void> {
  const set = await rowId(
    world,
    "SELECT Id FROM PermissionSet WHERE Name = 'Mixmax_RTS_Sync_User'",
  );
  const assignment = { PermissionSetId: set, AssigneeId: sync.userId };
  await world.ask('POST', `${DATA}/sobjects/PermissionSetAssignment`, assignment);
}

const mail = (version: number, to: string, text = 'Hello') => ({
  id: 'mail-1',
  version,
  kind: 'email.sent',
  at: '2026-11-20T09:30:00Z',
  user: ADMIN_USERNAME,
  to: [to],
  subject: 'Offer',
  text,
});

/** Types of what the feed told of Tasks after a place in it. */
async function newsOfTasks(connected: Connected, after: string) {
  const { events } = await call(connected, 'GET', `/feed?after=${encodeURIComponent(after)}`);
  const tasks = events.filter((event: { object: string }) => event.object === 'Task');
  return tasks.map(({ type, changed }: { type: string; changed: object }) => [
    type,
    Object.keys(changed).includes('Subject'),
  ]);
}

it('our own Tasks come back as notices, are mirrored and counted, and are no news; edits by people are', async () => {
  const connected = await active();
  await giveFields(connected);
  const { world } = connected;
  const email = 'ada@acme.example';
  await world.ask('POST', `${DATA}/sobjects/Contact`, { LastName: 'Lovelace', Email: email });
  const { mirror } = world.receiver.ports;
  await world.until(
    async () => (await mirror.findByEmail(world.orgId, email)).length === 1,
    MINUTE_MS,
  );
  const { next: before } = await call(connected, 'GET', '/feed?after=latest');
  const log = (...activities: readonly object[]) =>
    call(connected, 'POST', '/activities', { activities });
  const task = async () => (await mirror.scan(world.orgId, 'Task', { limit: 10 }))[0];
  const own = async () =>
    (await world.receiver.ports.orgs.liveness(world.orgId)).counters['ownWrites'];

  await log(mail(1, email));
  await world.until(async () => (await own()) === 1, 5 * MINUTE_MS);
  expect((await task())?.fields).toMatchObject({ Subject: 'Sent (New): Offer' });

  await log(mail(2, email, 'Hello again'));
  await world.until(async () => (await own()) === 2, 5 * MINUTE_MS);
  expect((await task())?.fields).toMatchObject({ Description: 'Hello again' });
  expect(await newsOfTasks(connected, before)).toEqual([]);

  const edit = { Subject: 'Sent (New): Offer, corrected' };
  await world.ask('PATCH', `${DATA}/sobjects/Task/${(await task())?.id}`, edit);
  await world.until(async () => (await task())?.fields['Subject'] === edit.Subject, 5 * MINUTE_MS);
  expect(await newsOfTasks(connected, before)).toEqual([['record.updated', true]]);
  expect(await own()).toBe(2);
  const { evidence } = await call(connected, 'GET', '/status');
  expect(evidence).toContain('2 changes were activities that we wrote ourselves.');
});
