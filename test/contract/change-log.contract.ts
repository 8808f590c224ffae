import { describe, expect } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import type { ChangeLog, LoggedChange } from '#ports/change-log.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { EPOCH_MS } from '../support/record-writes.ts';

const change = (orgId: OrgId, id: string, atMs: number): LoggedChange => ({
  id,
  orgId,
  atMs,
  who: 'alex@practice.example',
  by: 'page',
  operation: 'putRole',
  about: 'Account Executives',
});

/** What every `ChangeLog` promises. */
export function defineChangeLogContract(
  name: string,
  make: () => Promise<Harness<ChangeLog>>,
): void {
  describe(`log of changes: ${name}`, () => {
    const inOrg = contractCases<ChangeLog>({
      make,
      seed: (log, orgId) => log.append(change(orgId, 'a', EPOCH_MS)),
      observe: (log, orgId) => log.list(orgId, { limit: 10 }),
    });

    inOrg('lists newest first, page by page, each once', async (log, org) => {
      const [a, b, c, d] = [
        change(org, 'a', EPOCH_MS),
        change(org, 'b', EPOCH_MS + 5),
        change(org, 'c', EPOCH_MS + 5),
        change(org, 'd', EPOCH_MS + 9),
      ];
      for (const one of [b, d, a, c, b]) await log.append(one);
      expect(await log.list(org, { limit: 10 })).toEqual([d, c, b, a]);
      expect(await log.list(org, { limit: 2 })).toEqual([d, c]);
      expect(await log.list(org, { limit: 2, before: c })).toEqual([b, a]);
      expect(await log.list(org, { limit: 2, before: a })).toEqual([]);
    });

    inOrg('writes a change anew where it is, and only one that is there', async (log, org) => {
      const [a, b] = [change(org, 'a', EPOCH_MS), change(org, 'b', EPOCH_MS + 5)];
      for (const one of [a, b]) await log.append(one);
      await log.replace({ ...a, who: '(erased)' });
      await log.replace(change(org, 'never', EPOCH_MS));
      expect(await log.list(org, { limit: 10 })).toEqual([b, { ...a, who: '(erased)' }]);
    });

    inOrg('clears all of an org', async (log, org) => {
      await log.append(change(org, 'a', EPOCH_MS));
      await log.clear(org);
      expect(await log.list(org, { limit: 10 })).toEqual([]);
    });
  });
}
