import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RECEIVER_FILE } from '../../lambdas/adapters/sqlite/open-sqlite-stores.ts';

/**
 * Alters one value in the mirror behind the receiver's back, to show that the comparison finds it.
 *
 * @returns what was altered: object and id
 */
export function spoilOneValue(dataDir: string): string {
  const database = new DatabaseSync(join(dataDir, 'receiver', RECEIVER_FILE), { timeout: 5000 });
  try {
    const row = database
      .prepare(
        `SELECT record.space, record.id, space.object FROM mirror_record record JOIN mirror_space space USING (space)
         WHERE space.object = 'Account' AND record.flags = 0 LIMIT 1`,
      )
      .get();
    if (row === undefined) throw new Error('There is no account in the mirror to spoil.');
    const changed = database
      .prepare(
        `UPDATE mirror_record SET fields = json_set(fields, iif(layout IS NULL, '$.Name',
           (SELECT fullkey FROM mirror_layout AS one, json_each(one.names)
            WHERE one.layout = mirror_record.layout AND value = 'Name')), 'spoiled')
         WHERE space = ? AND id = ?`,
      )
      .run(row['space'] ?? null, row['id'] ?? null);
    if (changed.changes !== 1) throw new Error('The account could not be spoiled.');
    return `${row['object']} ${row['id']}`;
  } finally {
    database.close();
  }
}
