import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ENTRIES_OF_HASH } from './email-index.ts';

const RECORD_COLUMNS =
  'id, modstamp, read_at, revision, flags, merged_into, field_set, fields, last_change';
const READ_COLUMNS = `${RECORD_COLUMNS}, layout`;

/** The statements of the mirror's store. */
export function prepareMirror(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    findSpace: sql('SELECT space FROM mirror_space WHERE org_id = ? AND object = ?'),
    createSpace: sql('INSERT INTO mirror_space (org_id, object) VALUES (?, ?)'),
    addCounts: sql(
      'UPDATE mirror_space SET live = live + ?, deleted = deleted + ?, hidden = hidden + ? WHERE space = ?',
    ),
    counts: sql('SELECT live, deleted, hidden FROM mirror_space WHERE org_id = ? AND object = ?'),
    put: sql(
      `INSERT INTO mirror_record (space, ${RECORD_COLUMNS}, email, owner)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (space, id) DO UPDATE SET
         modstamp = excluded.modstamp, read_at = excluded.read_at, revision = excluded.revision,
         flags = excluded.flags, merged_into = excluded.merged_into,
         field_set = excluded.field_set, fields = excluded.fields,
         last_change = excluded.last_change, email = excluded.email, owner = excluded.owner,
         layout = NULL`,
    ),
    get: sql(`SELECT ${READ_COLUMNS} FROM mirror_record WHERE space = ? AND id = ?`),
    getMany: sql(
      `SELECT ${READ_COLUMNS} FROM mirror_record
       WHERE space = ? AND id IN (SELECT value FROM json_each(?))`,
    ),
    findByEmail: sql(
      `SELECT object, ${READ_COLUMNS}
       FROM (${ENTRIES_OF_HASH}) JOIN mirror_space USING (space) JOIN mirror_record USING (space, id)
       WHERE email = ?2 AND org_id = ?3 ORDER BY object, id`,
    ),
    tasksByOwner: sql(
      `SELECT ${READ_COLUMNS} FROM mirror_record WHERE owner = ? AND space = ?
       ORDER BY modstamp DESC, id DESC LIMIT ?`,
    ),
    versions: sql(
      `SELECT id, modstamp, read_at, flags FROM mirror_record WHERE space = ? AND id > ?
       ORDER BY id LIMIT ?`,
    ),
    scan: sql(
      `SELECT ${READ_COLUMNS} FROM mirror_record WHERE space = ? AND id > ? ORDER BY id LIMIT ?`,
    ),
    referrers: sql(
      `SELECT id, flags = 0 AND ?2 = fields ->> iif(layout IS NULL,
           '$.' || json_quote(?1),
           (SELECT key FROM mirror_layout AS one, json_each(one.names)
            WHERE one.layout = mirror_record.layout AND value = ?1)) AS hit
       FROM mirror_record WHERE space = ? AND id > ? ORDER BY id LIMIT ?`,
    ),
    markCleared: sql(
      `INSERT INTO mirror_cleared_space
       SELECT space FROM mirror_space WHERE org_id = ?1 AND (?2 IS NULL OR object = ?2)`,
    ),
    forgetSpaces: sql('DELETE FROM mirror_space WHERE org_id = ?1 AND (?2 IS NULL OR object = ?2)'),
    nextCleared: sql('SELECT space FROM mirror_cleared_space LIMIT 1'),
    removeSome: sql(
      `DELETE FROM mirror_record WHERE space = ? AND id IN
       (SELECT id FROM mirror_record WHERE space = ? ORDER BY id LIMIT ?)`,
    ),
    doneCleared: sql('DELETE FROM mirror_cleared_space WHERE space = ?'),
  };
}
