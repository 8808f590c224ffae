import { expect, test } from 'vitest';
import { createVirtualScheduler } from '../../../local/virtual-scheduler.ts';

const START_MS = Date.UTC(2026, 10, 22);

test('runs tasks in due order and moves the clock to each', async () => {
  const scheduler = createVirtualScheduler({ startMs: START_MS });
  const seen: string[] = [];
  const note = (name: string) => () => void seen.push(`${name}@${scheduler.now() - START_MS}`);
  scheduler.schedule(300, 'c', note('c'));
  scheduler.schedule(100, 'a', note('a'));
  scheduler.schedule(200, 'b', note('b')).cancel();
  await scheduler.advance(250);
  expect(seen).toEqual(['a@100']);
  expect(scheduler.now()).toBe(START_MS + 250);
  await scheduler.runUntilIdle();
  expect(seen).toEqual(['a@100', 'c@300']);
  expect(scheduler.pending).toBe(0);
});

test('lets a task wait for a later one', async () => {
  const scheduler = createVirtualScheduler({ startMs: START_MS });
  let done = false;
  scheduler.schedule(10, 'outer', async () => {
    await new Promise<void>((resolve) => {
      scheduler.schedule(50, 'inner', resolve);
    });
    done = true;
  });
  await scheduler.runUntilIdle();
  expect(done).toBe(true);
  expect(scheduler.now()).toBe(START_MS + 60);
});

test('a seed decides ties, the same way each time', async () => {
  const run = async (seed: string): Promise<string> => {
    const scheduler = createVirtualScheduler({ startMs: START_MS, seed });
    let order = '';
    for (const name of 'abcdefgh')
      scheduler.schedule(5, name, () => {
        order += name;
      });
    await scheduler.runUntilIdle();
    return order;
  };
  const orders = await Promise.all(['1', '2', '3', '4'].map(run));
  expect(await run('1')).toBe(orders[0]);
  expect(new Set(orders).size).toBeGreaterThan(1);
});

test('a task that throws ends the run, or is reported', async () => {
  const strict = createVirtualScheduler({ startMs: START_MS });
  strict.schedule(1, 'bad', () => {
    throw new Error('broken');
  });
  await expect(strict.runUntilIdle()).rejects.toThrow('broken');

  const reported: string[] = [];
  const tolerant = createVirtualScheduler({
    startMs: START_MS,
    onError: (label) => void reported.push(label),
  });
  tolerant.schedule(1, 'bad', () => Promise.reject(new Error('broken')));
  await tolerant.runUntilIdle();
  expect(reported).toEqual(['bad']);
});

test('a task that reschedules itself for ever is an error', async () => {
  const scheduler = createVirtualScheduler({ startMs: START_MS });
  const again = (): void => void scheduler.schedule(1, 'again', again);
  again();
  await expect(scheduler.runUntilIdle(100)).rejects.toThrow('not idle after 100 tasks');
});
