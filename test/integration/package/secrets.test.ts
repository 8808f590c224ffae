import { afterEach, expect, test } from 'vitest';
import {
  type GatewayAnswer,
  openPackageOrg,
  type PackageOrg,
  TOKEN,
} from '../../support/package/package-org.ts';

/** The Mixmax Token stands in the settings, and nowhere else: whatever goes wrong, and whoever looks. */

const NOON = Date.UTC(2026, 10, 22, 12);
const SECRET = TOKEN.replace('whsec_', '');

let org: PackageOrg;
afterEach(() => org.close());

/** Everything of the org that a person or an API client may read, settings left out. */
async function readable(): Promise<string> {
  const objects = ['Mixmax_Error__c', 'Mixmax_State__c', 'AsyncApexJob', 'EventBusSubscriber'];
  const texts = objects.map((object) => {
    const fields = [...org.org.store.schema.require(object).fields.values()];
    const names = fields.filter(({ type }) => type !== 'address').map(({ name }) => name);
    return JSON.stringify(org.query(`SELECT ${names.join(', ')} FROM ${object}`));
  });
  return [...texts, await describeOfSettings(), ...org.debug].join('\n');
}

async function describeOfSettings(): Promise<string> {
  const response = await org.org.handle({
    method: 'GET',
    path: '/services/data/v66.0/sobjects/Mixmax_Settings__c/describe',
    headers: { authorization: `Bearer ${org.org.issueToken('alex@practice.example')}` },
    body: new Uint8Array(),
  });
  if (!(response.body instanceof Uint8Array)) throw new Error('A describe answers in one piece');
  const text = Buffer.from(response.body).toString('utf8');
  expect(text).toContain('"Token__c"');
  return text;
}

async function open(answer: GatewayAnswer, settings: Record<string, unknown> = {}): Promise<void> {
  org = await openPackageOrg({
    seed: 'secrets',
    delays: 'zero',
    startMs: NOON,
    answer: () => answer,
  });
  const [row] = org.query('SELECT Id FROM Mixmax_Settings__c');
  org.save('update', 'Mixmax_Settings__c', [{ Id: row?.['Id'], ...settings }]);
}

test.each<[string, GatewayAnswer]>([
  ['is refused', { status: 401 }],
  ['fails', { status: 500 }],
  ['echoes what it got', { status: 400, body: `{"detail":"you sent ${TOKEN}"}` }],
  ['redirects', { status: 302, headers: { Location: 'https://elsewhere.example' } }],
  ['is not there', 'unreachable'],
])('the gateway %s: the token is told nowhere', async (_name, answer) => {
  await open(answer);
  org.save('insert', 'Contact', [{ LastName: 'Doe' }]);
  await org.scheduler.advance(60 * 60_000);
  expect(org.received.length).toBeGreaterThan(0);
  const text = await readable();
  expect(text).toContain('MXE-000001');
  expect(text).not.toContain(SECRET);
});

test('a token that is no base64 is told nowhere either', async () => {
  const broken = 'whsec_Not!Base64!AtAll!';
  await open({ status: 202 }, { Token__c: broken });
  org.save('insert', 'Contact', [{ LastName: 'Doe' }]);
  await org.scheduler.advance(60 * 60_000);
  const text = await readable();
  expect(org.query('SELECT Id FROM Mixmax_Error__c').length).toBeGreaterThan(0);
  expect(text).not.toContain('Base64!AtAll');
});
