import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type DeadLetter,
  MAX_RECEIVE_COUNT,
  type QueueName,
  UNSAID_REASON,
} from '#core/dead-letter.ts';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { QueueMessage } from '#core/messages.ts';
import type { Clock } from '#ports/clock.ts';
import type { Queue } from '#ports/queue.ts';
import { messageText } from '../message-text.ts';
import { inTransaction } from './database.ts';

/** A message given out: hidden from other receivers until its visibility time is over. */
export interface ReceivedMessage {
  readonly id: string;
  /** Names this very delivery; after another one it is worth nothing. */
  readonly receipt: string;
  readonly orgId: OrgId;
  /** JSON, as it was sent. */
  readonly body: string;
  /** 1 at the first delivery. */
  readonly receiveCount: number;
  readonly sentAtMs: number;
}

interface MessageRow {
  readonly id: number;
  readonly orgId: OrgId;
  readonly body: string;
  readonly sentAtMs: number;
  readonly receives: number;
  readonly failure: string | null;
}

/** In flight so often when the process ended, a message is suspected of having ended it; two more tries are left. */
const SUSPECT_RECEIVE_COUNT = 3;
/** Enough to handle most messages. */
const SUSPECT_APART_MS = 500;

/**
 * A queue with the semantics of SQS standard queues with fair groups: at least once, visibility time, delay, receive
 * count, dead letters. Orgs take turns, so that one org's backlog holds up nobody else.
 *
 * One process consumes a database's queues: when it opens them, what was in flight is visible again.
 */
export class SqliteQueue<M extends QueueMessage> implements Queue<M> {
  readonly name: QueueName;
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #listeners = new Set<() => void>();
  /** The org served last; the next turn begins after it. */
  #lastServed = '';

  constructor(database: DatabaseSync, clock: Clock, name: QueueName) {
    this.name = name;
    this.#database = database;
    this.#clock = clock;
    this.#sql = prepare(database);
    this.#land();
  }

