import { OrgError } from '../../errors.ts';
import type { QueryPlan, SoqlEngine } from '../../soql/soql.ts';
import type { AccessMode } from '../realm.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { OrgServices } from './org-services.ts';

/** How a query runs: `user` by the user's permissions and sharing, `shared` by sharing alone, `system` by neither. */
export type QueryMode = 'user' | 'shared' | 'system';

export interface PlannedQuery {
  readonly engine: SoqlEngine;
  readonly plan: QueryPlan;
  readonly mode: QueryMode;
}

/**
 * Plans a query of Apex with the access it asks for: by an argument, by `WITH …`, else by what the running class says
 * of sharing.
 * @throws OrgError for a query that is wrong, or names what the user may not see
 */
export function planQuery(
  org: OrgServices,
  context: ExecutionContext,
  soql: string,
  asked?: AccessMode,
): PlannedQuery {
  const plan = org.soql.plan(soql);
  if (plan.accessMode === 'enforced') {
    requireReadable(org, context, soql);
  }
  const wanted = asked ?? plan.accessMode;
  const mode = wanted === 'user' ? 'user' : context.sharing === 'with' ? 'shared' : 'system';
  const engine = engineOf(org, context, mode);
  return { engine, plan: engine === org.soql ? plan : engine.plan(soql), mode };
}

export function engineOf(
  org: OrgServices,
  context: Pick<ExecutionContext, 'userId'>,
  mode: QueryMode,
): SoqlEngine {
  const access = mode === 'system' ? undefined : org.access?.of(context.userId);
  if (access === undefined) {
    return org.soql;
  }
  return mode === 'user' ? access.soql : access.sharedSoql;
}

/** `WITH SECURITY_ENFORCED` refuses what the user may not read, and filters no rows. */
function requireReadable(org: OrgServices, { userId }: ExecutionContext, soql: string): void {
  try {
    org.access?.of(userId).soql.plan(soql);
  } catch (error) {
    if (error instanceof OrgError) {
      throw new OrgError(
        'INSUFFICIENT_ACCESS',
        'Insufficient permissions: secure query included inaccessible field',
      );
    }
    throw error;
  }
}
