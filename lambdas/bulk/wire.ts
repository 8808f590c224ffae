import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { batchResponse, type MessageOutcome } from '#core/batch-outcome.ts';
import { AppError } from '#core/errors.ts';
import { failureReason } from '#core/failure-reason.ts';
import type { BulkMessage } from '#core/messages.ts';
import { parseBulkMessage } from '#core/parse-bulk-message.ts';
import type { Ports } from '#ports/ports.ts';
import { type AdvanceJobPorts, advanceJob } from '#usecases/advance-job.ts';
import { type AdvancePassPorts, advancePass } from '#usecases/advance-pass.ts';
import { type ExamineOrgPorts, examineOrg } from '#usecases/examine-org.ts';
import { type LookForPackagePorts, lookForPackage } from '#usecases/look-for-package.ts';
import { isPassing } from '#usecases/notice-trouble.ts';
import { refreshMirrored } from '#usecases/refresh-mirrored.ts';
import { type EraseOrgPorts, eraseOrg } from '#usecases/remove-org.ts';
import { repairConditions } from '#usecases/repair-conditions.ts';
import { parkGivenUp } from '../queue/park-given-up.ts';

export type BulkPorts = AdvanceJobPorts &
  AdvancePassPorts &
  ExamineOrgPorts &
  EraseOrgPorts &
  LookForPackagePorts &
  Pick<Ports, 'activitySettings' | 'deadLetters'>;

/**
 * The consumer of the bulk queue: each message takes a pass or a job one step further. Messages of a batch are worked
 * off one after the other, for a step may import a whole page; one failure fails only its own message.
 */
export function makeBulk(ports: BulkPorts) {
  async function work(event: SQSEvent): Promise<SQSBatchResponse> {
    const outcomes: MessageOutcome[] = [];
    for (const record of event.Records) outcomes.push(await take(ports, record));
    return batchResponse(outcomes);
  }

  return middy<SQSEvent, SQSBatchResponse>().handler(work);
}

async function dispatch(
  ports: BulkPorts,
  message: BulkMessage,
  redelivered: boolean,
): Promise<void> {
  switch (message.type) {
    case 'pass.advance.v1':
      await advancePass(ports, message, { redelivered });
      return;
    case 'job.advance.v1':
      await advanceJob(ports, message, { redelivered });
      return;
    case 'conditions.repair.v1':
      await orWait(ports, message, () => repairConditions(ports, message.orgId));
      return;
    case 'fields.refresh.v1':
      await orWait(ports, message, () => refreshMirrored(ports, message.orgId));
      return;
    case 'org.examine.v1':
      await orWait(ports, message, () => examineOrg(ports, message.orgId));
      return;
    case 'package.look.v1':
      await lookForPackage(ports, message);
      return;
    case 'org.erase.v1':
      await eraseOrg(ports, message.orgId);
  }
}

/**
 * Chores that the sweep asks for again while they are due: through an outage their messages would only fill the dead
 * letters.
 */
async function orWait(
  ports: BulkPorts,
  { orgId, type }: BulkMessage,
  chore: () => Promise<unknown>,
): Promise<void> {
  try {
    await chore();
  } catch (error) {
    if (!(error instanceof AppError) || !isPassing(error)) throw error;
    ports.telemetry.warn('ChoreWaits', { orgId, type, reason: failureReason(error) });
  }
}

async function take(ports: BulkPorts, record: SQSRecord): Promise<MessageOutcome> {
  const { messageId } = record;
  const redelivered = Number(record.attributes.ApproximateReceiveCount) > 1;
  try {
    await dispatch(ports, parseBulkMessage(record.body), redelivered);
    return { messageId };
  } catch (error) {
    const refused = error instanceof AppError && error.code === 'invalid-input';
    const message = refused ? 'MessageRefused' : 'MessageFailed';
    ports.telemetry.error(message, { messageId, reason: failureReason(error) });
    return await parkGivenUp(ports, 'bulk', record, error);
  }
}
