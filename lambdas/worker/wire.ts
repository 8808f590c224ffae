import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Delivery } from '#core/apply-plan.ts';
import { batchResponse, type MessageOutcome } from '#core/batch-outcome.ts';
import { AppError } from '#core/errors.ts';
import { failureReason } from '#core/failure-reason.ts';
import type { OrgId } from '#core/ids.ts';
import type { RecordVerifyMessage } from '#core/messages.ts';
import { parseWorkerMessage } from '#core/parse-message.ts';
import { type ApplyNoticesPorts, applyNotices } from '#usecases/apply-notices.ts';
import { verifyRecords } from '#usecases/verify-records.ts';

interface OrgBatch {
  readonly notices: { readonly messageId: string; readonly delivery: Delivery }[];
  readonly verifies: {
    readonly messageId: string;
    readonly message: RecordVerifyMessage;
    readonly redelivered: boolean;
  }[];
}

/**
 * The consumer of the notice queue. Messages of a batch are worked off per org, orgs side by side: one org's failure
 * fails only its own messages.
 */
export function makeWorker(ports: ApplyNoticesPorts) {
  async function work(event: SQSEvent): Promise<SQSBatchResponse> {
    const outcomes: MessageOutcome[] = [];
    const orgs = new Map<OrgId, OrgBatch>();
    for (const record of event.Records) {
      const refusal = sort(orgs, record);
      if (refusal !== undefined) {
        ports.telemetry.error('MessageRefused', {
          messageId: record.messageId,
          reason: refusal.message,
        });
        outcomes.push({ messageId: record.messageId, error: refusal });
      }
    }
    const perOrg = await Promise.all(
      [...orgs].map(([orgId, batch]) => workOff(ports, orgId, batch)),
    );
    return batchResponse([...outcomes, ...perOrg.flat()]);
  }

  return middy<SQSEvent, SQSBatchResponse>().handler(work);
}

/** Puts a message to its org's batch; answers why it cannot be read. */
function sort(orgs: Map<OrgId, OrgBatch>, record: SQSRecord): Error | undefined {
  const { messageId } = record;
  const redelivered = Number(record.attributes.ApproximateReceiveCount) > 1;
  try {
    const message = parseWorkerMessage(record.body);
    const batch = orgs.get(message.orgId) ?? { notices: [], verifies: [] };
    orgs.set(message.orgId, batch);
    if (message.type === 'notice.apply.v1') {
      batch.notices.push({ messageId, delivery: { message, redelivered } });
    } else batch.verifies.push({ messageId, message, redelivered });
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

async function workOff(
  ports: ApplyNoticesPorts,
  orgId: OrgId,
  { notices, verifies }: OrgBatch,
): Promise<readonly MessageOutcome[]> {
  const outcomes = [...(await applyAll(ports, orgId, notices))];
  for (const { messageId, message, redelivered } of verifies) {
    const error = await failureOf(ports, orgId, () => verifyRecords(ports, message, redelivered));
    outcomes.push({ messageId, error });
  }
  return outcomes;
}

/** All notices of the org in one go; if that fails for good, one by one, so that only the faulty one is parked. */
async function applyAll(
  ports: ApplyNoticesPorts,
  orgId: OrgId,
  notices: OrgBatch['notices'],
): Promise<readonly MessageOutcome[]> {
  if (notices.length === 0) return [];
  const deliveries = notices.map(({ delivery }) => delivery);
  const error = await failureOf(ports, orgId, () => applyNotices(ports, orgId, deliveries));
  if (error === undefined || notices.length === 1 || isRetryable(error)) {
    return notices.map(({ messageId }) => ({ messageId, error }));
  }
  const outcomes: MessageOutcome[] = [];
  for (const { messageId, delivery } of notices) {
    const own = await failureOf(ports, orgId, () => applyNotices(ports, orgId, [delivery]));
    outcomes.push({ messageId, error: own });
  }
  return outcomes;
}

async function failureOf(
  ports: ApplyNoticesPorts,
  orgId: OrgId,
  work: () => Promise<void>,
): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const reason = failureReason(error);
    ports.telemetry.error('MessageFailed', { orgId, reason, retryable: isRetryable(error) });
    return error;
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof AppError && error.retryable;
}
