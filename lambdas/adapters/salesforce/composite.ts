import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { parsed } from './answers.ts';
import type { Rest } from './rest.ts';

/** Queries and collections of records that one composite request takes. */
export const MAX_LARGE_PARTS = 5;

export interface CompositePart {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Path and query from `/services/…`. */
  readonly url: string;
  readonly body?: object;
}

export interface CompositeAnswer {
  readonly status: number;
  readonly body: unknown;
}

const compositeAnswer = z.object({
  compositeResponse: z.array(z.object({ httpStatusCode: z.int(), body: z.unknown() })),
});

/**
 * Several requests in one, which counts as one call of the org's daily quota. Each stands for itself: what fails in one
 * part does not undo the others.
 *
 * @param repeatable doing all of it twice does no harm
 * @returns answers in the order of the parts
 */
export async function sendComposite(
  rest: Rest,
  base: string,
  parts: readonly CompositePart[],
  repeatable: boolean,
): Promise<{ readonly answers: readonly CompositeAnswer[]; readonly readAtMs: number }> {
  const compositeRequest = parts.map((part, place) => ({ ...part, referenceId: `part${place}` }));
  const { value, readAtMs } = await rest.json({
    method: 'POST',
    path: `${base}/composite`,
    body: JSON.stringify({ allOrNone: false, compositeRequest }),
    repeatable,
  });
  const { compositeResponse } = parsed(compositeAnswer, value, 'composite');
  if (compositeResponse.length !== parts.length) {
    throw new AppError(
      'salesforce-unavailable',
      `${compositeResponse.length} answers came for the ${parts.length} parts of a request.`,
      { retryable: true },
    );
  }
  const answers = compositeResponse.map(({ httpStatusCode, body }) => ({
    status: httpStatusCode,
    body,
  }));
  return { answers, readAtMs };
}
