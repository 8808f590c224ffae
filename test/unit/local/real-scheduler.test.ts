import { afterEach, expect, test } from 'vitest';
import { createRealScheduler, type RealScheduler } from '../../../local/real-scheduler.ts';

let scheduler: RealScheduler | undefined;
afterEach(() => scheduler?.close());

test('advance runs what falls due, in order, at its own time', async () => {
  const errors: string[] = [];
  scheduler = createRealScheduler({ onError: (label) => void errors.push(label) });
  const clock = scheduler;
  const start = clock.now();
  const seen: [string, number][] = [];
  const note = (name: string) => () => void seen.push([name, clock.now() - start]);
  clock.schedule(60 * 60_000, 'hour', note('hour'));
  clock.schedule(30 * 60_000, 'half', note('half'));
  clock.schedule(45 * 60_000, 'bad', () => {
    throw new Error('broken');
  });
  clock.schedule(120 * 60_000, 'later', note('later'));
  await clock.advance(61 * 60_000);
  expect(seen.map(([name]) => name)).toEqual(['half', 'hour']);
  expect(seen[0]?.[1]).toBeGreaterThanOrEqual(30 * 60_000);
  expect(seen[0]?.[1]).toBeLessThan(45 * 60_000);
  expect(clock.now() - start).toBeGreaterThanOrEqual(61 * 60_000);
  expect(errors).toEqual(['bad']);
});

test('runs by itself when real time passes; a cancelled task does not', async () => {
  scheduler = createRealScheduler({ onError: () => undefined });
  const clock = scheduler;
  let cancelledRan = false;
  await new Promise<void>((resolve) => {
    clock
      .schedule(1, 'cancelled', () => {
        cancelledRan = true;
      })
      .cancel();
    clock.schedule(5, 'kept', resolve);
  });
  expect(cancelledRan).toBe(false);
});
