import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Fields, FieldValue } from '#core/record.ts';

/**
 * Which fields the values of Bulk rows belong to. Names are as long as values, and the rows of an object all have the
 * same: a row keeps its values as a JSON array, and the number of the list of names that they go by. What other writes
 * bring has any names in any order, and is kept as a JSON object.
 */
export class RowLayouts {
  readonly #sql: {
    readonly find: StatementSync;
    readonly add: StatementSync;
    names: StatementSync;
  };
  /** By number: all its fields, without values. Lists are never changed, so what was read once stays true. */
  readonly #blanks = new Map<number, Record<string, FieldValue>>();

  constructor(database: DatabaseSync) {
    this.#sql = {
      find: database.prepare('SELECT layout FROM mirror_layout WHERE names = ?'),
      add: database.prepare('INSERT INTO mirror_layout (names) VALUES (?)'),
      names: database.prepare('SELECT names FROM mirror_layout WHERE layout = ?'),
    };
  }

  /** The number of a list of names, which gets one if it has none. */
  numberOf(names: readonly string[]): number {
    const text = JSON.stringify(names);
    const found = this.#sql.find.get(text)?.['layout'];
    return Number(found ?? this.#sql.add.run(text).lastInsertRowid);
  }

  /** @param values a JSON array of the layout's length */
  fieldsOf(layout: number, values: string): Fields {
    const blank = this.#blankOf(layout);
    const fields = { ...blank };
    let place = 0;
    const cells = JSON.parse(values) as readonly FieldValue[];
    for (const name in blank) fields[name] = cells[place++] ?? null;
    return fields;
  }

  /** A copy of a parsed object keeps its shape; one built member by member becomes a slow hash table. */
  #blankOf(layout: number): Record<string, FieldValue> {
    const known = this.#blanks.get(layout);
    if (known !== undefined) return known;
    const names = JSON.parse(String(this.#sql.names.get(layout)?.['names'])) as readonly string[];
    const blank = JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}:null`).join()}}`);
    this.#blanks.set(layout, blank);
    return blank;
  }
}
