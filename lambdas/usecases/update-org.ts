import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';

/** Writers of one org's state are few: more conflicts in a row than this mean that something writes without end. */
const MAX_ATTEMPTS = 8;

/**
 * Changes an org's state by compare-and-swap: reads it, computes the next one, writes it if nobody wrote in between,
 * else begins again.
 *
 * @param change pure; answers undefined (or the same object) when there is nothing to write
 * @returns the state now in force, or undefined for an org that is not stored
 * @throws AppError conflict (retryable)
 */
export async function updateOrg(
  ports: Pick<Ports, 'orgs'>,
  orgId: OrgId,
  change: (org: OrgState) => OrgState | undefined,
): Promise<OrgState | undefined> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const org = await ports.orgs.get(orgId);
    if (org === undefined) return undefined;
    const next = change(org);
    if (next === undefined || next === org) return org;
    if ((await ports.orgs.update(next)) === 'updated')
      return { ...next, revision: org.revision + 1 };
  }
  throw new AppError(
    'conflict',
    `The state of org ${orgId} is being changed too often; try again.`,
    {
      retryable: true,
    },
  );
}
