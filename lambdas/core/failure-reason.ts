import { AppError } from './errors.ts';

/**
 * What a log may say of a failure. Our own messages hold no secrets and no record values; of any other error only its
 * kind and place are told.
 */
export function failureReason(error: unknown): string {
  if (error instanceof AppError) return error.message;
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 3).map((line) => line.trim())].join(' | ');
}
