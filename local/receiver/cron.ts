import { randomUUID } from 'node:crypto';
import type { Context, ScheduledEvent } from 'aws-lambda';
import type { Scheduler, Timer } from '../scheduler.ts';
import { lambdaContext } from './lambda-context.ts';

export type ScheduledHandler = (event: ScheduledEvent, context: Context) => Promise<unknown>;

const EVERY_MS = 60_000;
const TIMEOUT_MS = 55_000;

/**
 * EventBridge Scheduler on one machine: calls the exported handler every minute. A run that fails is reported and the
 * next one comes all the same; runs never overlap.
 */
export class Cron {
  readonly #handler: ScheduledHandler;
  readonly #scheduler: Scheduler;
  readonly #onError: (error: unknown) => void;
  #timer: Timer | undefined;
  #run: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(handler: ScheduledHandler, scheduler: Scheduler, onError: (error: unknown) => void) {
    this.#handler = handler;
    this.#scheduler = scheduler;
    this.#onError = onError;
    this.#arm();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#run;
  }

  #arm(): void {
    if (this.#stopped) return;
    this.#timer = this.#scheduler.schedule(EVERY_MS, 'cron', async () => {
      this.#run = this.#tick();
      await this.#run;
      this.#arm();
    });
  }

  async #tick(): Promise<void> {
    const id = randomUUID();
    const event: ScheduledEvent = {
      id,
      version: '0',
      account: '000000000000',
      time: new Date(this.#scheduler.now()).toISOString(),
      region: 'local',
      resources: [],
      source: 'aws.scheduler',
      'detail-type': 'Scheduled Event',
      detail: {},
    };
    try {
      await this.#handler(event, lambdaContext(this.#scheduler, 'scheduler', id, TIMEOUT_MS));
    } catch (error) {
      this.#onError(error);
    }
  }
}
