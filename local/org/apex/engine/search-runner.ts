import { OrgError } from '../../errors.ts';
import { parseSosl, unescaped } from '../../search/parse-sosl.ts';
import { type Found, runSearch } from '../../search/run-search.ts';
import { ApexList } from '../collections.ts';
import { ApexException, type ApexValue } from '../values.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { OrgServices } from './org-services.ts';
import { engineOf } from './query-access.ts';
import { allBinds, rowConverter } from './query-runner.ts';

export interface ApexSearch {
  /** What follows `FIND {…}`. */
  readonly clauses: string;
  readonly term: string;
  readonly binds: ReadonlyMap<string, ApexValue>;
  /** In tests: the only records that are found, whatever the term. */
  readonly fixedIds: readonly string[] | undefined;
}

/**
 * A search of Apex, by what the running class says of sharing: one list for each object it returns, in their order.
 * @throws SearchException, LimitError
 */
export function runApexSearch(
  org: OrgServices,
  context: ExecutionContext,
  { clauses, term, binds, fixedIds }: ApexSearch,
): ApexList {
  context.limits.add('soslQueries');
  const soql = engineOf(org, context, context.sharing === 'with' ? 'shared' : 'system');
  const options = { binds: allBinds(binds), nowMs: org.now(), userId: context.userId };
  return asSearchException(() => {
    const search = { ...parseSosl(`FIND {term} ${clauses}`), term: unescaped(term) };
    const lists = new Map(
      search.returning.map(({ object }) => {
        const { name } = org.schema.require(object);
        return [name, new ApexList(name)] as const;
      }),
    );
    const found = runSearch({ schema: org.schema, soql, options, fixedIds }, search);
    for (const one of found) addRecord(org, lists, one);
    return new ApexList('List<SObject>', [...lists.values()]);
  });
}

/** A search that names no objects has a list for each object of which something was found. */
function addRecord(org: OrgServices, lists: Map<string, ApexList>, { plan, record }: Found): void {
  const list = lists.get(plan.object) ?? new ApexList(plan.object);
  lists.set(plan.object, list);
  list.add(rowConverter(org.schema, plan)(record));
}

function asSearchException<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof OrgError ? new ApexException('SearchException', error.message) : error;
  }
}
