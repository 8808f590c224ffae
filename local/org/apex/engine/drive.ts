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

/** What comes of code that may wait, and of what follows it. */
export function continued<T, U>(running: Suspendable<T>, next: (value: T) => U): Suspendable<U> {
  return isGenerator(running) ? continuedGenerator(running, next) : next(running);
}

function* continuedGenerator<T, U>(
  running: Generator<Suspension, T, unknown>,
  next: (value: T) => U,
): Generator<Suspension, U, unknown> {
  return next(yield* running);
}

export interface Driver<T> {
  /** Around every stretch in which the code waits, for clocks that count running time only. */
  readonly onWait: () => void;
  readonly onResume: () => void;
  /** Fetches what the code waits for; a rejection is thrown into the code. */
  readonly answer: (suspension: Suspension) => Promise<unknown>;
  /**
   * Ends the transaction. Runs in the same breath as the code's last stretch: nothing else may come between Apex that
   * wrote and the commit, because the database has one open transaction at a time.
   */
  readonly onReturn: (value: T) => void;
  readonly onThrow: (error: unknown) => void;
}

/** Runs code that may wait for callouts; resolves when the driver was told of its end. */
export async function drive<T>(code: () => Suspendable<T>, driver: Driver<T>): Promise<void> {
  let next: () => Stretch<T> = () => begin(code);
  for (;;) {
    const stretch = runStretch(next, driver);
    if (stretch === undefined) {
      return;
    }
    const { running, waitsFor } = stretch;
    driver.onWait();
    const answered = await settled(driver.answer(waitsFor));
    next = () => {
      driver.onResume();
      return stretchOf(running, answered(running));
    };
  }
}

type Running<T> = Generator<Suspension, T, unknown>;

/** What came of letting the code run until it waits or ends. */
type Stretch<T> =
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly running: Running<T>; readonly waitsFor: Suspension };

function begin<T>(code: () => Suspendable<T>): Stretch<T> {
  const suspendable = code();
  return isGenerator(suspendable)
    ? stretchOf(suspendable, suspendable.next())
    : { done: true, value: suspendable };
}

function stretchOf<T>(running: Running<T>, step: IteratorResult<Suspension, T>): Stretch<T> {
  return step.done === true
    ? { done: true, value: step.value }
    : { done: false, running, waitsFor: step.value };
}

/** Undefined when the code ended, and the driver knows. */
function runStretch<T>(
  next: () => Stretch<T>,
  driver: Driver<T>,
): Extract<Stretch<T>, { done: false }> | undefined {
  let stretch: Stretch<T>;
  try {
    stretch = next();
  } catch (error) {
    driver.onThrow(error);
    return undefined;
  }
  if (!stretch.done) {
    return stretch;
  }
  driver.onReturn(stretch.value);
  return undefined;
}

/** How the answer is handed to the code: as a value or as an exception. */
async function settled(
  answer: Promise<unknown>,
): Promise<<T>(running: Running<T>) => IteratorResult<Suspension, T>> {
  try {
    const value = await answer;
    return (running) => running.next(value);
  } catch (error) {
    return (running) => running.throw(error);
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
