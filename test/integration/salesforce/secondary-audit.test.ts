import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RecordId, recordId } from '#core/ids.ts';
import { startPass } from '#usecases/start-pass.ts';
import {
  connectWithoutPackage,
  type OrgReceiver,
  startOrgReceiver,
} from '../../support/org-receiver.ts';

const COUNT = 1_200;
const DATA = '/services/data/v66.0';

let receiver: OrgReceiver;
let dataDir: string;
let ids: RecordId[];
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'secondary-audit-'));
  receiver = await startOrgReceiver({ dataDir });
  await connectWithoutPackage(receiver);
  ids = [];
  for (let start = 0; start < COUNT; start += 200) ids.push(...(await create(200, start)));
  await receiver.practice.org.clock.advance(60_000);
  await startPass(receiver.ports, {
    orgId: receiver.orgId,
    kind: 'audit',
    id: 'initial',
    reason: 'test',
  });
  await receiver.drainBulk();
});
afterAll(async () => {
  await receiver.close();
  await rm(dataDir, { recursive: true });
});

async function create(count: number, from: number): Promise<RecordId[]> {
  const records = Array.from({ length: count }, (_, n) => ({
    attributes: { type: 'Contact' },
    LastName: `Contact ${from + n}`,
  }));
  const body = { allOrNone: true, records };
  const answer = await receiver.practice.fetch('POST', `${DATA}/composite/sobjects`, body);
  return ((await answer.json()) as { id: RecordId }[]).map(({ id }) => id);
}

/** Changes the mirror's file behind everybody's back. */
function spoil(sql: string, ...values: string[]): void {
  const database = new DatabaseSync(join(dataDir, 'receiver.db'));
  try {
    expect(database.prepare(sql).run(...values).changes).toBe(1);
  } finally {
    database.close();
  }
}

const held = (id: RecordId) => receiver.ports.mirror.get(receiver.orgId, 'Contact', id);
const requests = () => receiver.practice.org.requestLog.since(0);

describe('a secondary audit', () => {
  it('repairs exactly what is wrong, and reads whole records of that only', async () => {
    const { orgId, ports } = receiver;
    const [missing, stale, right] = [ids[7], ids[400], ids[900]];
    if (missing === undefined || stale === undefined || right === undefined) throw new Error('ids');
    const before = await held(right);
    spoil('DELETE FROM mirror_record WHERE id = ?', missing);
    spoil(
      `UPDATE mirror_record SET modstamp = modstamp - 60000, fields = json_object('LastName', 'Spoiled'), layout = NULL
       WHERE id = ?`,
      stale,
    );
    const gone = recordId('003Dp00000ZZZZZ');
    spoil(
      `INSERT INTO mirror_record SELECT space, ?, modstamp, read_at, revision, flags, merged_into, field_set, fields,
         last_change, email, owner, layout FROM mirror_record WHERE id = ?`,
      gone,
      right,
    );
    await receiver.practice.org.clock.advance(60_000);
    const { events } = await ports.feed.read(orgId, 'last:1', 1);
    const sinceRequests = requests().length;
    const since = (await ports.feed.read(orgId, 'latest', 1)).next;

    const objects = ['Contact'];
    const request = { orgId, kind: 'audit', id: 'second', reason: 'test', objects } as const;
    await startPass(ports, { ...request, compare: true });
    await receiver.drainBulk();
    expect(await ports.jobs.getPass(orgId, 'second')).toMatchObject({ state: 'done' });

    expect((await held(missing))?.fields['LastName']).toBe('Contact 7');
    expect((await held(stale))?.fields['LastName']).toBe('Contact 400');
    expect(await held(gone)).toMatchObject({ hidden: true });
    expect(await held(right)).toMatchObject({ revision: before?.revision, fields: before?.fields });
    const changed = (await ports.feed.read(orgId, since, 100)).events;
    expect(changed.map((event) => event.recordId).sort()).toEqual([gone, missing, stale].sort());
    expect(events).toHaveLength(1);

    const log = requests().slice(sinceRequests);
    const reads = log.filter(({ path }) => path.includes('/composite/sobjects/'));
    expect(reads.length).toBeLessThanOrEqual(4);
    expect(log.some(({ path }) => /sobjects\/(Account|Lead)\//.test(path))).toBe(false);
  });
});
