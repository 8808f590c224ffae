import { setTimeout as sleep } from 'node:timers/promises';
import { orgId as toOrgId } from '#core/ids.ts';
import type { NoticeChange } from '#core/notice.ts';
import { OrgClient } from '../../../scripts/demo/org-client.ts';
import { aNotice } from '../notices.ts';
import type { CloudUnderTest } from './cloud-under-test.ts';

/** One thing that the deployment does. It can be done again and again. */
export interface Step {
  readonly name: string;
  /** @throws Error when what must come of it does not come */
  run(world: CloudUnderTest): Promise<void>;
}

export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`It does not hold that ${what}.`);
}

/** Unlike any before. */
let made = 0;
export function fresh(): string {
  made += 1;
  return `n${Date.now().toString(36)}x${made}`;
}

export const orgClient = ({ practice }: CloudUnderTest) =>
  new OrgClient({
    org: practice.url,
    accessToken: practice.accessToken,
    ...{ page: '', api: '', orgId: '', token: '', apiKey: '', controlToken: '' },
  });

export const found = async ({ call }: CloudUnderTest, email: string) =>
  (await call('GET', `/records?email=${email}`)).body.records.length === 1;

export async function newContact(world: CloudUnderTest): Promise<{ id: string; email: string }> {
  const email = `${fresh()}@example.com`;
  const id = await orgClient(world).create('Contact', { LastName: 'Doe', Email: email });
  await world.settle();
  return { id, email };
}

/** A notice of changes, sent and made now by the clock of the functions. */
async function tell(
  world: CloudUnderTest,
  changes: readonly Partial<NoticeChange>[],
  more: Parameters<typeof aNotice>[3] = {},
): Promise<void> {
  const notice = aNotice(toOrgId(world.orgId), world.cloud.now(), changes, more);
  must((await world.notify(notice)) === 202, 'the notice is taken');
}

export async function passDone(
  world: CloudUnderTest,
  path: string,
  request: object = {},
): Promise<void> {
  const { status, body } = await world.call('POST', path, request);
  must(status === 202 || status === 200 || status === 201, `${path} begins a pass`);
  await world.settle();
  const { body: pass } = await world.call('GET', `/audits/${body.id}`);
  must(pass.state === 'done', `the pass of ${path} is done`);
}

/** Whether a function has made such a request, and was allowed to, since there had been so many. */
const hasAsked = (world: CloudUnderTest, since: number, by: string, of: string, at: string) =>
  world.requests
    .slice(since)
    .some(
      ({ role, action, resources }) =>
        role.startsWith(by) && action === of && resources.some((one) => one.includes(at)),
    );

/** Whether the bulk function has asked the worker to read a record again. */
const bulkAskedWorker = (world: CloudUnderTest, since: number) =>
  hasAsked(world, since, 'Bulk', 'sqs:SendMessage', ':Notices');

/** Longer than most machines take from the save to the audit, and within the 300 seconds that a notice may be off. */
const SKEW_SECONDS = 240;

