import type { MiddlewareObj } from '@middy/core';
import { AppError } from '#core/errors.ts';
import { problemOf, retryAfterSeconds } from '#core/problem.ts';
import type { Telemetry } from '#ports/telemetry.ts';
import { type HttpAnswer, type HttpEvent, problemAnswer } from './answers.ts';

/** Middleware: every failure becomes `application/problem+json`; what we did not name ourselves is logged. */
export function problemAnswers(telemetry: Telemetry): MiddlewareObj<HttpEvent, HttpAnswer> {
  return {
    onError: (request) => {
      const { error, event } = request;
      const problem = problemOf(error);
      if (problem.status >= 500) {
        telemetry.error('RequestFailed', {
          method: event.requestContext?.http?.method,
          status: problem.status,
          code: problem.code,
          reason: reasonOf(error),
        });
      }
      request.response = problemAnswer(problem, retryAfterSeconds(error));
    },
  };
}

/** Our own messages hold no values; of any other error only its kind and place are logged. */
function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  if (!(error instanceof Error)) return typeof error;
  return [error.name, ...(error.stack ?? '').split('\n').slice(1, 4)]
    .map((l) => l.trim())
    .join(' | ');
}
