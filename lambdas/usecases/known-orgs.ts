import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';

/** How long what is remembered of an org may differ from what is stored. */
const REMEMBERED_MS = 10_000;
/** Beyond it the memory starts anew, which costs one read each. */
const MAX_ORGS = 10_000;

/**
 * Orgs as they were some seconds ago, for whoever may act on that: a read for each notice would be half of what the
 * gateway asks of the store. Unknown orgs are not remembered: they may be connected at any moment.
 */
export interface KnownOrgs {
  recent(orgId: OrgId): Promise<OrgState | undefined>;
  /** As it is stored now. */
  now(orgId: OrgId): Promise<OrgState | undefined>;
}

/** Remembers in this process. */
export function createKnownOrgs({ orgs, clock }: Pick<Ports, 'orgs' | 'clock'>): KnownOrgs {
  const known = new Map<OrgId, { readonly org: OrgState; readonly atMs: number }>();

  async function now(orgId: OrgId): Promise<OrgState | undefined> {
    const atMs = clock.now();
    const org = await orgs.get(orgId);
    if (known.size >= MAX_ORGS) known.clear();
    if (org === undefined) known.delete(orgId);
    else known.set(orgId, { org, atMs });
    return org;
  }

  return {
    now,
    async recent(orgId) {
      const found = known.get(orgId);
      const ageMs = clock.now() - (found?.atMs ?? Number.NEGATIVE_INFINITY);
      return found !== undefined && ageMs >= 0 && ageMs < REMEMBERED_MS
        ? found.org
        : await now(orgId);
    },
  };
}
