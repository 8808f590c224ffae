import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { OrgShape } from '#core/activities/task-fields.ts';
import { batchResponse, type MessageOutcome } from '#core/batch-outcome.ts';
import { AppError } from '#core/errors.ts';
import { failureReason } from '#core/failure-reason.ts';
import type { OrgId } from '#core/ids.ts';
import type { ActivityWriteMessage } from '#core/messages.ts';
import { parseActivityMessage } from '#core/parse-activity-message.ts';
import type { Ports } from '#ports/ports.ts';
import type { DescribedObject, Salesforce } from '#ports/salesforce.ts';
import { readOrgShape } from '#usecases/read-org-shape.ts';
import { recheckActivities } from '#usecases/recheck-activities.ts';
import { type WriteActivitiesPorts, writeActivities } from '#usecases/write-activities.ts';
import { parkGivenUp } from '../queue/park-given-up.ts';

export type ActivityPorts = Omit<WriteActivitiesPorts, 'orgShapes'> & Pick<Ports, 'deadLetters'>;

const SHAPE_MAX_AGE_MS = 10 * 60_000;
const MAX_SHAPES = 500;

interface KeptShape {
  readonly atMs: number;
  readonly shape: OrgShape;
  /** The client's own copy: another object once it was asked anew. */
  readonly task: DescribedObject | undefined;
}

interface OrgBatch {
  readonly ids: Set<string>;
  readonly records: SQSRecord[];
}

/**
 * The consumer of the activity queue. Messages of a batch are written per org in one go, so that calls to Salesforce
 * are full; orgs side by side, one org's failure fails only its own messages.
 */
export function makeActivity(ports: ActivityPorts) {
  const writing = { ...ports, orgShapes: keptShapes(ports) };

  async function work(event: SQSEvent): Promise<SQSBatchResponse> {
    const batches = new Map<OrgId, OrgBatch>();
    const outcomes: Promise<MessageOutcome>[] = [];
    for (const record of event.Records) {
      try {
        const message = parseActivityMessage(record.body);
        if (message.type === 'activity.recheck.v1') outcomes.push(recheck(message.orgId, record));
        else addTo(batches, message, record);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const { messageId } = record;
        ports.telemetry.error('MessageRefused', { messageId, reason: failureReason(error) });
        outcomes.push(parkGivenUp(ports, 'activities', record, error));
      }
    }
    for (const [orgId, batch] of batches) outcomes.push(...take(orgId, batch));
    return batchResponse(await Promise.all(outcomes));
  }

  async function recheck(orgId: OrgId, record: SQSRecord): Promise<MessageOutcome> {
    const error = await failureOf(orgId, recheckActivities(ports, orgId));
    return parkGivenUp(ports, 'activities', record, error);
  }

  function failureOf(orgId: OrgId, work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => undefined,
      (error: unknown) => {
        ports.telemetry.error('MessageFailed', { orgId, reason: failureReason(error) });
        return error;
      },
    );
  }

  function take(orgId: OrgId, { ids, records }: OrgBatch): Promise<MessageOutcome>[] {
    const written = failureOf(orgId, writeActivities(writing, orgId, [...ids]));
    return records.map(async (record) => parkGivenUp(ports, 'activities', record, await written));
  }

  return middy<SQSEvent, SQSBatchResponse>().handler(work);
}

function addTo(
  batches: Map<OrgId, OrgBatch>,
  { orgId, ids }: ActivityWriteMessage,
  record: SQSRecord,
): void {
  const batch = batches.get(orgId) ?? { ids: new Set(), records: [] };
  for (const id of ids) batch.ids.add(id);
  batch.records.push(record);
  batches.set(orgId, batch);
}

/**
 * Lives as long as the function's container: what a picklist offers changes rarely, and costs calls to ask. A describe
 * that is newer, because an admin had fields refreshed, makes a new shape at once.
 */
function keptShapes({ clock }: Pick<Ports, 'clock'>): WriteActivitiesPorts['orgShapes'] {
  const kept = new Map<OrgId, KeptShape>();
  return async (orgId: OrgId, salesforce: Salesforce) => {
    const known = kept.get(orgId);
    const young = known !== undefined && clock.now() - known.atMs < SHAPE_MAX_AGE_MS;
    if (young && (await salesforce.describe('Task')) === known.task) return known.shape;
    const shape = await readOrgShape(salesforce);
    if (kept.size >= MAX_SHAPES) kept.clear();
    kept.set(orgId, { atMs: clock.now(), shape, task: await salesforce.describe('Task') });
    return shape;
  };
}
