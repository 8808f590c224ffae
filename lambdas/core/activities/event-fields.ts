import type { Fields } from '../record.ts';
import { bounds } from './calendar-event.ts';
import { cutComments, cutSubject } from './cut-text.ts';
import type { LedgerRow } from './ledger-entry.ts';
import type { CalendarEvent } from './plan-events.ts';
import type { RoleSettings } from './role-settings.ts';
import type { ActivityShape } from './task-fields.ts';
import { activityTypeOf } from './task-types.ts';

const MAX_LOCATION = 255;
const MINUTE_MS = 60_000;

/** A76 for Events: what is written of a calendar event, for the user whose row it is. */
export function eventFields(
  event: CalendarEvent,
  row: LedgerRow,
  shape: ActivityShape,
  role: Pick<RoleSettings, 'logTexts'>,
): Fields {
  const { title, location, text, kind } = event;
  const [fromMs, toMs] = bounds(event.when);
  const start = new Date(fromMs).toISOString();
  return {
    Subject: cutSubject(title),
    OwnerId: row.ownerId ?? null,
    Type: activityTypeOf(kind, shape.types).type,
    WhoId: row.whoIds[0] ?? null,
    WhatId: row.whatId,
    IsAllDayEvent: event.when.allDay,
    StartDateTime: start,
    DurationInMinutes: Math.round((toMs - fromMs) / MINUTE_MS),
    Location: location === undefined ? null : location.slice(0, MAX_LOCATION),
    ...(role.logTexts && text !== undefined && { Description: cutComments(text) }),
    ...(shape.keyField !== undefined && { [shape.keyField]: row.key }),
    ...Object.fromEntries(shape.timeFields.map((field) => [field, start])),
  };
}
