import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { AppError } from '../../lambdas/core/errors.ts';
import { UserError } from './user-error.ts';

/** @throws UserError naming what is wrong, followed by the usage */
export function readCommandLine<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  usage: string,
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

/** Tells what the product refuses as a person's mistake. */
export function told<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof AppError ? new UserError(error.message) : error;
  }
}
