import type { Clock } from '#ports/clock.ts';
import type { Random as RandomPort } from '#ports/random.ts';
import type { Telemetry } from '#ports/telemetry.ts';
import type { Random } from '../../local/seeded-random.ts';
import type { SimulationScheduler } from './traced-scheduler.ts';

/** The receiver's clock on the simulation's scheduler. */
export function receiverClock(scheduler: SimulationScheduler): Clock {
  return {
    now: () => scheduler.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        const timer = scheduler.schedule(ms, 'sleep', () => end());
        const end = () => {
          timer.cancel();
          signal?.removeEventListener('abort', end);
          resolve();
        };
        signal?.addEventListener('abort', end, { once: true });
      }),
  };
}

/** The receiver's randomness from the seed: ids and jitter are the same in every run of it. */
export function receiverRandom(random: Random): RandomPort {
  return {
    uuid: () => {
      const hex = Buffer.from(random.bytes(16)).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    bytes: (length) => random.bytes(length),
    fraction: () => random.next(),
  };
}

/** What the receiver logged, for whoever replays a seed, and its counts. */
export class SimulationTelemetry implements Telemetry {
  readonly counts = new Map<string, number>();
  readonly #listener: (text: string) => void;

  constructor(listener: (text: string) => void) {
    this.#listener = listener;
  }

  info(message: string, fields?: object): void {
    this.#log('info', message, fields);
  }

  warn(message: string, fields?: object): void {
    this.#log('warn', message, fields);
  }

  error(message: string, fields?: object): void {
    this.#log('error', message, fields);
  }

  metric(name: string, value: number): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + value);
  }

  #log(level: string, message: string, fields: object = {}): void {
    this.metric(message, 1);
    this.#listener(`${level} ${message} ${JSON.stringify(fields)}`);
  }
}
