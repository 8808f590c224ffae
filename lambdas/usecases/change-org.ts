import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';

const MAX_ATTEMPTS = 10;

/**
 * Changes an org by a pure step, again from the start where somebody else was faster. A step that answers its argument
 * changes nothing and writes nothing.
 * @returns the state afterwards, or undefined for an org that is not connected
 * @throws AppError conflict (retryable) when others were faster too often
 */
export async function changeOrg(
  ports: Pick<Ports, 'orgs'>,
  orgId: OrgId,
  step: (org: OrgState) => OrgState,
): Promise<OrgState | undefined> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const org = await ports.orgs.get(orgId);
    if (org === undefined) return undefined;
    const next = step(org);
    if (next === org) return org;
    if ((await ports.orgs.update(next)) === 'updated') {
      return { ...next, revision: next.revision + 1 };
    }
  }
  throw new AppError(
    'conflict',
    `The org ${orgId} is being changed by others; it is tried again.`,
    {
      retryable: true,
    },
  );
}
