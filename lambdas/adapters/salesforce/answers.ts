import type * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';

/** @throws AppError salesforce-refused naming the member that is missing or wrong */
export function parsed<S extends z.ZodMiniType>(
  schema: S,
  value: unknown,
  call: string,
): z.infer<S> {
  const answer = schema.safeParse(value);
  if (answer.success) return answer.data;
  const where = answer.error.issues[0]?.path.join('.') || 'its form';
  throw new AppError('salesforce-refused', `The answer to ${call} is wrong at ${where}.`);
}

/** A time as REST writes it (`…+0000`), ms. */
export function timeOf(text: string): number {
  const timeMs = Date.parse(text.replace(/\+0000$/, 'Z'));
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new AppError('salesforce-refused', 'The org sent a time that is none.');
}
