import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RecordId } from '#core/ids.ts';
import type { Fields } from '#core/record.ts';
import { changeOrg } from '#usecases/change-org.ts';
import { connectOrg } from '#usecases/connect-org.ts';
import { pushConditions } from '#usecases/push-conditions.ts';
import { startPass } from '#usecases/start-pass.ts';
import { GATEWAY_URL, type NoticePath, startNoticePath } from '../../support/notice-path.ts';
import { APP } from '../../support/org-receiver.ts';

/** Fields of every type that Apex writes in its own way. */
const SYNCED = {
  Account: ['AnnualRevenue', 'NumberOfEmployees', 'Website', 'ShippingLatitude'],
  Contact: ['Birthdate', 'HasOptedOutOfEmail', 'Description', 'MailingCity'],
  Opportunity: ['Amount', 'CloseDate', 'Probability', 'IsWon'],
  Task: ['ActivityDate', 'CallDurationInSeconds', 'IsClosed', 'CompletedDateTime'],
  Event: ['StartDateTime', 'EndDateTime', 'IsAllDayEvent', 'DurationInMinutes'],
};

let path: NoticePath;

beforeAll(async () => {
  path = await startNoticePath();
  await connectOrg(path.ports, {
    loginUrl: path.practice.url,
    credentials: APP,
    gatewayUrl: GATEWAY_URL,
  });
  await path.settle();
  // The Sync User is an administrator: he sees every record.
  await changeOrg(path.ports, path.orgId, (org) => {
    const objects = Object.entries(org.objects).map(([name, o]) => [name, { ...o, viewAll: true }]);
    return { ...org, objects: Object.fromEntries(objects) };
  });
  await pushConditions(path.ports, {
    orgId: path.orgId,
    conditions: { on: true, objects: SYNCED },
  });
  await path.settle();
});
afterAll(() => path.close());

async function create(object: string, fields: object): Promise<RecordId> {
  const url = `/services/data/v66.0/sobjects/${object}`;
  const answer = await path.practice.fetch('POST', url, fields);
  expect(answer.status, await answer.clone().text()).toBe(201);
  return ((await answer.json()) as { id: RecordId }).id;
}

async function readByRest(object: string, id: RecordId): Promise<Fields | undefined> {
  const salesforce = await path.salesforce();
  const fields = (await path.orgState()).objects[object]?.fieldSet.fields ?? [];
  return (await salesforce.retrieve(object, [id], fields)).records[0]?.fields;
}

it('are written as a read would write them, for every type of field', async () => {
  const account = await create('Account', {
    Name: 'Zoë & "Söhne"',
    AnnualRevenue: 1234567.5,
    NumberOfEmployees: 12,
    ShippingLatitude: 48.137154,
    Website: '',
  });
  const contact = await create('Contact', {
    LastName: 'Lovelace 🚀',
    AccountId: account,
    Birthdate: '1815-12-10',
    HasOptedOutOfEmail: true,
    Description: 'first line\r\nsecond line\twith a tab',
  });
  const records: readonly (readonly [string, RecordId])[] = [
    ['Account', account],
    ['Contact', contact],
    [
      'Opportunity',
      await create('Opportunity', {
        Name: 'Engine',
        StageName: 'Prospecting',
        CloseDate: '2027-02-28',
        Amount: 10,
        AccountId: account,
      }),
    ],
    [
      'Task',
      await create('Task', {
        Subject: 'Call',
        Status: 'Completed',
        ActivityDate: '2026-11-20',
        CallDurationInSeconds: 61,
        WhoId: contact,
      }),
    ],
    [
      'Event',
      await create('Event', {
        Subject: 'Tea',
        StartDateTime: '2026-12-01T15:00:00.000Z',
        EndDateTime: '2026-12-01T16:30:00.000Z',
      }),
    ],
  ];
  await path.settle();

  for (const [object, id] of records) {
    const record = await path.ports.mirror.get(path.orgId, object, id);
    expect(record?.lastChange, object).toMatchObject({ type: 'record.created', via: 'notice' });
    expect(record?.fields).toEqual(await readByRest(object, id));
  }
  expect((await path.orgState()).conditionsDriftedAtMs).toBeUndefined();

  // An audit reads them all by Bulk and finds nothing to change.
  const { next } = await path.ports.feed.read(path.orgId, 'latest', 1);
  await startPass(path.ports, { orgId: path.orgId, kind: 'audit', id: 'again', reason: 'test' });
  await path.settle();
  expect(await path.ports.jobs.getPass(path.orgId, 'again')).toMatchObject({ state: 'done' });
  const { events } = await path.ports.feed.read(path.orgId, next, 1_000);
  const known = new Set(records.map(([, id]) => id));
  expect(events.filter(({ recordId }) => known.has(recordId))).toEqual([]);
});
