import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const QUERY = '/services/data/v66.0/query';
const ROWS = 4_500;

let org: TestOrg;
let folder = '';
let firstId = '';

interface Page {
  readonly totalSize: number;
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: readonly { readonly Id: string; readonly Name: string }[];
}

/** On a file: there the pages after the first come from a snapshot, one by one. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'org-test-'));
  org = await startTestOrg({ database: join(folder, 'org.db') });
  const { store } = org.org;
  const [userId = ''] = store.findByKey('User', 'Username', 'alex@practice.example');
  store.begin();
  for (let index = 0; index < ROWS; index += 1) {
    const context = { nowMs: Date.now(), userId };
    const saved = store.insert('Account', { Name: name(index) }, context);
    if (index === ROWS - 1) firstId = String(saved['Id']);
  }
  store.commit();
});

afterAll(async () => {
  await org.close();
  rmSync(folder, { recursive: true, force: true });
});

function name(index: number): string {
  return `Account ${String(index).padStart(5, '0')}`;
}

async function page(path: string): Promise<Page> {
  const response = await org.fetch('GET', path);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
}

function query(soql: string): string {
  return `${QUERY}?q=${encodeURIComponent(soql)}`;
}

const ALL = 'SELECT Id, Name FROM Account ORDER BY Name';

test('pages hold every row once and as it was when the query was asked', async () => {
  const first = await page(query(ALL));
  expect(first).toMatchObject({ totalSize: ROWS, done: false });
  expect(first.records).toHaveLength(2_000);
  // Saved after the query was asked: renamed to the front, deleted, new.
  await org.fetch('PATCH', `/services/data/v66.0/sobjects/Account/${firstId}`, { Name: 'AAA' });
  await org.fetch('POST', '/services/data/v66.0/sobjects/Account', { Name: 'Account 03000x' });

  const second = await page(first.nextRecordsUrl ?? '');
  const third = await page(second.nextRecordsUrl ?? '');
  expect(third).toMatchObject({ totalSize: ROWS, done: true });
  const names = [first, second, third].flatMap(({ records }) => records.map(({ Name }) => Name));
  expect(names).toEqual(Array.from({ length: ROWS }, (_, index) => name(index)));
  expect((await page(second.nextRecordsUrl ?? '')).records).toEqual(third.records);
});

test('the last page can be asked for first, another user gets none', async () => {
  const { nextRecordsUrl = '' } = await page(query(ALL));
  const last = await page(nextRecordsUrl.replace('-2000', '-4000'));
  expect(last).toMatchObject({ done: true });
  expect(last.records).toHaveLength(ROWS + 1 - 4_000);
  const headers = { authorization: `Bearer ${org.org.issueToken('sam@practice.example')}` };
  const refused = await org.fetch('GET', nextRecordsUrl, undefined, { headers });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('INVALID_QUERY_LOCATOR');
});

test('a query whose rows just fill the page has no locator', async () => {
  const exact = await page(query(`${ALL} LIMIT 2000`));
  expect(exact).toMatchObject({ totalSize: 2_000, done: true });
  expect(exact.nextRecordsUrl).toBeUndefined();
});

test('a query in a transaction sees what it saved, on every page', async () => {
  const body = {
    allOrNone: true,
    compositeRequest: [
      {
        method: 'POST',
        url: '/services/data/v66.0/sobjects/Account',
        referenceId: 'made',
        body: { Name: 'ZZZ in the transaction' },
      },
      { method: 'GET', url: query(ALL), referenceId: 'read' },
    ],
  };
  const response = await org.fetch('POST', '/services/data/v66.0/composite', body);
  const { compositeResponse } = (await response.json()) as {
    compositeResponse: { body: Page }[];
  };
  const first = compositeResponse[1]?.body;
  const second = await page(first?.nextRecordsUrl ?? '');
  const third = await page(second.nextRecordsUrl ?? '');
  expect(third.records.at(-1)?.Name).toBe('ZZZ in the transaction');
});
