import { afterEach, expect, it } from 'vitest';
import {
  active,
  type Connected,
  closeOpened,
  DATA,
  fault,
  MINUTE_MS,
  statusOf,
} from '../../support/connected-states.ts';
import { ADMIN_USERNAME } from '../../support/org/test-org.ts';

afterEach(closeOpened);

const EMAIL = 'ada@acme.example';

async function withContact(): Promise<Connected> {
  const connected = await active();
  const { world } = connected;
  await world.ask('POST', `${DATA}/sobjects/Contact`, { LastName: 'Lovelace', Email: EMAIL });
  const { mirror } = world.receiver.ports;
  await world.until(
    async () => (await mirror.findByEmail(world.orgId, EMAIL)).length === 1,
    MINUTE_MS,
  );
  return connected;
}

/** A change of a calendar that was made now. */
async function change({ world, key }: Connected, version: number, title: string): Promise<void> {
  const nowMs = world.scheduler.now();
  const at = (ms: number) => new Date(nowMs + ms).toISOString();
  const event = {
    id: 'event-1',
    version,
    kind: 'calendar.event',
    at: at(0),
    user: ADMIN_USERNAME,
    eventId: 'event-1',
    title,
    organizer: ADMIN_USERNAME,
    attendees: [EMAIL],
    users: [ADMIN_USERNAME],
    when: { allDay: false, start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00Z' },
    status: 'confirmed',
  };
  const options = { key, body: { activities: [event] } };
  const answer = await world.api.call('POST', `/v1/orgs/${world.orgId}/activities`, options);
  expect(answer.body.results[0].outcome).not.toBe('refused');
}

const subject = async ({ world }: Connected): Promise<unknown> => {
  const { body } = await world.ask('GET', `${DATA}/query?q=SELECT+Subject+FROM+Event`);
  return body.records?.[0]?.Subject;
};
const counters = async ({ world }: Connected) =>
  (await world.receiver.ports.orgs.liveness(world.orgId)).counters;

it('A55: a calendar change is in Salesforce within 40 minutes, also when Salesforce is out for 20', async () => {
  const connected = await withContact();
  const { world } = connected;
  await change(connected, 1, 'Renewal');
  await world.until(async () => (await subject(connected)) === 'Renewal', MINUTE_MS);

  fault(world, { kind: 'unavailable', path: '/services/data/*/composite' });
  await change(connected, 2, 'Renewal, moved');
  await world.pass(20 * MINUTE_MS);
  expect(await subject(connected)).toBe('Renewal');
  world.org.faults.clearAll();
  await world.until(async () => (await subject(connected)) === 'Renewal, moved', 20 * MINUTE_MS);
  await world.pass(MINUTE_MS);
  expect(await counters(connected)).toMatchObject({ calendarChanges: 2 });
  expect((await statusOf(connected)).evidence.join()).not.toContain('calendar changes');
});

it('A55: what takes longer is told', async () => {
  const connected = await withContact();
  const { world } = connected;
  fault(world, { kind: 'unavailable', path: '/services/data/*/composite' });
  await change(connected, 1, 'Late');
  await world.pass(50 * MINUTE_MS);
  world.org.faults.clearAll();
  await world.until(async () => (await subject(connected)) === 'Late', 20 * MINUTE_MS);
  await world.pass(MINUTE_MS);
  expect((await statusOf(connected)).evidence).toContain(
    '1 of 1 calendar changes took longer than 40 minutes.',
  );
});
