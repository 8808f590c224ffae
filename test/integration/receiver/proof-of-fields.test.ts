import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectState, OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { advanceJob } from '#usecases/advance-job.ts';
import { advancePass } from '#usecases/advance-pass.ts';
import { changeOrg } from '#usecases/change-org.ts';
import { aJob, aPass } from '../../support/passes-and-jobs.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';
import { withMethods } from '../../support/with-methods.ts';

const UPPER_MS = Date.UTC(2026, 0, 1);
const OLD: ObjectState = { fieldSet: { fields: ['Name'], hash: '*' } };
const NEW: ObjectState = { fieldSet: { fields: ['Fax', 'Name'], hash: '*' } };
const LISTED: ObjectState = { fieldSet: { fields: ['Name'], hash: '0123456789ab' } };

describe('an audit whose fields are changed before it ends', () => {
  let receiver: TestReceiver;
  let org: OrgState;
  let meanwhile: ObjectState | undefined;

  beforeEach(async () => {
    meanwhile = undefined;
    receiver = openTestReceiver(whileJobIsLookedAt);
    org = await connectTestOrg(receiver, { objects: { Contact: OLD } });
    const { jobs } = receiver.ports;
    const part = { state: 'running', sinceMs: null, rows: 0, jobId: 'job' } as const;
    const parts = { Contact: { ...part, upperMs: UPPER_MS, coveredMs: UPPER_MS - 600_000 } };
    await jobs.createPass(aPass(org.orgId, 'pass', { parts }));
    await jobs.createJob(aJob(org.orgId, 'job', { state: 'done', fields: ['Name'] }));
  });
  afterEach(() => receiver.close());

  /** Between the pass's look at the org and its proof, somebody puts other fields into force. */
  function whileJobIsLookedAt(ports: Ports): Ports {
    const getJob: Ports['jobs']['getJob'] = async (orgId, jobId) => {
      if (meanwhile !== undefined) await hold(meanwhile);
      return await ports.jobs.getJob(orgId, jobId);
    };
    return { ...ports, jobs: withMethods(ports.jobs, { getJob }) };
  }

  async function hold(Contact: ObjectState): Promise<void> {
    await changeOrg(receiver.ports, org.orgId, (now) => ({ ...now, objects: { Contact } }));
  }

  async function proven(): Promise<number | undefined> {
    const message = { type: 'pass.advance.v1', orgId: org.orgId, passId: 'pass' } as const;
    await advancePass(receiver.ports, message, { redelivered: false });
    return (await receiver.ports.orgs.get(org.orgId))?.objects['Contact']?.completeThroughMs;
  }

  it('writes no rows any more: they would take away what was read for the new fields', async () => {
    const { orgId } = org;
    await receiver.ports.jobs.createJob(aJob(orgId, 'late', { locator: 'next', fields: ['Name'] }));
    await hold(NEW);
    const message = { type: 'job.advance.v1', orgId, jobId: 'late', revision: 1 } as const;
    await advanceJob(receiver.ports, message, { redelivered: false });
    const job = await receiver.ports.jobs.getJob(orgId, 'late');
    expect(job).toMatchObject({ state: 'failed', rowsImported: 3 });
    expect(job?.error).toMatch(/fields were changed/);
  });

  it('proves the fields that it read', async () => {
    expect(await proven()).toBe(UPPER_MS - 600_000);
  });

  it('proves nothing of a field that came later, although all fields are synced', async () => {
    await hold(NEW);
    expect(await proven()).toBeUndefined();
  });

  it.each([NEW, LISTED])(
    'proves nothing of fields put into force at the last moment',
    async (state) => {
      meanwhile = state;
      expect(await proven()).toBeUndefined();
    },
  );
});
