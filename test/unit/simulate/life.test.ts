import { queryObjects } from 'node:v8';
import { expect, test, vi } from 'vitest';
import { Life } from '../../../scripts/simulate/life.ts';
import { Trace } from '../../../scripts/simulate/trace.ts';

function newLife(): Life {
  return new Life('worker-1', new Trace(), () => 0);
}

/** Everything that is ready has run when this resolves. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a process that dies before a call leaves no effect, and its caller never goes on', async () => {
  const life = newLife();
  const effect = vi.fn(async () => 'done');
  const after = vi.fn();
  life.killAt(2, 'before');
  await life.call(effect);
  void life.call(effect).then(after, after).finally(after);
  await settled();
  expect(effect).toHaveBeenCalledTimes(1);
  expect(after).not.toHaveBeenCalled();
  expect(life.alive).toBe(false);
});

test('a process that dies after a call leaves its effect, and its caller never goes on', async () => {
  const life = newLife();
  const effect = vi.fn(async () => 'done');
  const after = vi.fn();
  life.killAt(1, 'after');
  void life.call(effect).then(after, after);
  await settled();
  expect(effect).toHaveBeenCalledTimes(1);
  expect(after).not.toHaveBeenCalled();
});

test('a call that is under way when its process is killed never comes back', async () => {
  const life = newLife();
  const { promise, resolve } = Promise.withResolvers<string>();
  const after = vi.fn();
  void life.call(() => promise).then(after, after);
  const mourned = vi.fn();
  life.onDeath(mourned);
  life.kill();
  resolve('too late');
  await settled();
  expect(after).not.toHaveBeenCalled();
  expect(mourned).toHaveBeenCalledTimes(1);
});

class Held {
  readonly size = 1;
}

/** A caller whose process dies while it holds on to something. */
async function dieHolding(held: Held): Promise<void> {
  const life = newLife();
  life.killAt(1, 'before');
  await life.call(async () => undefined);
  expect(held.size).toBe(0);
}

test('what a process held when it died is let go', async () => {
  for (let times = 0; times < 3; times += 1) void dieHolding(new Held());
  await settled();
  // Counts after a full garbage collection; the last may still be within reach of a stack.
  expect(queryObjects(Held, { format: 'count' })).toBeLessThan(2);
});

test('what has ended tells nobody and goes nowhere', async () => {
  const life = newLife();
  const after = vi.fn();
  const mourner = vi.fn();
  life.onDeath(mourner);
  void life.call(async () => Promise.reject(new Error('database is not open'))).then(after, after);
  life.end();
  await settled();
  expect(life.alive).toBe(false);
  expect(mourner).not.toHaveBeenCalled();
  expect(after).not.toHaveBeenCalled();
});
