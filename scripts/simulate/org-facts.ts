import type { Org } from '../../local/org/org.ts';
import { tableName } from '../../local/org/store/tables.ts';

/**
 * From now on the org's database notes records whose stamp goes backwards: a transaction that commits late may overtake
 * nothing, but where it met a change that came after it, the practice org, which has no row locks, writes over it. No
 * real org does, so nothing can be asked of such a record.
 */
export function watchStamps({ store }: Org, objects: readonly string[]): void {
  store.database.exec('CREATE TEMP TABLE overwritten (id TEXT NOT NULL)');
  for (const object of objects) {
    store.database.exec(`
      CREATE TEMP TRIGGER stamp_${object} AFTER UPDATE ON main.${tableName(object)}
      WHEN NEW.SystemModstamp < OLD.SystemModstamp
      BEGIN INSERT INTO overwritten VALUES (OLD.Id); END;
    `);
  }
}

/** Records that `watchStamps` found. */
export function overwritten({ store }: Org): ReadonlySet<string> {
  return new Set(store.database.rows('SELECT id FROM temp.overwritten').map(([id]) => String(id)));
}

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
