import type { OrgId } from '#core/ids.ts';
import type { Job, Pass } from '#core/pass.ts';
import { EPOCH_MS } from './record-writes.ts';

export function aPass(orgId: OrgId, id: string, changes: Partial<Pass> = {}): Pass {
  return {
    id,
    orgId,
    revision: 1,
    kind: 'audit',
    epoch: 1,
    state: 'running',
    startedAtMs: EPOCH_MS,
    progressAtMs: EPOCH_MS,
    reason: 'initial',
    parts: {
      Contact: { state: 'running', sinceMs: null, upperMs: EPOCH_MS, rows: 12, jobId: 'job' },
    },
    ...changes,
  };
}

export function aJob(orgId: OrgId, id: string, changes: Partial<Job> = {}): Job {
  return {
    id,
    orgId,
    revision: 1,
    passId: 'pass',
    object: 'Contact',
    soql: "SELECT Id, Name FROM Contact WHERE Name != 'x'",
    columns: [
      { name: 'Id', type: 'id' },
      { name: 'Name', type: 'string' },
    ],
    fieldSet: '*',
    fields: ['Name'],
    operation: 'queryAll',
    bornAfterMs: 0,
    state: 'importing',
    salesforceJobId: '750000000000001AAA',
    apiVersion: '66.0',
    readAtMs: EPOCH_MS,
    locator: null,
    rowsImported: 3,
    rowsExpected: 3,
    polls: 2,
    failures: 0,
    stalls: 0,
    startedAtMs: EPOCH_MS,
    progressAtMs: EPOCH_MS,
    ...changes,
  };
}
