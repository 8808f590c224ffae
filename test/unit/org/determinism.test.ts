import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readAll, utf8 } from '../../../local/org/api/http.ts';
import { createOrg, type Org } from '../../../local/org/org.ts';
import { createVirtualScheduler } from '../../../local/virtual-scheduler.ts';

const DATA = '/services/data/v66.0';

/** Everything a client sees of a busy day in an org, as one hash. */
async function dayInTheLife(seed: string): Promise<string> {
  const scheduler = createVirtualScheduler({ startMs: Date.UTC(2026, 10, 22), seed });
  const org = await createOrg({
    database: ':memory:',
    orgId: '00DDp0000000001MAA',
    instanceUrl: 'http://org.example',
    delays: 'default',
    seed,
    scheduler,
    sender: { send: () => Promise.reject(new Error('Connection refused')) },
    adminToken: 'admin',
    onError: (error) => {
      throw error;
    },
  });
  const trace = createHash('sha256');
  const token = org.issueToken('alex@practice.example');

  async function ask(method: string, path: string, body?: unknown): Promise<string> {
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
    const type = typeof body === 'string' ? 'text/csv' : 'application/json';
    const response = await org.handle({
      method,
      path: DATA + path,
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body: body === undefined ? new Uint8Array() : utf8(text),
    });
    const answer = Buffer.from(await readAll(response.body)).toString();
    trace.update(JSON.stringify([response.status, response.headers, answer]));
    return answer;
  }

  trace.update(token);
  await liveThrough(org, ask);
  org.close();
  return trace.digest('hex');

  async function liveThrough(
    one: Org,
    request: (method: string, path: string, body?: unknown) => Promise<string>,
  ): Promise<void> {
    await request('POST', '/sobjects/Account', { Name: 'Acme' });
    const created = await request('POST', '/jobs/ingest', { object: 'Lead', operation: 'insert' });
    const { id } = JSON.parse(created) as { id: string };
    const rows = Array.from({ length: 500 }, (_, index) => `L${index},C\n`).join('');
    await request('PUT', `/jobs/ingest/${id}/batches`, `LastName,Company\n${rows}`);
    await request('PATCH', `/jobs/ingest/${id}`, { state: 'UploadComplete' });
    const query = 'SELECT Id, LastName, CreatedDate FROM Lead';
    const job = await request('POST', '/jobs/query', { operation: 'query', query });
    const slow = request('GET', '/limits');
    await scheduler.advance(3_600_000);
    await slow;
    await one.whenIdle();
    await request('GET', `/jobs/ingest/${id}/successfulResults`);
    const { id: queryId } = JSON.parse(job) as { id: string };
    await request('GET', `/jobs/query/${queryId}/results`);
    await request('GET', '/query?q=SELECT+Id,Name+FROM+Account');
  }
}

test('the same seed gives the same answers, byte for byte; another seed does not', async () => {
  const first = await dayInTheLife('one');
  expect(await dayInTheLife('one')).toBe(first);
  expect(await dayInTheLife('two')).not.toBe(first);
});
