import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { orgId as toOrgId } from '#core/ids.ts';
import { listenOnLoopback } from '../../../local/cloud/services/loopback-service.ts';
import type { CloudUnderTest } from './cloud-under-test.ts';
import { fresh, must, newContact, orgClient, passDone, type Step } from './sync-steps.ts';

const USER = 'alex@practice.example';
const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

const ok = async (world: CloudUnderTest, method: string, path: string, body?: unknown) => {
  const answer = await world.call(method, path, body);
  must(answer.status < 300, `${method} ${path} is answered well, but with ${answer.status}`);
  return answer.body;
};

async function log(world: CloudUnderTest, to: string): Promise<string> {
  const id = fresh();
  const activity = { kind: 'email.sent', user: USER, to: [to], subject: 'Hello', id };
  const at = new Date(world.cloud.now()).toISOString();
  await ok(world, 'POST', '/activities', { activities: [{ ...activity, at }] });
  return id;
}

async function stateOf(world: CloudUnderTest, id: string, state: string): Promise<boolean> {
  const { activities } = await ok(world, 'GET', `/activities?state=${state}`);
  return activities.some((one: { id: string }) => one.id === id);
}

/** A letter of a queue that the queue itself set aside is shown, and sent again. */
const redrive = (queue: 'notices' | 'bulk' | 'activities', name: string, type: string): Step => ({
  name: `a dead letter of ${queue} is taken over, shown and sent again`,
  run: async (world) => {
    const extra = type === 'record.verify.v1' ? { object: 'Contact', ids: [], reason: 'tie' } : {};
    const body = JSON.stringify({ type, orgId: world.orgId, ...extra });
    await world.operator.send(`${name}DeadLetters`, body);
    await world.cloud.tick();
    const { letters } = await ok(world, 'GET', '/dead-letters');
    must(
      letters.some((one: { queue: string }) => one.queue === queue),
      'it is shown',
    );
    const { redriven } = await ok(world, 'POST', '/dead-letters', {});
    must(redriven === letters.length, 'it is sent again');
    await world.settle();
    must((await ok(world, 'GET', '/dead-letters')).total === 0, 'nothing is left');
    must((await world.operator.depth(`${name}DeadLetters`)) === 0, 'its queue has let go of it');
  },
});

/** Salesforce's sign-in as it is for apps whose refresh tokens rotate, before the practice org. */
async function rotatingSignIn({ practice }: CloudUnderTest, token: string) {
  const server = createServer(async (request, response) => {
    let body = await text(request);
    if (request.url === '/services/oauth2/token') {
      const client = { client_id: 'receiver', client_secret: 'hush' };
      body = String(new URLSearchParams({ grant_type: 'client_credentials', ...client }));
    }
    const { authorization = '', 'content-type': type = '' } = request.headers;
    const answer = await fetch(practice.url + request.url, {
      method: request.method ?? 'GET',
      headers: { authorization, ...(type !== '' && { 'content-type': type }) },
      ...(body !== '' && { body }),
    });
    const answered = await answer.text();
    const ofBody = ['content-length', 'content-encoding', 'transfer-encoding', 'connection'];
    const kept = [...answer.headers].filter(([name]) => !ofBody.includes(name));
    response.writeHead(answer.status, Object.fromEntries(kept));
    if (request.url !== '/services/oauth2/token') return response.end(answered);
    return response.end(JSON.stringify({ ...JSON.parse(answered), refresh_token: token }));
  });
  return await listenOnLoopback(server);
}

/** One of the functions that read Salesforce is the first to use a refresh token, and is given the next one. */
const rotation = (name: string, use: (world: CloudUnderTest) => Promise<unknown>): Step => ({
  name: `a refresh token that Salesforce replaces is stored by ${name}`,
  run: async (world) => {
    const id = toOrgId(world.orgId);
    const next = fresh();
    const front = await rotatingSignIn(world, next);
    const before = await world.operator.secrets.find(id);
    if (before === undefined) throw new Error('The org is not connected.');
    try {
      const credentials = {
        kind: 'refresh-token',
        clientId: 'receiver',
        refreshToken: 'r',
      } as const;
      await world.operator.secrets.put(id, { ...before, credentials });
      world.reroute(front.endpoint);
      await world.restart();
      await use(world);
      const after = (await world.operator.secrets.find(id))?.credentials;
      must(after?.kind === 'refresh-token' && after.refreshToken === next, 'it is stored');
    } finally {
      await world.operator.secrets.put(id, before);
      world.reroute(world.practice.url);
      await world.restart();
      await front.close();
    }
  },
});

