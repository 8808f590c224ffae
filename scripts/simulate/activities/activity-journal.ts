import type { DatabaseSync } from 'node:sqlite';
import { fieldsOf } from '../mirror-facts.ts';
import type { Value } from '../org-facts.ts';

/** Contacts, leads and users of the mirror, at one moment. */
export interface JournalRecord {
  readonly place: number;
  readonly id: string;
  /** False for tombstones and what is hidden. */
  readonly live: boolean;
  readonly stampMs: number;
  readonly fields: Readonly<Record<string, Value>>;
}

/** A row of the ledger, as far as the oracle looks at it. */
interface LedgerRowFacts {
  readonly key: string;
  readonly object: string;
  readonly recordId?: string;
  readonly whoIds: readonly string[];
  readonly whatId: string | null;
  readonly version: number;
  readonly remove?: boolean;
}

/** What the ledger holds of an activity, from that place on. */
export interface LedgerFacts {
  readonly place: number;
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly userId: string;
  readonly rows: readonly LedgerRowFacts[];
  readonly removed?: readonly string[];
  readonly skips: readonly { readonly person: number; readonly reason: string }[];
  readonly claim?: { readonly token: string };
  readonly occurrences?: readonly string[];
  readonly absent?: readonly string[];
  readonly problem?: string;
}

export interface RoleFacts {
  readonly notLogged: readonly string[];
  readonly unresolved: boolean;
  readonly logBcc: boolean;
  readonly opportunities: { readonly owned: string };
  readonly exclusions: { readonly domains: readonly string[] };
  readonly members: readonly string[];
}

export interface SettingsFacts {
  readonly place: number;
  readonly exclusions: {
    readonly localParts: readonly string[];
    readonly allowed: readonly string[];
  };
  readonly roles: Readonly<Record<string, RoleFacts>>;
}

/**
 * Everything that the receiver wrote down of people, settings and activities, in one order: what was known when
 * something was written is found again in it. The database itself notes it, so that no code of the receiver can leave
 * anything out.
 */
export class ActivityJournal {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    database.exec(NOTING);
    this.#sql = prepare(database);
  }

  /** Grows with everything that is noted. */
  place(): number {
    return Number(this.#sql.place.get()?.['place'] ?? 0);
  }

  people(): readonly JournalRecord[] {
    return this.#sql.people.all().map((row) => ({
      place: Number(row['place']),
      id: String(row['id']),
      live: Number(row['flags']) === 0,
      stampMs: Number(row['stamp']),
      fields: fieldsOf(String(row['body']), row['names']),
    }));
  }

  settings(): readonly SettingsFacts[] {
    return this.#sql.settings.all().map((row) => bodyOf<SettingsFacts>(row));
  }

  /** Every state that the ledger held of each activity. */
  ledger(): ReadonlyMap<string, readonly LedgerFacts[]> {
    const facts = this.#sql.ledger.all().map((row) => bodyOf<LedgerFacts>(row));
    return Map.groupBy(facts, ({ id }) => id);
  }

  /** How many activities are in each state now. */
  states(): ReadonlyMap<string, number> {
    const rows = this.#sql.states.all();
    return new Map(rows.map((row) => [String(row['state']), Number(row['count'])]));
  }

  idsIn(state: string): readonly string[] {
    return this.#sql.idsIn.all(state).map((row) => String(row['id']));
  }
}

function bodyOf<T>(row: Record<string, unknown>): T {
  return { ...(JSON.parse(String(row['body'])) as T), place: Number(row['place']) };
}

const PEOPLE = "substr(NEW.id, 1, 3) IN ('003', '00Q', '005')";
const NOTING = `
  CREATE TEMP TABLE journal (
    place INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, flags INTEGER, stamp INTEGER,
    layout INTEGER, body TEXT NOT NULL
  );
  ${['INSERT', 'UPDATE']
    .map(
      (event) => `
  CREATE TEMP TRIGGER person_${event} AFTER ${event} ON main.mirror_record WHEN ${PEOPLE}
  BEGIN
    INSERT INTO journal (kind, id, flags, stamp, layout, body)
    VALUES ('person', NEW.id, NEW.flags, NEW.modstamp, NEW.layout, NEW.fields);
  END;
  CREATE TEMP TRIGGER activity_${event} AFTER ${event} ON main.activity
  BEGIN
    INSERT INTO journal (kind, id, body) VALUES ('activity', NEW.id, NEW.body);
  END;
  CREATE TEMP TRIGGER settings_${event} AFTER ${event} ON main.activity_settings
  BEGIN
    INSERT INTO journal (kind, id, body) VALUES ('settings', '', NEW.body);
  END;`,
    )
    .join('')}
`;

function prepare(database: DatabaseSync) {
  const ofKind = (kind: string, columns: string, join = '') =>
    database.prepare(
      `SELECT ${columns} FROM temp.journal ${join} WHERE kind = '${kind}' ORDER BY place`,
    );
  return {
    place: database.prepare('SELECT max(place) AS place FROM temp.journal'),
    people: ofKind(
      'person',
      'place, id, flags, stamp, body, names',
      'LEFT JOIN main.mirror_layout USING (layout)',
    ),
    settings: ofKind('settings', 'place, body'),
    ledger: ofKind('activity', 'place, body'),
    states: database.prepare('SELECT state, count(*) AS count FROM activity GROUP BY state'),
    idsIn: database.prepare('SELECT id FROM activity WHERE state = ? ORDER BY id'),
  };
}
