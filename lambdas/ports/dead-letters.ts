import type { DeadLetter } from '#core/dead-letter.ts';
import type { OrgId } from '#core/ids.ts';

/**
 * Messages that were given up, by org (R19). Handlers park what fails at its last delivery, with the reason; what they
 * did not live to park, the queue's own redrive policy sets aside, and `collect` takes over.
 */
export interface DeadLetters {
  /** Parking the same id again changes nothing. */
  park(letter: DeadLetter): Promise<void>;
  count(orgId: OrgId): Promise<number>;
  /** Oldest first. */
  list(orgId: OrgId, limit: number): Promise<readonly DeadLetter[]>;
  /** Writes the body of a letter anew; one that is gone meanwhile stays gone. */
  rewrite(letter: Pick<DeadLetter, 'orgId' | 'id' | 'queue' | 'body'>): Promise<void>;
  /** Puts a letter back on its queue, as if it were sent now. A crash in between may send it twice, never lose it. */
  redrive(orgId: OrgId, id: string): Promise<'redriven' | 'unknown'>;
  /**
   * Takes over what the queues themselves set aside. SQS: one request per 10 messages, at most 200 a call.
   * @returns how many
   */
  collect(): Promise<number>;
  clear(orgId: OrgId): Promise<void>;
}