const logged = (name: string, use: (world: CloudUnderTest) => Promise<unknown>): Step => ({
  name: `${name} writes its log`,
  run: async (world) => {
    const before = world.lines.length;
    await use(world);
    const lines = world.lines.slice(before);
    must(
      lines.some(({ functionId }) => functionId.startsWith(name)),
      'lines have come',
    );
  },
});

/** Calls to Salesforce are counted, and stored after ten seconds: with the first call after them. */
const counted = (name: string, use: (world: CloudUnderTest) => Promise<unknown>): Step => ({
  name: `the calls of ${name} to Salesforce are counted`,
  run: async (world) => {
    const sinceMs = world.cloud.now() - DAY * 1_000;
    const callsNow = async () => {
      const uses = await world.operator.usage.list(toOrgId(world.orgId), sinceMs);
      return uses.reduce((sum, { calls }) => sum + calls, 0);
    };
    await use(world);
    const before = await callsNow();
    await world.advance(11);
    await use(world);
    must((await callsNow()) > before, 'there are more');
  },
});

async function writeTask(world: CloudUnderTest): Promise<void> {
  const { email } = await newContact(world);
  const id = await log(world, email);
  await world.settle();
  must(await stateOf(world, id, 'written'), 'the task is written');
}

/** What an admin and the clock do. */
export const OPERATION_STEPS: readonly Step[] = [
  {
    name: 'the clock calls the scheduler',
    run: async (world) => {
      const before = world.lines.length;
      await world.cloud.tick();
      const lines = world.lines
        .slice(before)
        .filter(({ functionId }) => functionId.startsWith('Scheduler'));
      must(lines.length > 0, 'the scheduler ran');
    },
  },
  {
    name: '31 quiet minutes begin interval sync',
    run: async (world) => {
      await world.advance(31 * MINUTE);
      await world.settle();
      must((await ok(world, 'GET', '/status')).mode === 'interval', 'it is begun');
      await newContact(world);
      await world.cloud.tick();
      await world.settle();
      must((await ok(world, 'GET', '/status')).mode === 'realtime', 'real time is back');
    },
  },
  { name: 'an e-mail becomes a task', run: writeTask },
  {
    name: 'a person who turns up late gets the task',
    run: async (world) => {
      await ok(world, 'PUT', '/roles/default', { unresolved: true });
      const email = `${fresh()}@example.com`;
      const id = await log(world, email);
      await world.settle();
      await orgClient(world).create('Contact', { LastName: 'Late', Email: email });
      await world.settle();
      const seconds = Math.floor(world.cloud.now() / 1_000) % (5 * MINUTE);
      await world.advance(5 * MINUTE - seconds);
      await world.settle();
      must(await stateOf(world, id, 'written'), 'the task is written');
    },
  },
  {
    name: 'a person who is deleted in Salesforce is erased',
    run: async (world) => {
      const { id, email } = await newContact(world);
      await orgClient(world).remove('Contact', id);
      await world.settle();
      const erased = { records: 0, feedEvents: 0 };
      for (let body: object | undefined = { email }; body !== undefined; ) {
        const { counts, next } = await ok(world, 'POST', '/erasures', body);
        erased.records += counts.records;
        erased.feedEvents += counts.feedEvents;
        body = next === undefined ? undefined : { after: next };
      }
      must(erased.records === 1 && erased.feedEvents > 1, 'record and events are emptied');
    },
  },
  {
    name: 'an activity is tried again',
    run: async (world) => {
      const id = await log(world, `${fresh()}@example.com`);
      await world.settle();
      const { results } = await ok(world, 'POST', '/activities/retries', { ids: [id] });
      must(results[0].outcome === 'queued', 'it is queued');
      await world.settle();
    },
  },
  redrive('notices', 'Notices', 'record.verify.v1'),
  redrive('bulk', 'Bulk', 'org.examine.v1'),
  redrive('activities', 'Activities', 'activity.recheck.v1'),
  {
    name: 'the token is rotated',
    run: async (world) => void (await ok(world, 'POST', '/token')),
  },
  {
    name: 'a key is made and revoked',
    run: async (world) => {
      const { id } = await ok(world, 'POST', '/keys', { label: 'second' });
      await ok(world, 'DELETE', `/keys/${id}`);
      const { keys } = await ok(world, 'GET', '/keys');
      must(!keys.some((one: { id: string }) => one.id === id), 'it is gone');
    },
  },
  {
    name: 'a sign-in by browser begins',
    run: async (world) =>
      void (await ok(world, 'POST', '/sign-ins', {
        loginUrl: 'https://practice.my.salesforce.com',
        clientId: 'receiver',
      })),
  },
  {
    name: 'conditions are changed and kept',
    run: async (world) => {
      const objects = { Contact: ['Title'] };
      await ok(world, 'PUT', '/conditions', { on: true, objects });
      await world.settle();
      await ok(world, 'PUT', '/conditions', { on: false });
      await world.settle();
    },
  },
  {
    name: 'the fields are compared again',
    run: async (world) => {
      await ok(world, 'POST', '/fields/refresh');
      await world.settle();
    },
  },
  {
    name: 'what admins look at is shown',
    run: async (world) => {
      const paths = ['/status', '/limits', '/fields', '/conditions', '/sync-user', '/estimate'];
      for (const path of paths) await ok(world, 'GET', path);
      must((await ok(world, 'GET', '/records/User')).records.length > 0, 'users are listed');
    },
  },
  {
    name: 'the tasks of a user are listed',
    run: async (world) => {
      await writeTask(world);
      const [user] = await orgClient(world).query<{ Id: string }>(
        `SELECT Id FROM User WHERE Username = '${USER}'`,
      );
      const { records } = await ok(world, 'GET', `/tasks?owner=${user?.Id}`);
      must(records.length > 0, 'there are tasks');
    },
  },
  {
    name: 'admins are told that requests run out',
    run: async (world) => {
      const id = toOrgId(world.orgId);
      const told = world.cloud.services.sns.notices.length;
      await world.advance(2 * DAY);
      const atMs = world.cloud.now();
      await world.operator.usage.noteQuota(id, { max: 1_000, used: 990, atMs });
      await world.cloud.tick();
      await world.operator.usage.noteQuota(id, { max: 100_000, used: 0, atMs: atMs + 1 });
      await world.cloud.tick();
      await world.settle();
      must(world.cloud.services.sns.notices.length > told, 'they are told');
    },
  },
  rotation('worker', newContact),
  rotation('bulk', (world) => passDone(world, '/sync')),
  rotation('activity', writeTask),
  rotation('admin', (world) => ok(world, 'POST', '/fields/refresh')),
  counted('worker', newContact),
  counted('bulk', (world) => passDone(world, '/sync')),
  counted('activity', writeTask),
  counted('admin', (world) => ok(world, 'POST', '/fields/refresh')),
  logged('Gateway', newContact),
  logged('Worker', newContact),
  logged('Bulk', (world) => passDone(world, '/sync')),
  logged('Activity', writeTask),
  logged('Admin', (world) => ok(world, 'POST', '/token')),
  logged('Scheduler', (world) => world.cloud.tick()),
  {
    name: 'a forgotten org leaves nothing, and may come again',
    run: async (world) => {
      await ok(world, 'DELETE', '?erase=true');
      await world.settle();
      await world.advance(31 * DAY);
      for (let minute = 0; minute < 60; minute += 1) await world.advance(MINUTE);
      await world.settle();
      const id = toOrgId(world.orgId);
      must((await world.operator.orgs.get(id)) === undefined, 'the org is forgotten');
      must((await world.operator.secrets.find(id)) === undefined, 'its secrets are gone');
      // Others than those that have just learned that the org is unknown.
      await world.restart();
      await world.connect();
      await world.settle();
      await world.cloud.tick();
      await world.settle();
      const { state, cause } = await ok(world, 'GET', '/status');
      must(state === 'active', `it is active again, but ${state}: ${cause}`);
    },
  },
];
