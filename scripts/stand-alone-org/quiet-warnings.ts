import process from 'node:process';

/**
 * Node warns once of each experimental part of its own that a program uses, V8's look at the heap among them. Who starts
 * an org can do nothing about it and would take it for a fault; other warnings are printed as before.
 */
export function hideExperimentalWarnings(): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    if (name !== 'ExperimentalWarning') process.stderr.write(`${name}: ${message}\n`);
  });
}
