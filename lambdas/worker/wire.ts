import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { batchResponse, type MessageOutcome } from '#core/batch-outcome.ts';
import { letterWebhookId } from '#core/dead-letter.ts';
import { AppError } from '#core/errors.ts';
import { failureReason } from '#core/failure-reason.ts';
import type { OrgId } from '#core/ids.ts';
import type { WorkerMessage } from '#core/messages.ts';
import { parseWorkerMessage } from '#core/parse-message.ts';
import type { Ports } from '#ports/ports.ts';
import type { ApplyNoticesPorts } from '#usecases/apply-notices.ts';
import { parkGivenUp } from '../queue/park-given-up.ts';
import { type Received, workOff } from './work-off.ts';

/**
 * The consumer of the notice queue. Messages of a batch are worked off per org, orgs side by side: one org's failure
 * fails only its own messages.
 */
export function makeWorker(ports: ApplyNoticesPorts & Pick<Ports, 'deadLetters'>) {
  async function work(event: SQSEvent): Promise<SQSBatchResponse> {
    const refused: MessageOutcome[] = [];
    const orgs = new Map<OrgId, Received<WorkerMessage>[]>();
    for (const record of event.Records) {
      const { messageId } = record;
      try {
        const received = parseRecord(record);
        const { orgId } = received.message;
        orgs.set(orgId, [...(orgs.get(orgId) ?? []), received]);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        // Never acknowledged: after its last try the queue parks it.
        const webhookId = letterWebhookId(record.body);
        const reason = failureReason(error);
        ports.telemetry.error('MessageRefused', { messageId, webhookId, reason });
        refused.push({ messageId, error });
      }
    }
    const handled = [...orgs].map(([orgId, received]) => workOff(ports, orgId, received));
    const outcomes = [...refused, ...(await Promise.all(handled)).flat()];
    const errors = new Map(outcomes.map(({ messageId, error }) => [messageId, error]));
    const settled = event.Records.map((record) =>
      parkGivenUp(ports, 'notices', record, errors.get(record.messageId)),
    );
    return batchResponse(await Promise.all(settled));
  }

  return middy<SQSEvent, SQSBatchResponse>().handler(work);
}

function parseRecord({ messageId, body, attributes }: SQSRecord): Received<WorkerMessage> {
  const message = parseWorkerMessage(body);
  return { messageId, message, deliveries: Number(attributes.ApproximateReceiveCount) };
}
