import { OrgError } from '../../errors.ts';
import { buildObject } from '../../schema/object-builder.ts';
import type { FieldValue, ObjectSchema, Schema } from '../../schema/schema.ts';
import { nameFields } from '../../soql/name-object.ts';
import type { QueryPlan, QueryRecord, QueryValue } from '../../soql/soql.ts';
import { ApexList, ApexSet } from '../collections.ts';
import { toFieldValue } from '../field-conversion.ts';
import type { AccessMode } from '../realm.ts';
import { SObjectValue } from '../sobject.ts';
import { StreamedBinds } from '../streamed-binds.ts';
import { ApexException, type ApexValue } from '../values.ts';
import { aggregateSchema } from './aggregate-schema.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { OrgServices } from './org-services.ts';
import { type PlannedQuery, planQuery } from './query-access.ts';

/** What `Who`, `What` and `Owner` show of the record behind them, whatever its type. */
const NAME: ObjectSchema = buildObject({
  name: 'Name',
  label: 'Name',
  labelPlural: 'Names',
  keyPrefix: '',
  fields: [...nameFields.values()],
});

type Binds = ReadonlyMap<string, ApexValue>;

/** Runs SOQL for Apex: counts, binds, and rows as records. */
export class QueryRunner {
  readonly #org: OrgServices;

  constructor(org: OrgServices) {
    this.#org = org;
  }

  /** @throws QueryException, LimitError */
  query(context: ExecutionContext, soql: string, binds: Binds, mode?: AccessMode): SObjectValue[] {
    return asQueryException(() => {
      const { plan, engine } = this.#plan(context, soql, mode);
      const options = this.#options(context, plan, binds);
      if (plan.countOnly) {
        throw new OrgError('MALFORMED_QUERY', 'COUNT() needs Database.countQuery or an Integer');
      }
      const toRecord = rowConverter(this.#org.schema, plan);
      const isStreamed = binds instanceof StreamedBinds;
      const records: SObjectValue[] = [];
      for (const row of engine.run(plan, options)) {
        context.limits.add('queryRows', 1 + countChildren(row));
        const record = toRecord(row);
        records.push(record);
        if (!isStreamed) {
          this.hold(context, record);
        }
      }
      return records;
    });
  }

  /** Counts a row to the heap, from when Apex has it. @throws LimitError */
  hold({ limits, heap }: ExecutionContext, record: SObjectValue): void {
    heap.hold(record);
    limits.showHeap(heap.bytes);
  }

  /** @throws QueryException, LimitError */
  count(context: ExecutionContext, soql: string, binds: Binds, mode?: AccessMode): number {
    return asQueryException(() => {
      const { plan, engine } = this.#plan(context, soql, mode);
      context.limits.add('queryRows');
      return engine.count(plan, this.#options(context, plan, binds));
    });
  }

  #plan(context: ExecutionContext, soql: string, mode: AccessMode | undefined): PlannedQuery {
    const planned = planQuery(this.#org, context, soql, mode);
    // Custom metadata may be queried as often as one likes.
    if (this.#org.schema.find(planned.plan.object)?.kind !== 'customMetadata') {
      context.limits.add('queries');
    }
    if (planned.plan.hasChildQueries) {
      context.limits.add('aggregateQueries');
    }
    return planned;
  }

  #options(context: ExecutionContext, plan: QueryPlan, binds: Binds) {
    return { binds: fieldBinds(plan, binds), nowMs: this.#org.now(), userId: context.userId };
  }
}

/** Of all variables a query might name, those it does, as the query engine takes them. */
export function fieldBinds(
  { bindNames }: QueryPlan,
  binds: Binds,
): Map<string, FieldValue | readonly FieldValue[]> {
  const used = [...binds].map(([name, value]) => [name.toLowerCase(), value] as const);
  return new Map(
    used
      .filter(([name]) => bindNames.includes(name))
      .map(([name, value]) => [name, bindValue(value)]),
  );
}

/** All of them, for what is planned later. */
export function allBinds(binds: Binds): Map<string, FieldValue | readonly FieldValue[]> {
  return new Map([...binds].map(([name, value]) => [name.toLowerCase(), bindValue(value)]));
}

export function asQueryException<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof OrgError) {
      throw new ApexException('QueryException', error.message);
    }
    throw error;
  }
}

function bindValue(value: ApexValue): FieldValue | readonly FieldValue[] {
  if (value instanceof ApexList || value instanceof ApexSet) {
    return [...value].map(scalarBind);
  }
  return scalarBind(value);
}

function scalarBind(value: ApexValue): FieldValue {
  return value instanceof SObjectValue ? value.id : toFieldValue(value);
}

function countChildren(row: QueryRecord): number {
  let count = 0;
  for (const value of row.values.values()) {
    if (isChildren(value)) {
      count += value.length;
    }
  }
  return count;
}

function isChildren(value: QueryValue): value is readonly QueryRecord[] {
  return Array.isArray(value);
}

export function rowConverter(schema: Schema, plan: QueryPlan): (row: QueryRecord) => SObjectValue {
  if (plan.aggregate) {
    const resultSchema = aggregateSchema(plan);
    return (row) => {
      const values = Object.fromEntries(
        [...row.values].map(([name, value]) => [name, plainValue(name, value)]),
      );
      return SObjectValue.fromFieldValues(resultSchema, values, { queried: true });
    };
  }
  return (row) => recordOfRow(schema, row);
}

function plainValue(name: string, value: QueryValue): FieldValue {
  if (typeof value === 'object' && value !== null) {
    throw new Error(`Aggregate column ${name} holds a record.`);
  }
  return value;
}

function recordOfRow(schema: Schema, row: QueryRecord): SObjectValue {
  const fields: Record<string, FieldValue> = Object.create(null);
  const parents: [string, SObjectValue | null][] = [];
  const children: [string, readonly QueryRecord[]][] = [];
  const objectSchema = row.object === NAME.name ? NAME : schema.require(row.object);
  if (row.id !== undefined) {
    fields['Id'] = row.id;
  }
  for (const [name, value] of row.values) {
    if (isChildren(value)) {
      children.push([name, value]);
    } else if (typeof value === 'object' && value !== null) {
      parents.push([name, recordOfRow(schema, parentOf(name, value))]);
    } else if (value === null && !objectSchema.fields.has(name.toLowerCase())) {
      parents.push([name, null]);
    } else {
      fields[name] = value;
    }
  }
  const record = SObjectValue.fromFieldValues(objectSchema, fields, { queried: true });
  for (const [name, parent] of parents) {
    record.setParent(name, parent);
  }
  for (const [name, rows] of children) {
    record.setChildren(name, childList(schema, rows));
  }
  return record;
}

/** Compound addresses are for the APIs; Apex asks for their parts. */
function parentOf(name: string, value: QueryRecord): QueryRecord {
  if (value.object === 'Address') {
    throw new OrgError(
      'INVALID_FIELD',
      `The compound field ${name} cannot be queried in Apex here`,
    );
  }
  return value;
}

function childList(schema: Schema, rows: readonly QueryRecord[]): ApexList {
  const records = rows.map((row) => recordOfRow(schema, row));
  return new ApexList(records[0]?.apexType ?? 'SObject', records);
}
