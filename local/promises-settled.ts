/** Held at start so that a simulation can forbid timers to everybody else. */
const immediate = setImmediate;

/**
 * Resolves when every promise chain that was ready has run to its next wait: `setImmediate` fires only after the
 * microtask and `process.nextTick` queues are empty.
 */
export function promisesSettled(): Promise<void> {
  return new Promise((resolve) => {
    immediate(resolve);
  });
}
