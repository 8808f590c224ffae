import { type LocatorState, QueryLocator } from '../platform/system/batch.ts';
import type { AccessMode } from '../realm.ts';
import type { SObjectValue } from '../sobject.ts';
import { ApexException, type ApexValue } from '../values.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { OrgServices } from './org-services.ts';
import { engineOf, planQuery } from './query-access.ts';
import { asQueryException, fieldBinds, rowConverter } from './query-runner.ts';

/** Name of the bind that holds a chunk's ids (`SoqlEngine.planForIds`). */
const IDS = '__ids';

/** The ids of a locator's rows, in the query's order. @throws QueryException */
export function locatorIds(
  org: OrgServices,
  context: ExecutionContext,
  { soql, binds, mode }: LocatorState,
): string[] {
  return asQueryException(() => {
    const engine = engineOf(org, context, mode);
    const plan = engine.plan(soql);
    const options = { binds: fieldBinds(plan, binds), nowMs: org.now(), userId: context.userId };
    return [...engine.run(plan, options)].flatMap(({ id }) => id ?? []);
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
  { soql, binds, mode, ids, userId }: LocatorChunk,
): SObjectValue[] {
  return asQueryException(() => {
    const engine = engineOf(org, { userId }, mode);
    const plan = engine.planForIds(engine.plan(soql));
    const withIds = new Map([...fieldBinds(plan, binds), [IDS, ids] as const]);
    const toRecord = rowConverter(org.schema, plan);
    const found = new Map<string, SObjectValue>();
    for (const row of engine.run(plan, { binds: withIds, nowMs: org.now(), userId })) {
      if (row.id !== undefined) {
        found.set(row.id, toRecord(row));
      }
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  });
}

export interface NewLocator {
  readonly soql: string;
  readonly binds: ReadonlyMap<string, ApexValue>;
  readonly mode: AccessMode | undefined;
}

/** Checks a query that becomes a locator and counts its rows. @throws QueryException, LimitError */
export function openLocator(
  org: OrgServices,
  context: ExecutionContext,
  { soql, binds, mode: asked }: NewLocator,
): QueryLocator {
  return asQueryException(() => {
    context.limits.add('queries');
    const { plan, engine, mode } = planQuery(org, context, soql, asked);
    if (plan.aggregate || plan.countOnly) {
      throw new ApexException(
        'QueryException',
        'Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch',
      );
    }
    const options = { binds: fieldBinds(plan, binds), nowMs: org.now(), userId: context.userId };
    context.limits.add('queryLocatorRows', engine.count(plan, options));
    return new QueryLocator({ soql, binds, mode });
  });
}
