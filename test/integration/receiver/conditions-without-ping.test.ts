import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { pushConditions } from '#usecases/push-conditions.ts';
import { repairConditions } from '#usecases/repair-conditions.ts';
import { describedObject } from '../../support/salesforce-double.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';

const DRIFTED_MS = 1_000;
const PROVEN_MS = Date.UTC(2026, 0, 1);
let receiver: TestReceiver;
let org: OrgState;

beforeEach(async () => {
  receiver = openTestReceiver((ports) => ({
    ...ports,
    salesforce: { ...ports.salesforce, forOrg: async () => pingless() },
  }));
  org = await connectTestOrg(receiver, {
    conditions: { on: true, objects: { Contact: ['Email'] } },
    conditionsDriftedAtMs: DRIFTED_MS,
    objects: {
      Contact: { fieldSet: { fields: ['Email'], hash: 'x' }, completeThroughMs: PROVEN_MS },
    },
  });
});
afterEach(() => receiver.close());

/** An org without synced fields, which takes them and then cannot be reached. */
function pingless(): Salesforce {
  const answers: Partial<Salesforce> = {
    describe: async (object) =>
      object === 'Contact' ? describedObject(object, ['Email', 'Fax']) : undefined,
    query: async function* () {
      yield { records: [], readAtMs: PROVEN_MS };
    },
    upsert: async () => undefined,
    publish: async () => {
      throw new AppError('salesforce-unavailable', 'out', { retryable: true });
    },
  };
  return answers as Salesforce;
}

it('has the stretch read for which synced fields were wrong, although the ping after it fails', async () => {
  await expect(repairConditions(receiver.ports, org.orgId)).rejects.toThrow('out');
  const [pass] = await receiver.ports.jobs.listPasses(org.orgId, { limit: 1 });
  expect(pass).toMatchObject({ id: `drift-${DRIFTED_MS}`, kind: 'gap' });
});

it('has the columns read that new conditions change, although the ping after it fails', async () => {
  const conditions = { on: true, objects: { Contact: ['Fax'] } } as const;
  const pushed = pushConditions(receiver.ports, { orgId: org.orgId, conditions });
  await expect(pushed).rejects.toThrow('out');
  const [pass] = await receiver.ports.jobs.listPasses(org.orgId, { limit: 1 });
  expect(pass).toMatchObject({ kind: 'audit', parts: { Contact: { sinceMs: null } } });
});
