import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { RecordId } from '#core/ids.ts';
import { startPass } from '#usecases/start-pass.ts';
import {
  connectWithoutPackage,
  type OrgReceiver,
  startOrgReceiver,
} from '../../support/org-receiver.ts';

const CONTACTS = '/services/data/v66.0/sobjects/Contact';

let receiver: OrgReceiver;
beforeAll(async () => {
  receiver = await startOrgReceiver();
  await connectWithoutPackage(receiver);
}, 120_000);
afterAll(() => receiver.close());

/** The org refuses Bulk queries of Contact as Salesforce words it; all else it answers by itself. */
function refuseContactsInBulk(): void {
  const { org } = receiver.practice;
  const handle = org.handle.bind(org);
  const refusal = [
    { errorCode: 'INVALIDENTITY', message: "Entity 'Contact' is not supported by the Bulk API." },
  ];
  vi.spyOn(org, 'handle').mockImplementation(async (request) => {
    const answer = await handle(request);
    const asks = request.method === 'POST' && request.path.endsWith('/jobs/query');
    if (!asks || !Buffer.from(request.body).toString().includes('FROM Contact')) return answer;
    const { 'content-length': _, ...headers } = answer.headers;
    return { status: 400, headers, body: Buffer.from(JSON.stringify(refusal)) };
  });
}

it('an object that the Bulk API refuses is read by REST, with the same values (R11)', async () => {
  const { practice, ports, orgId } = receiver;
  const values = { LastName: 'Lovelace', Email: 'ada@x.example', Birthdate: '1815-12-10' };
  const answer = await practice.fetch('POST', CONTACTS, values);
  const { id } = (await answer.json()) as { id: RecordId };
  await practice.org.clock.advance(60_000);
  await startPass(ports, { orgId, kind: 'audit', id: 'bulk', reason: 'test' });
  await receiver.drainBulk();
  const byBulk = await ports.mirror.get(orgId, 'Contact', id);
  expect(byBulk?.fields).toMatchObject(values);

  refuseContactsInBulk();
  await ports.mirror.clear(orgId, 'Contact');
  await startPass(ports, { orgId, kind: 'audit', id: 'rest', reason: 'test' });
  await receiver.drainBulk();
  expect(await ports.jobs.getPass(orgId, 'rest')).toMatchObject({ state: 'done' });
  expect(await ports.jobs.getJob(orgId, 'rest.Contact')).toMatchObject({ rest: true });
  expect((await ports.jobs.getJob(orgId, 'rest.Lead'))?.rest).toBeUndefined();
  const byRest = await ports.mirror.get(orgId, 'Contact', id);
  expect(byRest?.fields).toEqual(byBulk?.fields);
  expect(byRest?.version.modstampMs).toBe(byBulk?.version.modstampMs);
}, 60_000);
