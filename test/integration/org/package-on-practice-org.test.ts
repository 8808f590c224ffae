import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileApex } from '../../../local/org/apex/compile-apex.ts';
import { type ApexEngine, createEngine } from '../../../local/org/apex/engine/create-engine.ts';
import { DELAYS } from '../../../local/org/apex/engine/delays.ts';
import {
  createHttpCalloutSender,
  type HttpCalloutSender,
} from '../../../local/org/apex/engine/http-callout-sender.ts';
import { runApexTests } from '../../../local/org/apex-tests.ts';
import { createKeyPrefixes } from '../../../local/org/schema/key-prefixes.ts';
import { deploySource } from '../../../local/org/schema/source/deploy-source.ts';
import { loadStandardSchema } from '../../../local/org/schema/standard-schema.ts';
import { readSourceFolders } from '../../../local/org/source-files.ts';
import { createRealScheduler } from '../../../local/real-scheduler.ts';
import { seededRandom } from '../../../local/seeded-random.ts';
import { openTestOrg, orgId, type TestOrg } from '../../unit/org/support.ts';

const TOKEN = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const files = await readSourceFolders(['force-app']);

interface Notice {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Stands where the gateway stands, and keeps what the package posts. */
const notices: Notice[] = [];
const gateway = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    notices.push({ url: request.url ?? '', headers, body });
    response.writeHead(202).end();
  });
});

/** What went wrong in work that nobody waits for. */
const faults: string[] = [];

let data: TestOrg;
let engine: ApexEngine;
let sender: HttpCalloutSender;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    gateway.listen(0, '127.0.0.1', resolve);
  });
  const address = gateway.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const schema = loadStandardSchema();
  const { metadata } = deploySource(schema, files, createKeyPrefixes());
  data = openTestOrg(':memory:', schema);
  const { program, problems } = compileApex(
    files.filter(({ path }) => /\.(cls|trigger|labels-meta\.xml)$/.test(path)),
    schema,
    { checkSoql: (soql) => problemOf(() => data.soql.plan(soql)) },
  );
  expect(problems).toEqual([]);
  if (program === undefined) return;
  sender = createHttpCalloutSender();
  const [automatedProcess] = data.query(`SELECT Id FROM User WHERE Alias = 'autoproc'`);
  engine = createEngine({
    ...data,
    program,
    scheduler: createRealScheduler({
      onError: (label, error) => {
        faults.push(`${label}: ${String(error)}`);
      },
    }),
    random: seededRandom('package'),
    delays: DELAYS.zero,
    sender,
    remoteSites: metadata.remoteSites,
    calloutMap: new Map([['https://rts.example', `http://127.0.0.1:${port}`]]),
    subscriberConfigs: metadata.subscriberConfigs,
    organizationId: orgId,
    automatedProcessUserId: String(automatedProcess?.['Id']),
  });
  engine.start();
  save('insert', 'Mixmax_Settings__c', {
    SetupOwnerId: orgId,
    Gateway_URL__c: `https://rts.example/v1/orgs/${orgId}/notices`,
    Token__c: TOKEN,
    Org_Id__c: orgId,
  });
});

afterAll(() => {
  engine.stop();
  sender.close();
  gateway.close();
  data.store.close();
});

function problemOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function save(
  operation: 'insert' | 'update' | 'delete',
  object: string,
  ...inputs: Record<string, unknown>[]
): string[] {
  const results = engine.save({
    operation,
    records: inputs.map((input) => ({ object, input })),
    allOrNone: false,
    userId: data.userId,
    source: inputs.length > 200 ? 'bulk' : 'rest',
  });
  return results.map((result) => {
    expect(result.success).toBe(true);
    return result.success ? result.id : '';
  });
}

/** Changes of the notices posted since the last call, each notice's signature verified. */
async function postedChanges(): Promise<Record<string, unknown>[]> {
  await engine.whenIdle();
  expect(faults).toEqual([]);
  return notices.splice(0).flatMap(({ url, headers, body }) => {
    expect(url).toBe(`/v1/orgs/${orgId}/notices`);
    const notice = new Webhook(TOKEN).verify(body, headers);
    expect(notice).toMatchObject({ type: 'salesforce.changes', orgId });
    return changesOf(notice);
  });
}

function changesOf(notice: unknown): Record<string, unknown>[] {
  if (typeof notice === 'object' && notice !== null && 'changes' in notice) {
    return Array.isArray(notice.changes) ? notice.changes : [];
  }
  return [];
}

test('a saved record becomes a signed notice at the gateway', async () => {
  const [id] = save('insert', 'Contact', { LastName: 'Doe', Email: 'jane@example.com' });
  expect(await postedChanges()).toEqual([
    expect.objectContaining({ object: 'Contact', op: 'insert', ids: [id], conditions: '*' }),
  ]);
  save('update', 'Contact', { Id: id, LastName: 'Roe' });
  save('delete', 'Contact', { Id: id });
  const changes = await postedChanges();
  expect(changes.map(({ op }) => op).sort()).toEqual(['delete']);
});

test('a bulk load of 1,000 rows is announced once for each row', async () => {
  const rows = Array.from({ length: 1_000 }, (_, index) => ({ LastName: `L${index}` }));
  const ids = save('insert', 'Contact', ...rows);
  const announced = (await postedChanges()).flatMap(({ ids: some }) =>
    Array.isArray(some) ? some : [],
  );
  expect(announced.toSorted()).toEqual(ids.toSorted());
});

test('every Apex test of the package passes here', () => {
  const report = runApexTests({
    files,
    names: [],
    now: () => Date.UTC(2026, 10, 21, 12),
    stopwatch: () => performance.now(),
    seed: 'package',
  });
  if (report.kind === 'refused') throw new Error(report.problems.join('\n'));
  const failures = report.outcomes
    .filter(({ passed }) => !passed)
    .map(({ className, method, message }) => `${className}.${method}: ${message}`);
  expect(failures).toEqual([]);
  expect(report.outcomes.length).toBeGreaterThan(100);
});
