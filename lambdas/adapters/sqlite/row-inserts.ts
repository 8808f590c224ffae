import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { LoadedRow, RowLoad } from '#core/bulk-rows.ts';
import type { RecordId } from '#core/ids.ts';
import { addressKey, taskOwnerKey } from '../lookup-keys.ts';
import { BatchInsert } from './batch-insert.ts';
import type { EmailIndex } from './email-index.ts';
import { lastChangeText } from './mirror-rows.ts';
import type { RowLayouts } from './row-layouts.ts';

/** What one call did. */
export interface Inserted {
  readonly ids: readonly RecordId[];
  /** Characters of the texts it wrote. */
  readonly textLength: number;
}

/**
 * Writes Bulk rows of unknown records: nothing to compare with, so nothing is read but which ids there are, and no
 * record is built. Every method belongs inside a transaction.
 */
export class RowInserts {
  readonly #insert: BatchInsert;
  readonly #known: StatementSync;
  readonly #lastId: StatementSync;
  readonly #emails: EmailIndex;
  readonly #layouts: RowLayouts;

  constructor(database: DatabaseSync, emails: EmailIndex, layouts: RowLayouts) {
    this.#emails = emails;
    this.#layouts = layouts;
    this.#insert = new BatchInsert(
      database,
      (values) =>
        `INSERT INTO mirror_record (space, id, modstamp, read_at, revision, flags, field_set, fields,
           last_change, email, owner, layout)
         SELECT ?, column1, column2, ?, 1, 0, ?, column3, ?, column4, column5, ? FROM ${values}`,
      5,
    );
    this.#known = database.prepare(
      'SELECT id FROM mirror_record WHERE space = ? AND id IN (SELECT value FROM json_each(?))',
    );
    this.#lastId = database.prepare(
      'SELECT id FROM mirror_record WHERE space = ? ORDER BY id DESC LIMIT 1',
    );
  }

  /** Inserts those of the rows that the object's `space` does not hold. */
  add(space: number, load: RowLoad, rows: readonly LoadedRow[], nowMs: number): Inserted {
    const fresh = this.#unknown(space, rows);
    const own: SQLInputValue[] = [];
    const addresses: { readonly address: string; readonly id: RecordId }[] = [];
    let textLength = 0;
    for (const { id, modstampMs, values, email, ownerId } of fresh) {
      const address = addressKey(email);
      own.push(id, modstampMs, values, address ?? null, taskOwnerKey(load.object, ownerId) ?? null);
      if (address !== undefined) addresses.push({ address, id });
      textLength += values.length;
    }
    const change = { type: 'record.refreshed', via: 'bulk', appliedAtMs: nowMs, old: {} } as const;
    const layout = this.#layouts.numberOf(load.names);
    const shared = [space, load.readAtMs, load.fieldSet, lastChangeText(change), layout];
    this.#insert.run(shared, own);
    this.#emails.addAll(space, addresses);
    return { ids: fresh.map(({ id }) => id), textLength };
  }

  #unknown(space: number, rows: readonly LoadedRow[]): readonly LoadedRow[] {
    const ids = rows.map(({ id }) => id);
    const taken = this.areBeyond(space, ids) ? new Set() : this.#knownOf(space, ids);
    return rows.filter(({ id }) => {
      const isNew = !taken.has(id);
      if (isNew) taken.add(id);
      return isNew;
    });
  }

  /** A first load comes in id order: what lies beyond the last id of all need not be looked for. */
  areBeyond(space: number, ids: readonly RecordId[]): boolean {
    const last = this.#lastId.get(space)?.['id'];
    return typeof last !== 'string' || ids.every((id) => id > last);
  }

  #knownOf(space: number, ids: readonly RecordId[]): Set<unknown> {
    return new Set(this.#known.all(space, JSON.stringify(ids)).map((row) => row['id']));
  }
}
