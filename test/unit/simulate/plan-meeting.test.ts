import { expect, test } from 'vitest';
import { seededRandom } from '../../../local/seeded-random.ts';
import { planHistory } from '../../../scripts/simulate/plan.ts';
import { planMeeting } from '../../../scripts/simulate/plan-meeting.ts';

const SEEDS = Array.from({ length: 300 }, (_, seed) => String(seed));
const meetingOf = (seed: string) => planMeeting(seededRandom(`${seed}/meeting`));

test('a share of the seeds have a meeting, and each kind comes up', () => {
  const meetings = SEEDS.flatMap((seed) => meetingOf(seed) ?? []);
  expect(meetings.length).toBeGreaterThan(30);
  expect(meetings.length).toBeLessThan(100);
  const actions = meetings.flatMap(({ steps }) => steps.map(({ action }) => action));
  expect(actions.some((one) => one.do === 'flurry' && one.overtaken)).toBe(true);
  expect(actions.some((one) => one.do === 'kill' && one.function === 'worker')).toBe(true);
  expect(meetings.some(({ setting }) => (setting.agedMs ?? 0) > 600_000)).toBe(true);
});

test('its circumstances are those of the history', () => {
  const seed = SEEDS.find((one) => meetingOf(one)?.setting.delays === 'zero') ?? 'none';
  const { setting, steps } = planHistory(seed);
  expect(setting).toMatchObject({ delays: 'zero', viewAll: true, skewSeconds: 0 });
  const planned = steps.map(({ action }) => action);
  expect(planned).toEqual(
    expect.arrayContaining((meetingOf(seed)?.steps ?? []).map(({ action }) => action)),
  );
});
