import { bounds, type When } from '#core/activities/calendar-event.ts';
import type { LedgerEntry } from '#core/activities/ledger-entry.ts';
import { accept, type Settlement } from '#core/activities/ledger-steps.ts';
import { type CalendarEvent, OCCURRENCES_AHEAD_MS } from '#core/activities/plan-events.ts';
import { occurrencesOf } from '#core/activities/recurrence.ts';
import { ledgerIdOf } from '#core/activities/row-key.ts';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import { iso } from '#core/time-text.ts';
import type { Ports } from '#ports/ports.ts';
import { queueActivities } from './queue-activities.ts';

type Series = CalendarEvent & { readonly recurrence: NonNullable<CalendarEvent['recurrence']> };

const DAY_MS = 24 * 60 * 60_000;

/** The rule of a calendar event that recurs; undefined for any other activity. */
export function seriesOf({ activity }: Pick<LedgerEntry, 'activity'>): Series | undefined {
  if (activity.kind !== 'calendar.event') return undefined;
  const { recurrence } = activity;
  return recurrence === undefined ? undefined : { ...activity, recurrence };
}

/**
 * Keeps the occurrences of recurring events in the ledger, from a day ago to sixty days ahead, as entries of their own
 * (A56). Those that the series does not have any more are cancelled. What a sender told of an occurrence itself stays,
 * unless the whole series is cancelled. Repeatable.
 *
 * @throws AppError conflict (retryable) when an occurrence is being changed by somebody else
 */
export async function expandSeries(
  ports: Pick<Ports, 'activityLedger' | 'activityQueue' | 'clock'>,
  orgId: OrgId,
  entries: readonly LedgerEntry[],
): Promise<ReadonlyMap<LedgerEntry, Settlement>> {
  const settled = new Map<LedgerEntry, Settlement>();
  for (const entry of entries) {
    const series = seriesOf(entry);
    if (series !== undefined) settled.set(entry, await expand(ports, orgId, entry, series));
  }
  return settled;
}

async function expand(
  ports: Pick<Ports, 'activityLedger' | 'activityQueue' | 'clock'>,
  orgId: OrgId,
  entry: LedgerEntry,
  series: Series,
): Promise<Settlement> {
  const nowMs = ports.clock.now();
  const throughMs = nowMs + OCCURRENCES_AHEAD_MS;
  const cancelled = series.status === 'cancelled';
  const names = cancelled ? [] : occurrenceNames(series, nowMs - DAY_MS, throughMs);
  const gone = (entry.occurrences ?? []).filter(
    (name) => !names.includes(name) && Date.parse(name) > nowMs,
  );
  const events = [
    ...names.map((name) => occurrenceOf(series, name)),
    ...gone.map((name) => ({ ...occurrenceOf(series, name), status: 'cancelled' as const })),
  ];
  await tell(ports, orgId, entry, events);
  return { state: 'series', rows: [], skips: [], uncertain: false, occurrences: names, throughMs };
}

/** What tells occurrences apart: when each would begin by the rule. */
export function occurrenceNames(series: Series, fromMs: number, toMs: number): readonly string[] {
  const { when, recurrence } = series;
  // All-day events are days, wherever somebody is.
  const rule = when.allDay ? { ...recurrence, timeZone: 'UTC' } : recurrence;
  return occurrencesOf(rule, bounds(when)[0], fromMs, toMs).map(iso);
}

export function occurrenceOf(series: Series, occurrence: string): CalendarEvent {
  const { recurrence: _, ...event } = series;
  return { ...event, occurrence, when: shifted(event.when, Date.parse(occurrence)) };
}

function shifted(when: When, startMs: number): When {
  const [fromMs, toMs] = bounds(when);
  const endMs = startMs + toMs - fromMs;
  if (!when.allDay) return { allDay: false, start: iso(startMs), end: iso(endMs) };
  const day = (ms: number) => iso(ms).slice(0, 10);
  return { allDay: true, firstDay: day(startMs), lastDay: day(endMs - DAY_MS) };
}

async function tell(
  ports: Pick<Ports, 'activityLedger' | 'activityQueue' | 'clock'>,
  orgId: OrgId,
  { id: series, userId }: LedgerEntry,
  events: readonly CalendarEvent[],
): Promise<void> {
  const known = await ports.activityLedger.getMany(orgId, events.map(ledgerIdOf));
  const next = events.flatMap((activity) => {
    const before = known.get(ledgerIdOf(activity));
    const incoming = { orgId, activity, userId, series };
    const step = accept(before, incoming, ports.clock.now());
    return 'next' in step ? [step.next] : [];
  });
  const stored = await ports.activityLedger.put(orgId, next);
  await queueActivities(
    ports,
    orgId,
    next.map(({ id }) => id),
  );
  if (!stored.includes('conflict')) return;
  const message = 'An occurrence of a recurring event is being changed by somebody else.';
  throw new AppError('conflict', message, { retryable: true });
}
