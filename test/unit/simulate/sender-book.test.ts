import { expect, test } from 'vitest';
import { seededRandom } from '../../../local/seeded-random.ts';
import {
  ledgerIdOf,
  occurrencesOf,
  SenderBook,
} from '../../../scripts/simulate/activities/sender-book.ts';
import { editedActivity, newActivity } from '../../../scripts/simulate/activities/told.ts';

const at = '2026-11-22T09:00:00.000Z';
const common = { version: 1, at, user: 'Sam@practice.example' };
const around = {
  users: ['sam@practice.example'],
  address: () => 'ada@acme.example',
  atMs: Date.parse(at),
};

test('what was told and never taken is not missed', () => {
  const book = new SenderBook();
  for (const fate of ['untold', 'lost', 'taken', 'refused'] as const) {
    book.add({ ...common, id: fate, kind: 'todo' }).fate = fate;
  }
  expect([...book.taken().keys()]).toEqual(['taken']);
  expect([...book.possible().keys()]).toEqual(['lost', 'taken', 'refused']);
});

test('a booked meeting is told by a Task as well, under the meeting, action and user', () => {
  const book = new SenderBook();
  const event = {
    ...common,
    id: 'c-1',
    kind: 'calendar.event',
    eventId: 'one',
    title: 'Talk',
    attendees: [],
    status: 'confirmed',
    booked: { from: 'email' },
  };
  book.add(event).fate = 'taken';
  const meeting = { ...common, id: 'm', kind: 'meeting.confirmed', meetingId: 'one' };
  const other = { ...meeting, kind: 'meeting.canceled' };
  expect([...book.taken().keys()]).toEqual([ledgerIdOf(event), ledgerIdOf(meeting)]);
  expect(ledgerIdOf(other)).not.toBe(ledgerIdOf(meeting));
  expect(ledgerIdOf({ ...meeting, user: 'sam@PRACTICE.example' })).toBe(ledgerIdOf(meeting));
});

test('a weekly event takes place three times, each under an id of its own', () => {
  const when = { allDay: false, start: at, end: '2026-11-22T10:00:00.000Z' };
  const series = { ...common, id: 'c', kind: 'calendar.event', eventId: 'e', when };
  const dates = occurrencesOf({ ...series, recurrence: { rule: 'FREQ=WEEKLY;COUNT=3' } });
  expect(dates.map(({ occurrence }) => occurrence)).toEqual([
    at,
    '2026-11-29T09:00:00.000Z',
    '2026-12-06T09:00:00.000Z',
  ]);
  expect(new Set(dates.map(ledgerIdOf)).size).toBe(3);
  expect(occurrencesOf(series)).toEqual([]);
});

test('a higher version says something else, under the same id', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const random = seededRandom(`${seed}`);
    const told = newActivity(seed, around, random);
    const edited = editedActivity(told, 2, around, random);
    expect(ledgerIdOf(edited)).toBe(ledgerIdOf(told));
    expect(JSON.stringify(edited)).toContain(`#${seed}v2#`);
  }
});
