import { AppError } from '#core/errors.ts';

/** Resolves with the AppError a promise is rejected with. */
export async function appErrorOf(promise: Promise<unknown>): Promise<AppError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('It was expected to fail.');
}
