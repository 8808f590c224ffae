import type { LocatorState } from '../platform/system/batch.ts';
import type { SObjectValue } from '../sobject.ts';
import { ApexException, type ApexValue } from '../values.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { OrgServices } from './org-services.ts';
import { asQueryException, fieldBinds, rowConverter } from './query-runner.ts';

/** Name of the bind that holds a chunk's ids (`SoqlEngine.planForIds`). */
const IDS = '__ids';

/** The ids of a locator's rows, in the query's order. @throws QueryException */
export function locatorIds(
  org: OrgServices,
  context: ExecutionContext,
  { soql, binds }: LocatorState,
): string[] {
  return asQueryException(() => {
    const plan = org.soql.plan(soql);
    const options = { binds: fieldBinds(plan, binds), nowMs: org.now(), userId: context.userId };
    return [...org.soql.run(plan, options)].flatMap(({ id }) => id ?? []);
  });
}

export interface LocatorChunk extends LocatorState {
  readonly ids: readonly string[];
  /** 18 characters. */
  readonly userId: string;
}

/**
 * The locator's rows with these ids, as they are now, in this order; rows deleted meanwhile are left out. Counts
 * against no limit.
 */
export function locatorRows(
  org: OrgServices,
  { soql, binds, ids, userId }: LocatorChunk,
): SObjectValue[] {
  return asQueryException(() => {
    const plan = org.soql.planForIds(org.soql.plan(soql));
    const withIds = new Map([...fieldBinds(plan, binds), [IDS, ids] as const]);
    const toRecord = rowConverter(org.schema, plan);
    const found = new Map<string, SObjectValue>();
    for (const row of org.soql.run(plan, { binds: withIds, nowMs: org.now(), userId })) {
      if (row.id !== undefined) {
        found.set(row.id, toRecord(row));
      }
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  });
}

/** Checks a query that becomes a locator and counts its rows. @throws QueryException, LimitError */
export function countLocatorRows(
  org: OrgServices,
  context: ExecutionContext,
  soql: string,
  binds: ReadonlyMap<string, ApexValue>,
): void {
  asQueryException(() => {
    context.limits.add('queries');
    const plan = org.soql.plan(soql);
    if (plan.aggregate || plan.countOnly) {
      throw new ApexException(
        'QueryException',
        'Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch',
      );
    }
    const options = { binds: fieldBinds(plan, binds), nowMs: org.now(), userId: context.userId };
    context.limits.add('queryLocatorRows', org.soql.count(plan, options));
  });
}
