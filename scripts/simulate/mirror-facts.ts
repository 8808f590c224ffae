import type { DatabaseSync } from 'node:sqlite';
import type { Value } from './org-facts.ts';

export interface MirrorRow {
  readonly stampMs: number;
  readonly revision: number;
  readonly deleted: boolean;
  readonly hidden: boolean;
  readonly fields: Readonly<Record<string, Value>>;
}

/** What the receiver says of itself, as far as the oracle holds it to that. */
export interface Claims {
  readonly phase: string;
  readonly mode: {
    readonly name: string;
    readonly sinceMs: number;
    readonly closeThroughMs?: number;
  };
  readonly conditions: { readonly on: boolean };
  readonly examination?: {
    readonly atMs: number;
    readonly pingedAtMs?: number;
    readonly faults: readonly { readonly code: string }[];
  };
  readonly objects: Readonly<
    Record<
      string,
      {
        readonly fieldSet: { readonly fields: readonly string[]; readonly hash: string };
        readonly completeThroughMs?: number;
        readonly gapSinceMs?: number;
      }
    >
  >;
}

export interface FeedEntry {
  readonly id: string;
  readonly type: string;
  readonly object: string;
  readonly recordId: string;
  readonly revision: number;
  readonly via: string;
  readonly changed: Readonly<Record<string, { readonly old: Value; readonly new: Value }>>;
}

const DELETED = 1;
const HIDDEN = 2;

/** The receiver's tables, read without any of its code. */
export class MirrorFacts {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    database.exec(BACKWARDS);
    this.#sql = prepare(database);
  }

  /** Writes of records that went backwards; the database itself notes them from the beginning. */
  backwards(): readonly string[] {
    return this.#sql.backwards.all().map((row) => String(row['note']));
  }

  claims(orgId: string): Claims | undefined {
    const row = this.#sql.org.get(orgId);
    return row === undefined ? undefined : (JSON.parse(String(row['state'])) as Claims);
  }

  /** Counts every change of the org's state. */
  revision(orgId: string): number {
    return Number(this.#sql.revision.get(orgId)?.['revision'] ?? 0);
  }

  /** Everything kept of an object, deleted and hidden records too, by id. */
  rows(orgId: string, object: string): Map<string, MirrorRow> {
    const rows = this.#sql.rows.all(orgId, object).map((row): [string, MirrorRow] => {
      const flags = Number(row['flags']);
      return [
        String(row['id']),
        {
          stampMs: Number(row['modstamp']),
          revision: Number(row['revision']),
          deleted: (flags & DELETED) !== 0,
          hidden: (flags & HIDDEN) !== 0,
          fields: fieldsOf(String(row['fields']), row['names']),
        },
      ];
    });
    return new Map(rows);
  }

  feed(orgId: string): readonly FeedEntry[] {
    return this.#sql.feed.all(orgId).flatMap((row) => entriesOf(String(row['events'])));
  }

  runningPasses(orgId: string): number {
    return Number(this.#sql.passes.get(orgId)?.['count']);
  }

  /** Messages that wait or are in flight. */
  queued(): number {
    return Number(this.#sql.queued.get()?.['count']);
  }

  deadLetters(): readonly string[] {
    return this.#sql.dead.all().map((row) => `${row['queue']} ${row['body']}: ${row['reason']}`);
  }
}

/** An object, or values in the order of names that are kept once. */
export function fieldsOf(text: string, names: unknown): MirrorRow['fields'] {
  if (names === null) return JSON.parse(text) as MirrorRow['fields'];
  const values = JSON.parse(text) as readonly Value[];
  const entries = (JSON.parse(String(names)) as readonly string[]).map((name, place) => [
    name,
    values[place] ?? null,
  ]);
  return Object.fromEntries(entries);
}

/** A batch is a list of events, or what all have in common and what each has of its own. */
function entriesOf(batch: string): readonly FeedEntry[] {
  const parsed = JSON.parse(batch) as FeedEntry[] | { all: object; each: FeedEntry[] };
  return Array.isArray(parsed) ? parsed : parsed.each.map((one) => ({ ...parsed.all, ...one }));
}

/** Lower versions, lower reads at the same version, and revisions that do not count on by one. */
const BACKWARDS = `
  CREATE TEMP TABLE backwards (note TEXT NOT NULL);
  CREATE TEMP TRIGGER write_backwards AFTER UPDATE ON main.mirror_record
  WHEN NEW.modstamp < OLD.modstamp
    OR (NEW.modstamp = OLD.modstamp AND NEW.read_at < OLD.read_at)
    OR NEW.revision NOT IN (OLD.revision, OLD.revision + 1)
  BEGIN
    INSERT INTO backwards VALUES (
      OLD.id || ' went from ' || OLD.modstamp || '/' || OLD.read_at || ' revision ' || OLD.revision ||
      ' to ' || NEW.modstamp || '/' || NEW.read_at || ' revision ' || NEW.revision
    );
  END;
`;

function prepare(database: DatabaseSync) {
  return {
    org: database.prepare('SELECT state FROM org WHERE org_id = ?'),
    revision: database.prepare('SELECT revision FROM org WHERE org_id = ?'),
    rows: database.prepare(
      `SELECT id, modstamp, revision, flags, fields, names
       FROM mirror_record JOIN mirror_space USING (space) LEFT JOIN mirror_layout USING (layout)
       WHERE org_id = ? AND object = ? ORDER BY id`,
    ),
    feed: database.prepare('SELECT events FROM feed_batch WHERE org_id = ? ORDER BY seq'),
    backwards: database.prepare('SELECT note FROM temp.backwards'),
    passes: database.prepare(
      "SELECT count(*) AS count FROM pass WHERE org_id = ? AND state = 'running'",
    ),
    queued: database.prepare('SELECT count(*) AS count FROM queue_message'),
    dead: database.prepare('SELECT queue, body, reason FROM dead_letter ORDER BY id'),
  };
}
