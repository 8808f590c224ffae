import type { FieldValues, ObjectSchema } from '../../schema/schema.ts';
import type { RowError, RowOutcome } from '../platform/system/system-services.ts';
import type { SObjectValue } from '../sobject.ts';
import { rowErrorOf } from './dml/dml-row.ts';
import type { PendingEvent } from './event-bus.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { OrgServices } from './org-services.ts';
import { randomUuid } from './uuid.ts';

const MAXIMUM_EVENT_BYTES = 1_000_000;

/**
 * Publishes events of one transaction: after its commit, or immediately, as the event's definition says. An event
 * that is refused fails alone and throws nothing.
 */
export function publishEvents(
  org: OrgServices,
  context: ExecutionContext,
  events: readonly { readonly schema: ObjectSchema; readonly values: FieldValues }[],
): RowOutcome[] {
  const outcomes: RowOutcome[] = [];
  let admitted = org.publishedEvents.maximum - org.publishedEvents.used();
  for (const { schema, values } of events) {
    const error = admitted > 0 ? refusal(schema, values) : LIMIT_EXCEEDED;
    if (error !== undefined) {
      outcomes.push({ success: false, id: null, created: false, errors: [error] });
      continue;
    }
    try {
      outcomes.push(hand(org, context, schema, values));
      admitted -= 1;
    } catch (refused) {
      outcomes.push({ success: false, id: null, created: false, errors: [rowErrorOf(refused)] });
    }
  }
  return outcomes;
}

/** `EventBus.publish`: counts one DML statement, or one publish of the immediate kind's own allowance. */
export function publishFromApex(
  org: OrgServices,
  context: ExecutionContext,
  events: readonly SObjectValue[],
): RowOutcome[] {
  if (events.length === 0) {
    return [];
  }
  const immediate = events.filter(
    ({ schema }) => schema.publishBehavior === 'PublishImmediately',
  ).length;
  if (immediate > 0) {
    context.limits.add('publishImmediate');
  }
  if (immediate < events.length) {
    context.limits.add('dmlStatements');
    context.limits.add('dmlRows', events.length - immediate);
  }
  return publishEvents(
    org,
    context,
    events.map((event) => ({ schema: event.schema, values: event.fieldValues() })),
  );
}

const LIMIT_EXCEEDED: RowError = {
  code: 'LIMIT_EXCEEDED',
  message: 'The organization has exceeded its hourly limit of published platform events',
  fields: [],
};

/** @throws OrgError when a field is missing, too long or of the wrong kind */
function hand(
  org: OrgServices,
  context: ExecutionContext,
  schema: ObjectSchema,
  values: FieldValues,
): RowOutcome {
  const event: PendingEvent = {
    object: schema.name,
    values: org.store.check(schema.name, values, { nowMs: org.now(), userId: context.userId }),
    uuid: randomUuid(org.random),
    createdById: context.userId,
  };
  if (schema.publishBehavior === 'PublishImmediately') {
    context.unit.publishImmediately(event);
  } else {
    context.unit.publishAfterCommit(event);
  }
  const queued = { code: 'OPERATION_ENQUEUED', message: event.uuid, fields: [] };
  return { success: true, id: null, created: true, errors: [queued] };
}

/** What the bus refuses; undefined when the event may go out. */
function refusal(schema: ObjectSchema, values: FieldValues): RowError | undefined {
  if (schema.kind !== 'platformEvent') {
    return {
      code: 'INVALID_TYPE_FOR_OPERATION',
      message: `${schema.name} is no platform event`,
      fields: [],
    };
  }
  return Buffer.byteLength(JSON.stringify(values)) > MAXIMUM_EVENT_BYTES
    ? { code: 'LIMIT_EXCEEDED', message: 'The event message is larger than 1 MB', fields: [] }
    : undefined;
}
