import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DeadLetter } from '#core/dead-letter.ts';
import type { OrgId } from '#core/ids.ts';
import type { ActivityMessage, BulkMessage, WorkerMessage } from '#core/messages.ts';
import type { DeadLetters } from '#ports/dead-letters.ts';
import type { SqliteQueue } from './sqlite-queue.ts';

interface Queues {
  readonly notices: SqliteQueue<WorkerMessage>;
  readonly bulk: SqliteQueue<BulkMessage>;
  readonly activities: SqliteQueue<ActivityMessage>;
}

/** The dead letters of this machine's queues, which lie in one table. */
export class SqliteDeadLetters implements DeadLetters {
  readonly #queues: Queues;
  readonly #count: StatementSync;
  readonly #rewrite: StatementSync;
  readonly #clear: StatementSync;

  /** @param queues those in use: a second one over the same database would release what is in flight */
  constructor(database: DatabaseSync, queues: Queues) {
    this.#queues = queues;
    this.#count = database.prepare('SELECT count(*) AS letters FROM dead_letter WHERE org_id = ?');
    this.#rewrite = database.prepare(
      'UPDATE dead_letter SET body = ? WHERE id = ? AND org_id = ? AND queue = ?',
    );
    this.#clear = database.prepare('DELETE FROM dead_letter WHERE org_id = ?');
  }

  park(letter: DeadLetter): Promise<void> {
    return this.#queues[letter.queue].park(letter);
  }

  async count(orgId: OrgId): Promise<number> {
    return Number(this.#count.get(orgId)?.['letters']);
  }

  async list(orgId: OrgId, limit: number): Promise<readonly DeadLetter[]> {
    const queues = Object.values(this.#queues);
    const lists = await Promise.all(queues.map((queue) => queue.deadLetters(limit, orgId)));
    const letters = lists.flat().toSorted((a, b) => a.parkedAtMs - b.parkedAtMs);
    return letters.slice(0, limit);
  }

  async rewrite({ orgId, id, queue, body }: Parameters<DeadLetters['rewrite']>[0]): Promise<void> {
    this.#rewrite.run(body, Number(id), orgId, queue);
  }

  async redrive(orgId: OrgId, id: string): Promise<'redriven' | 'unknown'> {
    for (const queue of Object.values(this.#queues)) {
      if ((await queue.redrive(orgId, id)) === 'redriven') return 'redriven';
    }
    return 'unknown';
  }

  /** The queues bury into the same table. */
  async collect(): Promise<number> {
    return 0;
  }

  async clear(orgId: OrgId): Promise<void> {
    this.#clear.run(orgId);
  }
}
