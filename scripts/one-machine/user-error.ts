import process from 'node:process';

/** A person's mistake: told in its own words, without a stack trace, and with an exit code that is not 0. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** Runs a command's main function; a `UserError` becomes one sentence on standard error. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    // Servers and children that had started already must not keep a failed command alive.
    process.exit(1);
  }
}
