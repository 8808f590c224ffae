import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import type { Scheduler } from '../../local/scheduler.ts';

/** The clock of the simulation that runs in this thread now. */
let clock: Scheduler | undefined;

/** Until the work has ended, what asks this thread for time or a timer gets the simulation's. */
export async function withClock<T>(scheduler: Scheduler, work: () => Promise<T>): Promise<T> {
  clock = scheduler;
  try {
    return await work();
  } finally {
    clock = undefined;
  }
}

/**
 * Takes real time, real chance and the network from this thread, for good: what reaches for them in a simulation would
 * make two runs of a seed differ. Time and timers of libraries are the simulation's instead; everything else throws.
 * Only for threads that do nothing else.
 */
export function sealThread(): void {
  for (const place of [globalThis, timers]) {
    replace(place, 'setTimeout', setVirtualTimeout);
    replace(place, 'clearTimeout', clearVirtualTimeout);
    forbid(place, 'setInterval');
    forbid(place, 'setImmediate');
  }
  for (const name of ['setTimeout', 'setInterval', 'setImmediate']) forbid(timersPromises, name);
  replace(Date, 'now', () => required('Date.now').now());
  forbid(Math, 'random');
  forbid(AbortSignal, 'timeout');
  forbid(globalThis, 'fetch');
  forbid(net, 'connect');
  forbid(net, 'createConnection');
  forbid(net.Socket.prototype, 'connect');
  forbid(net.Server.prototype, 'listen');
  syncBuiltinESMExports();
}

interface VirtualTimeout {
  readonly cancel: () => void;
  ref(): VirtualTimeout;
  unref(): VirtualTimeout;
}

function setVirtualTimeout(
  task: (...args: unknown[]) => void,
  delayMs = 0,
  ...args: unknown[]
): VirtualTimeout {
  const timer = required('setTimeout').schedule(delayMs, 'timeout', () => task(...args));
  const timeout = { cancel: () => timer.cancel(), ref: () => timeout, unref: () => timeout };
  return timeout;
}

function clearVirtualTimeout(timeout: VirtualTimeout | undefined): void {
  timeout?.cancel();
}

function required(name: string): Scheduler {
  if (clock === undefined) throw new Error(`${name} was called outside a simulation.`);
  return clock;
}

function forbid(target: object, name: string): void {
  replace(target, name, () => {
    throw new Error(`${name} is real time, chance or network: a simulation has none of them.`);
  });
}

function replace(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { configurable: true, writable: true, value });
}