/** From a save in the org to the mirror and the feed. */
export const SYNC_STEPS: readonly Step[] = [
  {
    name: 'a saved contact is found by its address',
    run: async (world) => must(await found(world, (await newContact(world)).email), 'it is found'),
  },
  {
    name: 'the feed tells of a saved contact',
    run: async (world) => {
      const { next } = (await world.call('GET', '/feed?after=latest&waitSeconds=0')).body;
      const { id } = await newContact(world);
      const { events } = (await world.call('GET', `/feed?after=${next}&waitSeconds=0`)).body;
      must(
        events.some((event: { recordId: string }) => event.recordId === id),
        'the feed holds it',
      );
    },
  },
  {
    name: 'the bus is told of a saved contact',
    run: async (world) => {
      const { entries } = world.cloud.services.events;
      const { id } = await newContact(world);
      must(entries.at(-1)?.Detail.includes(id) === true, 'the bus holds it');
    },
  },
  {
    name: 'a deleted contact is a tombstone',
    run: async (world) => {
      const { id, email } = await newContact(world);
      await orgClient(world).remove('Contact', id);
      await world.settle();
      must(!(await found(world, email)), 'it is not found');
      must((await world.call('GET', `/records/Contact/${id}`)).body.deleted, 'it is a tombstone');
    },
  },
  {
    name: 'a merge moves the contacts of the account that goes',
    run: async (world) => {
      const org = orgClient(world);
      const winner = await org.create('Account', { Name: fresh() });
      const loser = await org.create('Account', { Name: fresh() });
      const child = await org.create('Contact', { LastName: 'Child', AccountId: loser });
      await world.settle();
      await org.merge('Account', winner, loser);
      await world.settle();
      const { body } = await world.call('GET', `/records/Contact/${child}`);
      must(body.fields.AccountId === winner, 'the contact has moved');
    },
  },
  {
    name: 'a notice moves when Apex was last seen',
    run: async (world) => {
      const { id } = await newContact(world);
      await world.restart();
      await sleep(1_100);
      const { lastApexSeenAt: before } = (await world.call('GET', '/status')).body;
      await tell(world, [{ ids: [id] as never }]);
      const { lastApexSeenAt: after } = (await world.call('GET', '/status')).body;
      must(after > before, 'it has moved');
      await world.settle();
    },
  },
  {
    name: 'every line that tells of a notice has its id',
    run: async (world) => {
      const { id } = await newContact(world);
      const before = world.lines.length;
      await tell(world, [{ ids: [id] as never }]);
      await world.settle();
      const told = world.lines.slice(before).filter(({ line }) => line.startsWith('{"level"'));
      const ids = told.map(({ line }) => (JSON.parse(line) as { webhookId?: string }).webhookId);
      must(
        told.length >= 2 && new Set(ids).size === 1 && ids[0] !== undefined,
        'all have the same',
      );
    },
  },
  {
    name: 'the version of the package is noted',
    run: async (world) => {
      const { id } = await newContact(world);
      const version = `9.${made}`;
      await tell(world, [{ ids: [id] as never }], { package: version });
      const org = await world.operator.orgs.get(toOrgId(world.orgId));
      must(org?.packageVersion === version, 'it is noted');
      await world.settle();
    },
  },
  {
    name: 'a gap that Apex confesses is read',
    run: async (world) => {
      const { pass: before } = (await world.call('GET', '/status')).body;
      const now = new Date(world.cloud.now()).toISOString();
      const gap = { since: now, until: now, reason: 'gateway' } as const;
      await tell(world, [], { type: 'salesforce.gap', gap });
      await world.settle();
      const { pass } = (await world.call('GET', '/status')).body;
      must(pass.id !== before?.id && pass.state === 'done', 'a pass has read it');
    },
  },
  {
    name: 'a write that somebody else came before is decided again',
    run: async (world) => {
      const { id } = await newContact(world);
      world.failOnce(
        ({ role, action, resources }) =>
          role.startsWith('Worker') &&
          action === 'dynamodb:PutItem' &&
          resources.some((one) => one.includes('table/Mirror')),
        'ConditionalCheckFailedException',
      );
      const since = world.requests.length;
      await orgClient(world).update('Contact', id, { Title: 'Analyst' });
      await world.settle();
      // The queue's next try would write it as well.
      must(
        hasAsked(world, since, 'Worker', 'dynamodb:GetItem', 'table/Mirror'),
        'it is read again',
      );
      const { body } = await world.call('GET', `/records/Contact/${id}`);
      must(body.fields.Title === 'Analyst', 'it is written');
    },
  },
  {
    name: 'a tie that an audit finds is settled by the worker',
    run: async (world) => {
      const { id, email } = await newContact(world);
      const skew = { kind: 'clock-skew', seconds: SKEW_SECONDS, object: 'Contact', times: 1 };
      await world.practice.control('POST', 'faults', skew);
      await orgClient(world).update('Contact', id, { Title: 'Right' });
      await world.settle();
      await world.operator.spoil('Contact', id, { Title: 'Wrong' });
      const since = world.requests.length;
      await world.call('POST', '/audits', { objects: ['Contact'] });
      await world.settle(() => bulkAskedWorker(world, since));
      await world.advance(SKEW_SECONDS + 10);
      await world.settle();
      const { body } = await world.call('GET', `/records?email=${email}`);
      must(body.records[0].fields.Title === 'Right', 'it is settled');
    },
  },
  {
    name: 'an audit takes the place of deletes that Salesforce forgot',
    run: async (world) => {
      const { id, email } = await newContact(world);
      await orgClient(world).remove('Contact', id);
      await world.practice.org.whenIdle();
      await world.purge();
      await world.advance(20 * 24 * 3_600);
      const { store, clock } = world.practice.org;
      store.purgeOlderThan(clock.now() - 15 * 24 * 3_600_000);
      await world.settle();
      await world.cloud.tick();
      await world.settle();
      must(!(await found(world, email)), 'it is gone');
    },
  },
  {
    name: 'an audit brings back what the mirror lost',
    run: async (world) => {
      const { id, email } = await newContact(world);
      await world.operator.lose('Contact', id);
      await passDone(world, '/audits', { objects: ['Contact'] });
      must(await found(world, email), 'it is there again');
    },
  },
  {
    name: 'an audit counts what both sides hold',
    run: async (world) => {
      const countedAt = async (): Promise<string> => {
        const { objects } = (await world.call('GET', '/status')).body;
        return (
          objects.find((one: { object: string }) => one.object === 'Contact').counted?.at ?? ''
        );
      };
      const before = await countedAt();
      await world.advance(2);
      await passDone(world, '/audits', { objects: ['Contact'] });
      must((await countedAt()) > before, 'contacts are counted');
    },
  },
  { name: 'an audit reads every record', run: (world) => passDone(world, '/audits') },
  { name: 'a sync asked for is done', run: (world) => passDone(world, '/sync') },
];