  /**
   * What was in flight when the process ended is visible again. Of messages that went through this several times one
   * may be what ends the process: they come one after the other, so that it takes no others with it to the dead letters.
   */
  #land(): void {
    const nowMs = this.#clock.now();
    inTransaction(this.#database, () => {
      const suspects = this.#sql.suspects.all(this.name, SUSPECT_RECEIVE_COUNT);
      this.#sql.landAll.run(nowMs, this.name);
      suspects.forEach(({ id }, place) => {
        this.#sql.putOff.run(nowMs + place * SUSPECT_APART_MS, Number(id));
      });
    });
  }

  /** `delaySeconds` may be a fraction. All messages are queued, or none. */
  async send(
    orgId: OrgId,
    messages: readonly M[],
    { delaySeconds = 0 }: { delaySeconds?: number } = {},
  ): Promise<void> {
    const bodies = messages.map(messageText);
    if (bodies.length === 0) return;
    const nowMs = this.#clock.now();
    try {
      inTransaction(this.#database, () => {
        for (const body of bodies) {
          this.#sql.send.run(this.name, orgId, body, nowMs, nowMs + delaySeconds * 1_000);
        }
      });
    } catch (cause) {
      const options = { retryable: true, cause };
      throw new AppError('unavailable', `The queue ${this.name} could not be written.`, options);
    }
    this.#announce();
  }

  /** Up to `max` visible messages, one of each org in turn; each is hidden for `visibilityMs`. */
  async receive(max: number, visibilityMs: number): Promise<readonly ReceivedMessage[]> {
    const nowMs = this.#clock.now();
    return inTransaction(this.#database, () => {
      const received: ReceivedMessage[] = [];
      for (const row of this.#visibleInTurn(nowMs, max)) {
        if (row.receives >= MAX_RECEIVE_COUNT) {
          this.#bury(row, nowMs);
        } else {
          this.#sql.giveOut.run(nowMs + visibilityMs, row.id);
          received.push(toReceived(row));
        }
      }
      return received;
    });
  }

  /** Handled: the message is gone. A receipt of an earlier delivery does nothing. */
  async delete(receipt: string): Promise<void> {
    this.#sql.delete.run(...parseReceipt(receipt), this.name);
  }

  /**
   * Not handled: visible again after `delayMs`, or among the dead letters if this was the last attempt.
   * A receipt of an earlier delivery does nothing.
   */
  async release(receipt: string, delayMs: number, reason: string): Promise<void> {
    const [id, receives] = parseReceipt(receipt);
    const nowMs = this.#clock.now();
    inTransaction(this.#database, () => {
      const released = this.#sql.release.run(nowMs + delayMs, reason, id, receives, this.name);
      if (released.changes === 0 || receives < MAX_RECEIVE_COUNT) return;
      this.#bury(this.#sql.get.get(id) as unknown as MessageRow, nowMs);
    });
    this.#announce();
  }

  /** Parked messages of an org, or of all, oldest first. */
  async deadLetters(limit: number, orgId?: OrgId): Promise<readonly DeadLetter[]> {
    const rows = this.#sql.deadLetters.all(this.name, orgId ?? null, limit);
    return rows.map(
      (row) => ({ ...row, id: String(row['id']), queue: this.name }) as unknown as DeadLetter,
    );
  }

  /** Lays a message that its handler gave up among the dead letters; the handler deletes it from the queue. */
  async park(letter: DeadLetter): Promise<void> {
    const { id, orgId, body, sentAtMs, parkedAtMs, receives, reason } = letter;
    const { name } = this;
    this.#sql.bury.run(Number(id), name, orgId, body, sentAtMs, parkedAtMs, receives, reason);
  }

  /** Puts a parked message back, as if it were sent now. */
  async redrive(orgId: OrgId, deadLetterId: string): Promise<'redriven' | 'unknown'> {
    const nowMs = this.#clock.now();
    const outcome = inTransaction(this.#database, () => {
      const row = this.#sql.takeDeadLetter.get(Number(deadLetterId), orgId, this.name);
      if (row === undefined) return 'unknown';
      this.#sql.send.run(this.name, orgId, String(row['body']), nowMs, nowMs);
      return 'redriven';
    });
    if (outcome === 'redriven') this.#announce();
    return outcome;
  }

  /** Calls `listener` whenever a message may have become, or may soon become, visible. Returns what ends it. */
  onMessage(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** When the next message is visible (ms, may be past); undefined when the queue is empty. */
  nextVisibleAtMs(): number | undefined {
    const at = this.#sql.nextVisible.get(this.name)?.['at'];
    return typeof at === 'number' ? at : undefined;
  }

  /** Messages waiting or in flight, and parked. */
  depth(): { readonly messages: number; readonly deadLetters: number } {
    const row = this.#sql.depth.get(this.name, this.name);
    return { messages: Number(row?.['messages']), deadLetters: Number(row?.['deadLetters']) };
  }

  /** One message of each org with something visible, then a second of each, … beginning after the org served last. */
  #visibleInTurn(nowMs: number, max: number): MessageRow[] {
    const perOrg = this.#orgsInTurn().map((orgId) => {
      const rows = this.#sql.visible.all(this.name, orgId, nowMs, max);
      return rows as unknown as MessageRow[];
    });
    const chosen: MessageRow[] = [];
    for (let round = 0; chosen.length < max; round += 1) {
      const turn = perOrg.flatMap((rows) => rows.slice(round, round + 1));
      if (turn.length === 0) break;
      chosen.push(...turn.slice(0, max - chosen.length));
    }
    this.#lastServed = chosen.at(-1)?.orgId ?? this.#lastServed;
    return chosen;
  }

  #orgsInTurn(): string[] {
    const orgs: string[] = [];
    for (let after = ''; ; ) {
      const next = this.#sql.nextOrg.get(this.name, after)?.['orgId'];
      if (typeof next !== 'string') break;
      orgs.push(next);
      after = next;
    }
    const first = orgs.findIndex((orgId) => orgId > this.#lastServed);
    return first === -1 ? orgs : [...orgs.slice(first), ...orgs.slice(0, first)];
  }

  #bury({ id, orgId, body, sentAtMs, receives, failure }: MessageRow, nowMs: number): void {
    this.#sql.bury.run(
      id,
      this.name,
      orgId,
      body,
      sentAtMs,
      nowMs,
      receives,
      failure ?? UNSAID_REASON,
    );
    this.#sql.delete.run(id, receives, this.name);
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

