import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

/** `/services/apexrest`: deployed classes answer HTTP. */
describe('Apex REST', () => {
  let org: TestOrg;

  beforeAll(async () => {
    org = await startTestOrg({ sources: ['test/apex'] });
  });

  afterAll(() => org.close());

  const call = (method: string, path: string, body?: unknown, init?: RequestInit) =>
    org.fetch(method, `/services/apexrest${path}`, body, init);

  test('parameters come from the body, the return value goes into the answer', async () => {
    const created = await call('POST', '/crates', { key: 'r1', notes: ['a', 'b'] });
    expect(created.status).toBe(201);
    const { id } = (await created.json()) as { id: string };
    const read = await call('GET', '/crates/r1?suffix=%21');
    expect(read.status).toBe(200);
    expect(await read.json()).toEqual({ id, note: 'a,b!' });
  });

  test('a status that Apex sets is answered', async () => {
    expect((await call('GET', '/crates/absent')).status).toBe(404);
  });

  test('a method without parameters reads and writes bodies itself', async () => {
    const echoed = await call('PUT', '/crates/x', 'free text', { headers: { 'x-kind': 'blue' } });
    expect(await echoed.text()).toBe('free text');
    expect(echoed.headers.get('x-kind')).toBe('blue');
  });

  test('an exception undoes everything and names itself', async () => {
    const failed = await call('PATCH', '/crates/x', {});
    expect(failed.status).toBe(500);
    expect(await failed.json()).toEqual([
      {
        errorCode: 'APEX_ERROR',
        message: expect.stringContaining('System.IllegalArgumentException: No patches'),
      },
    ]);
    const count = await org.fetch(
      'GET',
      `/services/data/v66.0/query?q=${encodeURIComponent("SELECT Id FROM Crate__c WHERE Key__c = 'never'")}`,
    );
    expect(((await count.json()) as { totalSize: number }).totalSize).toBe(0);
  });

  test.each([
    ['DELETE', '/crates/x', undefined, 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/nothing', undefined, 404, 'NOT_FOUND'],
    ['POST', '/crates', '{"key":', 400, 'JSON_PARSER_ERROR'],
    ['POST', '/crates', { key: 'x', other: 1 }, 400, 'JSON_PARSER_ERROR'],
    ['POST', '/crates', { key: 'x', notes: 'no list' }, 400, 'JSON_PARSER_ERROR'],
  ])('%s %s %j is refused', async (method, path, body, status, errorCode) => {
    const refused = await call(method, path, body);
    expect(refused.status).toBe(status);
    expect(await refused.json()).toEqual([{ errorCode, message: expect.any(String) }]);
  });

  test('without a session nothing runs', async () => {
    const answer = await fetch(`${org.url}/services/apexrest/crates/r1`);
    expect(answer.status).toBe(401);
  });

  test('nothing of it was a fault of the org', () => {
    expect(org.errors).toEqual([]);
  });
});
