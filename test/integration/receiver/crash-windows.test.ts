import { afterEach, describe, expect, it } from 'vitest';
import type { OrgState } from '#core/org.ts';
import type { Fields } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { repairConditions } from '#usecases/repair-conditions.ts';
import { aNotice } from '../../support/notices.ts';
import { describedObject } from '../../support/salesforce-double.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';
import { withMethods } from '../../support/with-methods.ts';

const DAY_MS = 86_400_000;
const ADA = recordIdOf('003', 1);

let receiver: TestReceiver;
afterEach(() => receiver.close());

/** The process dies when it first wants to start a pass; what it wrote until then stays. */
function dyingAtItsFirstPass(ports: Ports): Ports {
  let dies = true;
  const { jobs } = ports;
  const createPass: typeof jobs.createPass = async (pass) => {
    if (!dies) return jobs.createPass(pass);
    dies = false;
    throw new Error('the process died');
  };
  return { ...ports, jobs: withMethods(jobs, { createPass }) };
}

async function connect(more: Partial<OrgState> = {}): Promise<OrgState> {
  const org = await connectTestOrg(receiver, more);
  const { Contact: state } = org.objects;
  if (state === undefined) throw new Error('no Contact');
  const completeThroughMs = receiver.clock.now();
  const objects = { ...org.objects, Contact: { ...state, completeThroughMs } };
  await receiver.ports.orgs.update({ ...org, objects });
  return org;
}

const passes = ({ orgId }: OrgState) => receiver.ports.jobs.listPasses(orgId, { limit: 10 });

describe('a process that dies', () => {
  it('after writing a record that the mirror should have known still has the object audited (R6)', async () => {
    receiver = openTestReceiver(dyingAtItsFirstPass);
    const org = await connect();
    const born = new Date(receiver.clock.now() - DAY_MS).toISOString();
    receiver.salesforce.save('Contact', ADA, { CreatedDate: born });
    await receiver.post(org.orgId, aNotice(org.orgId, receiver.clock.now(), [{ ids: [ADA] }]));
    await receiver.work();
    expect(await passes(org)).toEqual([]);
    expect(await receiver.ports.mirror.get(org.orgId, 'Contact', ADA)).toBeDefined();
    await receiver.work();
    expect(await passes(org)).toMatchObject([{ kind: 'audit', parts: { Contact: {} } }]);
  });

  it('after hiding a record still announces that it is hidden (R2, R15)', async () => {
    let dies = false;
    receiver = openTestReceiver((ports) => {
      const append: Ports['feed']['append'] = async (...given) => {
        if (!dies) return ports.feed.append(...given);
        dies = false;
        throw new Error('the process died');
      };
      return { ...ports, feed: withMethods(ports.feed, { append }) };
    });
    const org = await connect();
    receiver.salesforce.describeAs(describedObject('Contact', ['Name']));
    receiver.salesforce.save('Contact', ADA, { Name: 'Ada' });
    const notice = () => aNotice(org.orgId, receiver.clock.now(), [{ op: 'insert', ids: [ADA] }]);
    await receiver.post(org.orgId, notice());
    while ((await receiver.work()) > 0);
    receiver.clock.advance(60_000);
    receiver.salesforce.conceal(ADA);
    dies = true;
    await receiver.post(org.orgId, notice());
    await receiver.work();
    expect(await receiver.ports.mirror.get(org.orgId, 'Contact', ADA)).toMatchObject({
      hidden: true,
    });
    const types = async () => (await receiver.feed(org.orgId)).map(({ type }) => type);
    expect(await types()).not.toContain('record.hidden');
    while ((await receiver.work()) > 0);
    expect(await types()).toContain('record.hidden');
  });

  it('after rewriting synced fields still has the stretch read for which they were wrong', async () => {
    const rows: Fields[] = [];
    const orgWithRows: Partial<Salesforce> = {
      query: async function* () {
        const records = rows.map((fields, n) => ({ id: recordIdOf('a01', n), fields }));
        yield { records, readAtMs: 0 };
      },
      upsert: async (_object, _field, written) => void rows.push(...written),
      publish: async () => undefined,
    };
    receiver = openTestReceiver((ports) => ({
      ...dyingAtItsFirstPass(ports),
      salesforce: { ...ports.salesforce, forOrg: async () => orgWithRows as Salesforce },
    }));
    const conditions = { on: true, objects: { Contact: ['Email'] } } as const;
    const org = await connect({ conditions, conditionsDriftedAtMs: 7 });
    await expect(repairConditions(receiver.ports, org.orgId)).rejects.toThrow('died');
    expect(rows).toHaveLength(1);
    await repairConditions(receiver.ports, org.orgId);
    expect(rows).toHaveLength(1);
    expect(await passes(org)).toMatchObject([{ id: 'drift-7', kind: 'gap' }]);
    const state = await receiver.ports.orgs.get(org.orgId);
    expect(state).not.toHaveProperty('conditionsDriftedAtMs');
    expect(state).not.toHaveProperty('conditionsRewriting');
  });
});

describe('live through', () => {
  it('is not claimed of records that a window is still to be read for', async () => {
    receiver = openTestReceiver();
    const org = await connect();
    const changes = Array.from({ length: 6 }, (_, part) => ({
      ids: Array.from({ length: 1_700 }, (_, n) => recordIdOf('003', part * 1_700 + n)),
    }));
    await receiver.post(org.orgId, aNotice(org.orgId, receiver.clock.now(), changes));
    await receiver.work();
    expect((await receiver.ports.orgs.liveness(org.orgId)).liveThroughMs).toEqual({});
    receiver.salesforce.save('Contact', ADA, {});
    await receiver.post(org.orgId, aNotice(org.orgId, receiver.clock.now(), [{ ids: [ADA] }]));
    await receiver.work();
    expect((await receiver.ports.orgs.liveness(org.orgId)).liveThroughMs).toHaveProperty('Contact');
  });
});
