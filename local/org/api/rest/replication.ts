import { OrgError } from '../../errors.ts';
import type { ObjectSchema } from '../../schema/schema.ts';
import type { ApiCall } from '../api-call.ts';
import { withoutHidden } from '../hidden-records.ts';
import { type ApiResult, json } from '../http.ts';
import { requireObject } from './describe.ts';
import { restDatetime } from './record-json.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const UPDATED_REACHES_BACK_MS = 30 * DAY_MS;
const DELETED_REACHES_BACK_MS = 15 * DAY_MS;
const MOST_IDS = 600_000;

interface Window {
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
}

/** `GET /sobjects/{object}/updated/?start=&end=`: ids changed in the window, undeleted ones included. */
export function getUpdated(call: ApiCall): ApiResult {
  const object = requireReplicateable(call);
  const window = readWindow(call, UPDATED_REACHES_BACK_MS);
  const changed = call.org.store.changedBetween(object.name, window.startMs, window.endMs);
  const ids = withoutHidden(call.org.faults, changed);
  requireNotTooMany(ids.length);
  return json(200, { ids, latestDateCovered: latestDateCovered(call, window) });
}

/** `GET /sobjects/{object}/deleted/?start=&end=`: hard deletes included. */
export function getDeleted(call: ApiCall): ApiResult {
  const object = requireReplicateable(call);
  const reachesBackMs = deleteLogReachesBackMs(call);
  const window = readWindow(call, reachesBackMs);
  const deleted = call.org.store.deletedBetween(object.name, window.startMs, window.endMs);
  requireNotTooMany(deleted.length);
  const earliestMs = call.org.scheduler.now() - reachesBackMs;
  return json(200, {
    deletedRecords: deleted.map(({ id, deletedDate }) => ({
      id,
      deletedDate: restDatetime(deletedDate),
    })),
    earliestDateAvailable: restTime(toMinute(earliestMs)),
    latestDateCovered: latestDateCovered(call, window),
  });
}

/** The log is purged when it grows too long: it may reach back less far than documented. */
function deleteLogReachesBackMs(call: ApiCall): number {
  const holes = call.org.faults
    .standing('delete-log-hole')
    .map(({ hours }) => hours * 60 * MINUTE_MS);
  return Math.min(DELETED_REACHES_BACK_MS, ...holes);
}

function requireReplicateable(call: ApiCall): ObjectSchema {
  const object = requireObject(call);
  if (!object.replicateable) {
    throw new OrgError(
      'INVALID_TYPE_FOR_OPERATION',
      `entity type ${object.name} does not support getUpdated or getDeleted`,
    );
  }
  return object;
}

/** Seconds do not count: both ends are cut to the minute, and at least one minute must lie between them. */
function readWindow(call: ApiCall, reachesBackMs: number): Window {
  const startMs = toMinute(readDate(call, 'start'));
  const endMs = toMinute(readDate(call, 'end'));
  if (startMs >= endMs) {
    throw replicationError('endDate must be at least one minute greater than startDate');
  }
  if (startMs < toMinute(call.org.scheduler.now() - reachesBackMs)) {
    throw replicationError('startDate lies too far in the past');
  }
  return { startMs, endMs };
}

function readDate(call: ApiCall, name: string): number {
  // A plus sign that was not encoded reads as a space.
  const text = call.query.get(name)?.replace(' ', '+') ?? '';
  const match = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.exec(text);
  const ms = match === null ? Number.NaN : Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (Number.isNaN(ms)) {
    throw replicationError(`${name} must be a date and time with an offset, as in ISO 8601`);
  }
  return ms;
}

/** No later than the oldest open transaction began: what it saves carries stamps from then on. */
function latestDateCovered(call: ApiCall, { endMs }: Window): string {
  return restTime(toMinute(Math.min(endMs, call.org.scheduler.oldestOpenMs())));
}

function requireNotTooMany(count: number): void {
  if (count > MOST_IDS) {
    throw new OrgError('EXCEEDED_ID_LIMIT', `The query returned more than ${MOST_IDS} ids`);
  }
}

function replicationError(message: string): OrgError {
  return new OrgError('INVALID_REPLICATION_DATE', message);
}

function toMinute(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}

function restTime(ms: number): string {
  return restDatetime(new Date(ms).toISOString());
}
