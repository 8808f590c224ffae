import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import { EPOCH_MS } from './record-writes.ts';

/** A connected org, as the initial audit leaves it. */
export function anOrgState(orgId: OrgId, changes: Partial<OrgState> = {}): OrgState {
  return {
    orgId,
    revision: 1,
    name: `Org ${orgId}`,
    instanceUrl: 'https://acme.my.salesforce.com',
    loginUrl: 'https://login.salesforce.com',
    apiVersion: '66.0',
    syncUser: { id: '005000000000001AAA', username: 'sync@acme.example' },
    phase: 'active',
    phaseSinceMs: EPOCH_MS,
    mode: { name: 'realtime', sinceMs: EPOCH_MS, epoch: 1 },
    conditions: { on: true, objects: { Contact: ['Email', 'Name'] } },
    objects: {
      Contact: {
        fieldSet: { fields: ['Email', 'Name'], hash: '0123456789ab' },
        completeThroughMs: 5,
      },
    },
    ...changes,
  };
}
