import type { MessageOutcome } from '#core/batch-outcome.ts';
import { AppError } from '#core/errors.ts';
import { failureReason } from '#core/failure-reason.ts';
import type { OrgId } from '#core/ids.ts';
import type { NoticeApplyMessage, WorkerMessage } from '#core/messages.ts';
import type { LogFields } from '#ports/telemetry.ts';
import { type ApplyNoticesPorts, applyNotices } from '#usecases/apply-notices.ts';
import { isPassing, noteTrouble } from '#usecases/notice-trouble.ts';
import { verifyRecords } from '#usecases/verify-records.ts';
import { correlatedPorts } from './correlated-ports.ts';

/** A message as the queue gave it out. */
export interface Received<M extends WorkerMessage> {
  readonly messageId: string;
  readonly message: M;
  /** 1 at the first delivery. */
  readonly deliveries: number;
}

/** The queue parks a message after five deliveries; from the fourth on it is put back instead, if that can help. */
const LAST_DELIVERIES = 4;
const PUT_BACK_SECONDS = 300;

/** Works off one org's messages of a batch: its notices in one go, then what is to be verified. */
export async function workOff(
  ports: ApplyNoticesPorts,
  orgId: OrgId,
  received: readonly Received<WorkerMessage>[],
): Promise<readonly MessageOutcome[]> {
  const outcomes = await applyAll(ports, orgId, received.filter(isNotice));
  for (const one of received) {
    const { message } = one;
    if (message.type !== 'record.verify.v1') continue;
    const own = correlatedPorts(ports, [message.webhookId]);
    const error = await failureOf(own, { orgId }, () =>
      verifyRecords(own, message, isRedelivered(one)),
    );
    outcomes.push(await outcomeOf(own, one, error));
  }
  return outcomes;
}

function isNotice(one: Received<WorkerMessage>): one is Received<NoticeApplyMessage> {
  return one.message.type === 'notice.apply.v1';
}

function isRedelivered({ message, deliveries }: Received<WorkerMessage>): boolean {
  return deliveries > 1 || message.again === true;
}

/** All notices of the org in one go; if that fails for good, one by one, so that only the faulty one is parked. */
async function applyAll(
  ports: ApplyNoticesPorts,
  orgId: OrgId,
  notices: readonly Received<NoticeApplyMessage>[],
): Promise<MessageOutcome[]> {
  if (notices.length === 0) return [];
  const apply = (some: readonly Received<NoticeApplyMessage>[]) => {
    const own = correlatedPorts(ports, webhookIdsOf(some));
    return failureOf(own, { orgId }, () => applyNotices(own, orgId, some.map(deliveryOf)));
  };
  const error = await apply(notices);
  const together = error === undefined || notices.length === 1 || isPassing(error);
  const outcomes: MessageOutcome[] = [];
  for (const one of notices) {
    const own = correlatedPorts(ports, webhookIdsOf([one]));
    outcomes.push(await outcomeOf(own, one, together ? error : await apply([one])));
  }
  return outcomes;
}

function webhookIdsOf(notices: readonly Received<NoticeApplyMessage>[]): readonly string[] {
  return notices.map(({ message }) => message.webhookId);
}

function deliveryOf(one: Received<NoticeApplyMessage>) {
  return { message: one.message, redelivered: isRedelivered(one) };
}

async function failureOf(
  ports: ApplyNoticesPorts,
  fields: LogFields,
  work: () => Promise<void>,
): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    ports.telemetry.error('MessageFailed', { ...fields, reason: failureReason(error) });
    return error;
  }
}

/**
 * A message that waits for Salesforce outlives any outage: before it would be parked it is put back as a new one.
 * What is faulty itself fails on, until the queue parks it.
 */
async function outcomeOf(
  ports: ApplyNoticesPorts,
  { messageId, message, deliveries }: Received<WorkerMessage>,
  error: unknown,
): Promise<MessageOutcome> {
  if (error === undefined) return { messageId };
  try {
    // Once is a hiccup.
    if (deliveries > 1) await noteTrouble(ports, message.orgId, error);
    if (deliveries < LAST_DELIVERIES || !isPassing(error)) return { messageId, error };
    const again = { ...message, again: true } as const;
    await ports.noticeQueue.send(message.orgId, [again], { delaySeconds: PUT_BACK_SECONDS });
    return { messageId };
  } catch (failure) {
    return { messageId, error: failure instanceof AppError ? failure : error };
  }
}