function toReceived({ id, orgId, body, sentAtMs, receives }: MessageRow): ReceivedMessage {
  const receiveCount = receives + 1;
  const receipt = `${id}:${receiveCount}`;
  return { id: String(id), receipt, orgId, body, receiveCount, sentAtMs };
}

function parseReceipt(receipt: string): [id: number, receiveCount: number] {
  const match = /^(\d{1,15}):(\d{1,3})$/.exec(receipt);
  if (match === null) {
    throw new AppError('invalid-input', 'receipt: not one that this queue gave.');
  }
  return [Number(match[1]), Number(match[2])];
}

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  const row = 'id, org_id AS orgId, body, sent_at AS sentAtMs, receives, failure';
  return {
    suspects: sql(
      'SELECT id FROM queue_message WHERE queue = ? AND in_flight = 1 AND receives >= ? ORDER BY id',
    ),
    putOff: sql('UPDATE queue_message SET visible_at = ? WHERE id = ?'),
    landAll: sql(
      `UPDATE queue_message SET visible_at = ?, in_flight = 0, failure = 'The receiver stopped while it was handled.'
       WHERE queue = ? AND in_flight = 1`,
    ),
    send: sql(
      'INSERT INTO queue_message (queue, org_id, body, sent_at, visible_at) VALUES (?, ?, ?, ?, ?)',
    ),
    nextOrg: sql('SELECT min(org_id) AS orgId FROM queue_message WHERE queue = ? AND org_id > ?'),
    visible: sql(
      `SELECT ${row} FROM queue_message WHERE queue = ? AND org_id = ? AND visible_at <= ?
       ORDER BY visible_at, id LIMIT ?`,
    ),
    get: sql(`SELECT ${row} FROM queue_message WHERE id = ?`),
    giveOut: sql(
      `UPDATE queue_message SET visible_at = ?, receives = receives + 1, in_flight = 1, failure = NULL
       WHERE id = ?`,
    ),
    delete: sql('DELETE FROM queue_message WHERE id = ? AND receives = ? AND queue = ?'),
    release: sql(
      `UPDATE queue_message SET visible_at = ?, in_flight = 0, failure = ?
       WHERE id = ? AND receives = ? AND queue = ? AND in_flight = 1`,
    ),
    bury: sql(
      `INSERT INTO dead_letter (id, queue, org_id, body, sent_at, died_at, receives, reason)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ),
    deadLetters: sql(
      `SELECT id, org_id AS orgId, body, sent_at AS sentAtMs, died_at AS parkedAtMs,
         receives, reason
       FROM dead_letter WHERE queue = ?1 AND (?2 IS NULL OR org_id = ?2)
       ORDER BY died_at, id LIMIT ?3`,
    ),
    takeDeadLetter: sql(
      'DELETE FROM dead_letter WHERE id = ? AND org_id = ? AND queue = ? RETURNING body',
    ),
    nextVisible: sql('SELECT min(visible_at) AS at FROM queue_message WHERE queue = ?'),
    depth: sql(
      `SELECT (SELECT count(*) FROM queue_message WHERE queue = ?) AS messages,
         (SELECT count(*) FROM dead_letter WHERE queue = ?) AS deadLetters`,
    ),
  };
}
