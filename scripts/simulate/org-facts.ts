import type { Org } from '../../local/org/org.ts';

/** A value as both sides write it: date-times ISO 8601 in UTC with `Z`. */
export type Value = string | number | boolean | null;

export interface OrgRow {
  /** SystemModstamp, milliseconds since the epoch. */
  readonly stampMs: number;
  readonly fields: Readonly<Record<string, Value>>;
}

/**
 * What the org's own store holds alive of an object and the Sync User may see, by id. Archived activities are alive.
 *
 * @param hidden ids that no client sees
 */
export function orgRows(
  org: Org,
  object: string,
  fields: readonly string[],
  hidden: ReadonlySet<string>,
): Map<string, OrgRow> {
  const names = [...new Set(['Id', 'SystemModstamp', ...fields])];
  const deletable = org.store.schema.find(object)?.fields.has('isdeleted') === true;
  const where = deletable ? ' WHERE IsDeleted = false' : '';
  const plan = org.soql.plan(`SELECT ${names.join(', ')} FROM ${object}${where}`);
  const options = { allRows: true, nowMs: org.clock.now(), userId: org.orgId };
  const rows = new Map<string, OrgRow>();
  for (const values of org.soql.runArrays(plan, options)) {
    const [id, stamp] = values;
    if (typeof id !== 'string' || typeof stamp !== 'string' || hidden.has(id)) continue;
    const held = fields.map((name): [string, Value] => [name, plain(values[names.indexOf(name)])]);
    rows.set(id, { stampMs: Date.parse(stamp), fields: Object.fromEntries(held) });
  }
  return rows;
}

function plain(value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  throw new TypeError(`The org's store gave a ${typeof value}.`);
}
