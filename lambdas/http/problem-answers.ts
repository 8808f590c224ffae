import type { MiddlewareObj } from '@middy/core';
import { failureReason } from '#core/failure-reason.ts';
import { problemOf, retryAfterSeconds } from '#core/problem.ts';
import { correlationId } from '#core/signature.ts';
import type { Telemetry } from '#ports/telemetry.ts';
import { type HttpAnswer, type HttpEvent, problemAnswer } from './answers.ts';

/**
 * Middleware: every failure becomes `application/problem+json`; what we did not name ourselves is logged. To be used
 * last: failures run backwards through the chain, and the middleware before this one dress its answer.
 */
export function problemAnswers(telemetry: Telemetry): MiddlewareObj<HttpEvent, HttpAnswer> {
  return {
    onError: (request) => {
      const { error, event } = request;
      const problem = problemOf(error);
      if (problem.status >= 500) {
        telemetry.error('RequestFailed', {
          webhookId: correlationId(event.headers?.['webhook-id']),
          method: event.requestContext?.http?.method,
          status: problem.status,
          code: problem.code,
          reason: failureReason(error),
        });
      }
      request.response = problemAnswer(problem, retryAfterSeconds(error));
    },
  };
}
