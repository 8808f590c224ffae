import type { DatabaseSync } from 'node:sqlite';

/** What the receiver came through, noted by its own database: kinds and ends of passes, states of jobs, messages. */
export class ReachFacts {
  readonly #all: () => readonly (readonly [what: string, times: number])[];

  constructor(database: DatabaseSync) {
    database.exec(REACHED);
    const counts = database.prepare('SELECT what, times FROM temp.reached');
    this.#all = () => counts.all().map(({ what, times }) => [String(what), Number(times)]);
  }

  /** How often each was reached so far. */
  counts(): readonly (readonly [what: string, times: number])[] {
    return this.#all();
  }
}

const NOTE = (what: string) =>
  `INSERT INTO reached VALUES (${what}, 1) ON CONFLICT (what) DO UPDATE SET times = times + 1`;

const REACHED = `
  CREATE TEMP TABLE reached (what TEXT PRIMARY KEY, times INTEGER NOT NULL);
  CREATE TEMP TRIGGER pass_begun AFTER INSERT ON main.pass BEGIN
    ${NOTE("'pass-' || (NEW.body ->> 'kind')")};
  END;
  CREATE TEMP TRIGGER pass_ended AFTER UPDATE OF state ON main.pass WHEN NEW.state <> OLD.state BEGIN
    ${NOTE("'pass-' || NEW.state")};
  END;
  CREATE TEMP TRIGGER job_planned AFTER INSERT ON main.job BEGIN
    ${NOTE("'job-' || (NEW.body ->> 'state')")};
  END;
  CREATE TEMP TRIGGER job_moved AFTER UPDATE ON main.job
  WHEN (NEW.body ->> 'state') <> (OLD.body ->> 'state') BEGIN
    ${NOTE("'job-' || (NEW.body ->> 'state')")};
  END;
  CREATE TEMP TRIGGER message_sent AFTER INSERT ON main.queue_message BEGIN
    ${NOTE("'message-' || (NEW.body ->> 'type')")};
  END;
  CREATE TEMP TRIGGER verify_asked AFTER INSERT ON main.queue_message
  WHEN NEW.body ->> 'type' = 'record.verify.v1' BEGIN
    ${NOTE("'verify-' || (NEW.body ->> 'reason')")};
  END;
  CREATE TEMP TRIGGER announced_again AFTER INSERT ON main.feed_batch
  WHEN unixepoch(coalesce(NEW.events ->> '$[0].appliedAt', NEW.events ->> '$.all.appliedAt', NEW.events ->> '$.each[0].appliedAt'))
    < NEW.appended_at / 1000 - 10 BEGIN
    ${NOTE("'announced-again'")};
  END;
`;
