import type { OutgoingMail } from '../platform/system/system-services.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { OrgServices } from './org-services.ts';

/** The documents that hold it, oldest first. */
export const OUTBOX = 'outbox';

/** A mail that Apex sent. It leaves this org nowhere. */
interface SentMail extends OutgoingMail {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The user whose code sent it, 18 characters. */
  readonly userId: string;
}

/**
 * Counts one invocation and puts the mails into the outbox, which is part of the transaction: a rollback takes them
 * back, as mail is sent at the commit.
 * @throws LimitError
 */
export function putIntoOutbox(
  { store, now }: OrgServices,
  context: ExecutionContext,
  mails: readonly OutgoingMail[],
): void {
  context.limits.add('emailInvocations');
  if (mails.length === 0) return;
  context.unit.open();
  for (const mail of mails) {
    const sent: SentMail = { at: new Date(now()).toISOString(), userId: context.userId, ...mail };
    const key = String(store.documents.next(OUTBOX)).padStart(12, '0');
    store.documents.put(OUTBOX, key, sent);
  }
}
