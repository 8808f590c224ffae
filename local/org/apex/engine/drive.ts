import { ApexException, type Suspendable, type Suspension } from '../values.ts';

const NOT_FROM_TRIGGERS = 'Callout from triggers are currently not supported.';

/** Runs code that must not wait (triggers, tests): where it would, it gets a CalloutException. */
export function runToEnd<T>(suspendable: Suspendable<T>): T {
  if (!isGenerator(suspendable)) {
    return suspendable;
  }
  let step = suspendable.next();
  while (step.done !== true) {
    step = suspendable.throw(new ApexException('CalloutException', NOT_FROM_TRIGGERS));
  }
  return step.value;
}

export interface Driver {
  /** Around every stretch in which the code waits, for clocks that count running time only. */
  readonly onWait: () => void;
  readonly onResume: () => void;
  /** Fetches what the code waits for; a rejection is thrown into the code. */
  readonly answer: (suspension: Suspension) => Promise<unknown>;
}

/** Runs code that may wait for callouts. */
export async function drive<T>(code: () => Suspendable<T>, driver: Driver): Promise<T> {
  const suspendable = code();
  if (!isGenerator(suspendable)) {
    return suspendable;
  }
  let step = suspendable.next();
  while (step.done !== true) {
    const resume = await waitFor(step.value, driver);
    step = resume(suspendable);
  }
  return step.value;
}

type Resume = <T>(code: Generator<Suspension, T, unknown>) => IteratorResult<Suspension, T>;

async function waitFor(suspension: Suspension, driver: Driver): Promise<Resume> {
  driver.onWait();
  try {
    const answer = await driver.answer(suspension);
    return (code) => code.next(answer);
  } catch (error) {
    return (code) => code.throw(error);
  } finally {
    driver.onResume();
  }
}

function isGenerator<T>(value: Suspendable<T>): value is Generator<Suspension, T, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'next' in value &&
    'throw' in value &&
    Symbol.iterator in value &&
    typeof value.next === 'function'
  );
}
