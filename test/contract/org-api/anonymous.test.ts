import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg();
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

async function runByRest(block: string): Promise<unknown> {
  const path = '/services/data/v66.0/tooling/executeAnonymous';
  const answer = await org.fetch('GET', `${path}/?anonymousBody=${encodeURIComponent(block)}`);
  expect(answer.status).toBe(200);
  return answer.json();
}

async function runBySoap(
  block: string,
  { token = org.accessToken, debugging = true } = {},
): Promise<{ status: number; text: string }> {
  const debug = '<a:DebuggingHeader><a:debugLevel>DEBUGONLY</a:debugLevel></a:DebuggingHeader>';
  const envelope =
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="http://soap.sforce.com/2006/08/apex">' +
    `<e:Header><a:SessionHeader><a:sessionId>${token}</a:sessionId></a:SessionHeader>` +
    `${debugging ? debug : ''}</e:Header>` +
    `<e:Body><a:executeAnonymous><a:String><![CDATA[${block}]]></a:String></a:executeAnonymous></e:Body></e:Envelope>`;
  const answer = await org.fetch('POST', '/services/Soap/s/66.0', envelope, {
    headers: { 'content-type': 'text/xml' },
  });
  return { status: answer.status, text: await answer.text() };
}

async function accountsNamed(name: string): Promise<number> {
  const soql = encodeURIComponent(`SELECT COUNT() FROM Account WHERE Name = '${name}'`);
  const answer = await org.fetch('GET', `/services/data/v66.0/query?q=${soql}`);
  return ((await answer.json()) as { totalSize: number }).totalSize;
}

test('a block runs, and its records stay', async () => {
  expect(await runByRest("insert new Account(Name = 'Rest & Sons');")).toEqual({
    line: -1,
    column: -1,
    compiled: true,
    success: true,
    compileProblem: null,
    exceptionStackTrace: null,
    exceptionMessage: null,
  });
  expect(await accountsNamed('Rest & Sons')).toBe(1);
});

test('a block that does not compile says where and why', async () => {
  expect(await runByRest('Integer i = 1;\ninsert nothing;')).toMatchObject({
    compiled: false,
    success: false,
    line: 2,
    compileProblem: expect.stringContaining('nothing'),
  });
});

test('a block that fails is undone', async () => {
  const block = "insert new Account(Name = 'Undone');\nInteger i = 0;\nInteger j = 1 / i;";
  expect(await runByRest(block)).toMatchObject({
    compiled: true,
    success: false,
    line: 3,
    exceptionMessage: 'System.MathException: Divide by 0',
    exceptionStackTrace: expect.stringContaining('AnonymousBlock: line 3'),
  });
  expect(await accountsNamed('Undone')).toBe(0);
});

test('SOAP answers the log in its header, with markup in it escaped', async () => {
  const { status, text } = await runBySoap(
    "System.debug('a < b'); insert new Account(Name = 'Soap');",
  );
  expect(status).toBe(200);
  expect(text).toContain('|USER_DEBUG|[EXTERNAL]|DEBUG|a &#60; b\n');
  expect(text).toContain('<success>true</success>');
  expect(text).toContain('<compileProblem xsi:nil="true"/>');
  expect(await accountsNamed('Soap')).toBe(1);
});

test('without a debugging header there is no log', async () => {
  const { text } = await runBySoap('System.debug(1);', { debugging: false });
  expect(text).not.toContain('DebuggingInfo');
});

test('another session than the org gave is refused', async () => {
  const { status, text } = await runBySoap('System.debug(1);', { token: 'nothing' });
  expect(status).toBe(500);
  expect(text).toContain('INVALID_SESSION_ID');
});
