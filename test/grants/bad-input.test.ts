import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { orgId as toOrgId } from '#core/ids.ts';
import type { AllowedRequest } from '../../local/cloud/aws-front.ts';
import { type CloudUnderTest, startCloudUnderTest } from '../support/cloud/cloud-under-test.ts';
import { found, fresh, newContact, orgClient } from '../support/cloud/sync-steps.ts';

/** What goes wrong on AWS: one clear error, a number that an alarm watches, and nothing is lost. */

const LONGEST_START_MS = 600_000;

let world: CloudUnderTest;
let environment: Readonly<Record<string, string>> = {};
let throttled: (request: AllowedRequest) => boolean = () => false;

beforeAll(async () => {
  world = await startCloudUnderTest({
    assembly: inject('assembly'),
    environment: () => environment,
    onRequest: (request) =>
      throttled(request) ? { status: 400, type: 'ThrottlingException' } : undefined,
  });
  await world.settle();
  await world.cloud.tick();
  await world.settle();
}, LONGEST_START_MS);
afterAll(() => world?.close());

const functionNamed = (name: string) => {
  const found = [...world.cloud.functions.values()].find((one) => one.name.startsWith(name));
  if (found === undefined) throw new Error(`There is no function ${name}.`);
  return found;
};

const metric = (name: string, from: number) =>
  world.lines.slice(from).some(({ line }) => line.includes(`"${name}":1`));

/** As the queue delivers it for the last time. */
const lastDelivery = (messageId: string, body: string) => ({
  messageId,
  body,
  attributes: {
    ApproximateReceiveCount: '5',
    SentTimestamp: String(Date.now()),
    MessageGroupId: world.orgId,
  },
});

test('a poisoned message becomes a dead letter with its reason, and the rest goes on', async () => {
  const from = world.lines.length;
  const good = { type: 'org.examine.v1', orgId: world.orgId };
  const answer = await functionNamed('Bulk').invoke({
    Records: [
      lastDelivery('poison', JSON.stringify({ type: 'unheard.of.v9', orgId: world.orgId })),
      lastDelivery('good', JSON.stringify(good)),
    ],
  });
  expect(answer).toEqual({ batchItemFailures: [] });
  const { letters } = (await world.call('GET', '/dead-letters')).body;
  expect(letters).toMatchObject([{ id: 'poison', queue: 'bulk', type: 'unheard.of.v9' }]);
  expect(letters[0].reason).not.toBe('');
  expect(metric('MessagesParked', from)).toBe(true);
});

test('every line of a notice, logs and measures, carries its webhook id from the gateway to the worker', async () => {
  const from = world.lines.length;
  const { id } = await newContact(world);
  await orgClient(world).remove('Contact', id);
  await world.settle();
  const lines = world.lines
    .slice(from)
    .filter(({ functionId }) => /^(Gateway|Worker)/.test(functionId))
    .map(({ functionId, line }) => ({ functionId, ...JSON.parse(line) }));
  expect(new Set(lines.map(({ functionId }) => functionId)).size).toBe(2);
  expect(lines.filter(({ webhookId }) => typeof webhookId !== 'string')).toEqual([]);
  const accepted = lines.find(({ message }) => message === 'NoticeAccepted')?.webhookId;
  const applied = lines.filter(({ message }) => message === 'NoticeApplies');
  expect(applied.map(({ webhookId }) => webhookId)).toContain(accepted);
});

test('a table that throttles fails the message by name; it stays in its queue and is applied later', async () => {
  const email = `${fresh()}@example.com`;
  throttled = ({ role, action, resources }) =>
    role.startsWith('Worker') && action === 'dynamodb:PutItem' && /Mirror/.test(resources.join());
  const errors = world.errors.length;
  await orgClient(world).create('Contact', { LastName: 'Slow', Email: email });
  await expect(world.settle()).rejects.toThrow(/DynamoDB PutItem on the table Mirror.*throttl/i);
  expect(world.errors.length).toBeGreaterThan(errors);
  throttled = () => false;
  await functionNamed('Worker').kill();
  await world.redeliver();
  await world.settle();
  expect(await found(world, email)).toBe(true);
});

test('a function that cannot start says what its environment lacks, and what was saved meanwhile is read', async () => {
  environment = { RTS_CONTROL_TABLE: '' };
  await world.restart('Gateway');
  const email = `${fresh()}@example.com`;
  const errors = world.errors.length;
  await orgClient(world).create('Contact', { LastName: 'Early', Email: email });
  await world.settle();
  expect(String(world.errors[errors])).toMatch(
    /environment of the function gateway.*RTS_CONTROL_TABLE/,
  );
  environment = {};
  await world.restart('Gateway');
  // Apex has given up by now, and confesses the gap with what it sends next.
  await world.practice.control('POST', 'clock', { advanceSeconds: 120 });
  await newContact(world);
  await world.advance(1_200);
  await world.settle();
  expect(await found(world, email)).toBe(true);
});

test('a parameter that is missing is named, and notices are refused without a hint', async () => {
  const id = toOrgId(world.orgId);
  const secrets = await world.operator.secrets.find(id);
  if (secrets === undefined) throw new Error('The org is not connected.');
  await world.operator.secrets.delete(id);
  await world.restart();
  const { status, body } = await world.call('POST', '/token');
  expect(status).toBe(404);
  expect(body.detail).toContain(`The org ${world.orgId} is not connected`);
  await world.operator.secrets.put(id, secrets);
  await world.restart();
  expect(await found(world, (await newContact(world)).email)).toBe(true);
});
