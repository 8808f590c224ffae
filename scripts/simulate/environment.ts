import type { Context } from 'aws-lambda';
import { lambdaContext } from '../../local/receiver/lambda-context.ts';
import type { Life } from './life.ts';
import type { SimulationScheduler } from './traced-scheduler.ts';

/** One execution environment of a function, as Lambda makes them: a process and the handler it holds. */
export interface Environment<E, A> {
  readonly life: Life;
  readonly handler: (event: E, context: Context) => Promise<A>;
}

/** `died`: the process was killed, or ran into its time-out, which Lambda ends by killing it. */
export type Invocation<A> =
  | { readonly outcome: 'answered'; readonly answer: A }
  | { readonly outcome: 'failed'; readonly error: unknown }
  | { readonly outcome: 'died' };

/** Runs a handler to its answer, its error or the end of its process. */
export async function invoke<E, A>(
  { life, handler }: Environment<E, A>,
  event: E,
  scheduler: SimulationScheduler,
  timeoutMs: number,
): Promise<Invocation<A>> {
  const { promise: death, resolve } = Promise.withResolvers<Invocation<A>>();
  life.onDeath(() => resolve({ outcome: 'died' }));
  const timer = scheduler.schedule(timeoutMs, `${life.name} timed out`, () => life.kill());
  try {
    return await Promise.race([answerOf(handler, event, life, scheduler, timeoutMs), death]);
  } finally {
    timer.cancel();
  }
}

async function answerOf<E, A>(
  handler: Environment<E, A>['handler'],
  event: E,
  life: Life,
  scheduler: SimulationScheduler,
  timeoutMs: number,
): Promise<Invocation<A>> {
  const context = lambdaContext(scheduler, life.name, `${life.name}-${scheduler.now()}`, timeoutMs);
  try {
    return { outcome: 'answered', answer: await handler(event, context) };
  } catch (error) {
    return { outcome: 'failed', error };
  }
}
