import { describe, expect, it } from 'vitest';
import { SystemClock } from '#adapters/system-clock.ts';

const HOUR_MS = 3_600_000;

describe('the system clock', () => {
  it('follows the machine’s', () => {
    const clock = new SystemClock();
    const before = Date.now();
    const now = clock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('sleeps at least as long as it was asked to', async () => {
    const clock = new SystemClock();
    const before = performance.now();
    await clock.sleep(30);
    expect(performance.now() - before).toBeGreaterThanOrEqual(29);
  });

  it('gives the event loop its turn for a sleep of nothing', async () => {
    const clock = new SystemClock();
    const order: string[] = [];
    setImmediate(() => order.push('other work'));
    await clock.sleep(0);
    order.push('sleeper');
    expect(order).toEqual(['other work', 'sleeper']);
  });

  it('can be pushed forward, and wakes who is due on the way', async () => {
    const clock = new SystemClock();
    const start = clock.now();
    const woken: string[] = [];
    const soon = clock.sleep(HOUR_MS).then(() => woken.push('soon'));
    const later = new AbortController();
    const late = clock.sleep(3 * HOUR_MS, later.signal).then(() => woken.push('late'));
    clock.advance(2 * HOUR_MS);
    await soon;
    expect(woken).toEqual(['soon']);
    expect(clock.now() - start).toBeGreaterThanOrEqual(2 * HOUR_MS);
    clock.advance(HOUR_MS);
    await late;
    expect(woken).toEqual(['soon', 'late']);
  });

  it('stops sleeping when it is told to, also beforehand', async () => {
    const clock = new SystemClock();
    const over = new AbortController();
    const sleeping = clock.sleep(HOUR_MS, over.signal);
    over.abort();
    await sleeping;
    await clock.sleep(HOUR_MS, over.signal);
  });

  it('sleeps longer than a timer can', async () => {
    const clock = new SystemClock();
    const over = new AbortController();
    let awake = false;
    const sleeping = clock.sleep(60 * 24 * HOUR_MS, over.signal).then(() => {
      awake = true;
    });
    await clock.sleep(5);
    expect(awake).toBe(false);
    over.abort();
    await sleeping;
  });
});
