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
let salesforce: Partial<Salesforce>;

beforeEach(async () => {
  salesforce = pingless();
  receiver = openTestReceiver((ports) => ({
    ...ports,
    salesforce: { ...ports.salesforce, forOrg: async () => salesforce as Salesforce },
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
function pingless(): Partial<Salesforce> {
  return {
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

it('shows what the org refuses while synced fields are put right, whatever it was, and goes on when it is given back', async () => {
  const refuse = () => {
    throw new AppError('salesforce-refused', 'Mixmax_Synced_Field__c is not supported');
  };
  const given = { ...salesforce, publish: async () => undefined };
  for (const method of ['query', 'upsert', 'publish'] as const) {
    salesforce = { ...given, [method]: refuse };
    await repairConditions(receiver.ports, org.orgId);
    const refused = await receiver.ports.orgs.get(org.orgId);
    expect(refused?.conditionsRefused, method).toContain('is not supported');
    expect(refused?.conditionsDriftedAtMs).toBe(DRIFTED_MS);
  }
  salesforce = given;
  await repairConditions(receiver.ports, org.orgId);
  const repaired = await receiver.ports.orgs.get(org.orgId);
  expect(repaired).not.toHaveProperty('conditionsRefused');
  expect(repaired).not.toHaveProperty('conditionsDriftedAtMs');
});
