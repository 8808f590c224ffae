import { OrgError } from '../../errors.ts';
import type { FieldValue } from '../../schema/schema.ts';
import { requiredMissing } from '../checks.ts';
import type { Draft } from '../rules.ts';
import { dateOf, midnightOf, stampOf } from '../times.ts';

/**
 * The times of an Event, of which a caller gives some: start by StartDateTime, ActivityDateTime or (all day)
 * ActivityDate; length by EndDateTime or DurationInMinutes. All are UTC; an all-day event lies at midnight, and its end
 * is the midnight of its last day.
 */
export function deriveEventTimes(draft: Draft): void {
  const { row } = draft;
  if (draft.before && !touchesTimes(draft)) return;
  const start = startOf(draft);
  const allDay = row['IsAllDayEvent'] === true;
  const minutes = durationOf(draft, start, allDay);
  if (minutes < 0) throw integrity('Event duration cannot be negative', 'EndDateTime');
  if (minutes > maxDays * dayMinutes)
    throw integrity(`Event duration cannot exceed ${maxDays} days.`, 'DurationInMinutes');
  const end = stampOf(Date.parse(start) + (allDay ? minutes - dayMinutes : minutes) * minuteMs);
  Object.assign(row, {
    StartDateTime: start,
    ActivityDateTime: start,
    ActivityDate: dateOf(start),
    DurationInMinutes: minutes,
    EndDateTime: end,
    EndDate: dateOf(end),
  });
}

const minuteMs = 60_000;
const dayMinutes = 1_440;
const maxDays = 14;
const timeFields = [
  'StartDateTime',
  'ActivityDateTime',
  'ActivityDate',
  'EndDateTime',
  'DurationInMinutes',
  'IsAllDayEvent',
];

function touchesTimes(draft: Draft): boolean {
  return timeFields.some((field) => draft.row[field] !== draft.before?.[field]);
}

/** The start the caller means: of several fields, those that changed speak, and they must agree. */
function startOf(draft: Draft): string {
  const { row } = draft;
  const allDay = row['IsAllDayEvent'] === true;
  const candidates = [
    changed(draft, 'StartDateTime'),
    changed(draft, 'ActivityDateTime'),
    allDay ? asMidnight(changed(draft, 'ActivityDate')) : null,
  ].filter((value): value is string => typeof value === 'string');
  const starts = new Set(candidates.map((value) => (allDay ? midnightOf(dateOf(value)) : value)));
  if (starts.size > 1)
    throw integrity('ActivityDate, ActivityDateTime and StartDateTime must match', 'StartDateTime');
  const [start] = starts;
  const kept = start ?? row['StartDateTime'];
  if (typeof kept !== 'string') throw missingTimes(draft);
  return allDay ? midnightOf(dateOf(kept)) : kept;
}

function changed(draft: Draft, field: string): FieldValue {
  const value = draft.row[field] ?? null;
  return value === draft.before?.[field] ? null : value;
}

function asMidnight(date: FieldValue): FieldValue {
  return typeof date === 'string' ? midnightOf(date) : null;
}

function missingTimes(draft: Draft): OrgError {
  if (draft.row['IsAllDayEvent'] === true) return requiredMissing(['ActivityDate']);
  const lengthGiven = draft.row['DurationInMinutes'] != null || draft.row['EndDateTime'] != null;
  return requiredMissing(
    lengthGiven ? ['ActivityDateTime'] : ['DurationInMinutes', 'ActivityDateTime'],
  );
}

function durationOf(draft: Draft, start: string, allDay: boolean): number {
  const given = changed(draft, 'DurationInMinutes');
  const end = changed(draft, 'EndDateTime');
  const byEnd = typeof end === 'string' ? minutesBetween(start, end, allDay) : undefined;
  if (typeof given === 'number' && byEnd !== undefined && given !== byEnd) {
    throw integrity('DurationInMinutes and EndDateTime do not match', 'DurationInMinutes');
  }
  if (byEnd !== undefined) return byEnd;
  if (typeof given === 'number') return given;
  const kept = draft.before && draft.row['DurationInMinutes'];
  if (typeof kept === 'number' && !(allDay && kept < dayMinutes)) return kept;
  if (allDay) return dayMinutes;
  throw requiredMissing(['DurationInMinutes']);
}

function minutesBetween(start: string, end: string, allDay: boolean): number {
  const last = allDay ? midnightOf(dateOf(end)) : end;
  return (Date.parse(last) - Date.parse(start)) / minuteMs + (allDay ? dayMinutes : 0);
}

function integrity(message: string, field: string): OrgError {
  return new OrgError('FIELD_INTEGRITY_EXCEPTION', message, { fields: [field] });
}
