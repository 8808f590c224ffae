import { z } from 'zod';
import { OrgError } from '../../errors.ts';
import { type ApiCall, dataPath, jsonBody, jsonParserError } from '../api-call.ts';
import { errorResult } from '../api-errors.ts';
import { type ApiResult, json, utf8 } from '../http.ts';
import { requireSmallGraphs } from './graph-limits.ts';
import { resolveReferences } from './reference-values.ts';

const MOST_PARTS = 25;
/** Of a composite request's parts: queries and collections. */
const MOST_LARGE_PARTS = 5;
const MOST_GRAPHS = 75;
/** Graphs that fail; those after them are not tried. */
const MOST_FAILED_GRAPHS = 14;

const partSchema = z.object({
  method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
  url: z.string().min(1).max(20_000),
  referenceId: z.string().regex(/^[A-Za-z0-9_]+$/),
  body: z.unknown().optional(),
  httpHeaders: z.record(z.string(), z.string()).optional(),
});
type Part = z.infer<typeof partSchema>;

const compositeSchema = z.object({
  allOrNone: z.boolean().default(false),
  compositeRequest: z.array(partSchema).min(1).max(MOST_PARTS),
});

const graphSchema = z.object({
  graphs: z
    .array(
      z.object({
        graphId: z.string().min(1),
        compositeRequest: z.array(partSchema).min(1),
      }),
    )
    .min(1)
    .max(MOST_GRAPHS),
});

const batchSchema = z.object({
  haltOnError: z.boolean().default(false),
  batchRequests: z
    .array(
      z.object({
        method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
        url: z.string().min(1).max(20_000),
        richInput: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(MOST_PARTS),
});

interface PartAnswer {
  readonly body: unknown;
  readonly httpHeaders: Readonly<Record<string, string>>;
  readonly httpStatusCode: number;
  readonly referenceId: string;
}

/** `POST /composite`: parts in order, later ones may use values of earlier ones. */
export function postComposite(call: ApiCall): ApiResult {
  const request = parse(call, compositeSchema);
  requireFewLargeParts(request.compositeRequest);
  requireOwnReferences(request.compositeRequest);
  const compositeResponse = request.allOrNone
    ? runAllOrNone(call, request.compositeRequest)
    : runParts(call, request.compositeRequest);
  return json(200, { compositeResponse });
}

/** `POST /composite/graph`: each graph is one transaction. */
export function postGraphs(call: ApiCall): ApiResult {
  const request = parse(call, graphSchema);
  requireSmallGraphs(request.graphs.map(({ compositeRequest }) => compositeRequest));
  for (const { compositeRequest } of request.graphs) requireOwnReferences(compositeRequest);
  let failed = 0;
  const graphs = request.graphs.map(({ graphId, compositeRequest }) => {
    const compositeResponse =
      failed < MOST_FAILED_GRAPHS
        ? runAllOrNone(call, compositeRequest)
        : compositeRequest.map(rolledBack);
    const isSuccessful = compositeResponse.every(succeeded);
    if (!isSuccessful) failed += 1;
    return { graphId, graphResponse: { compositeResponse }, isSuccessful };
  });
  return json(200, { graphs });
}

/** `POST /composite/batch`: independent parts, each of which counts as a request. */
export function postBatch(call: ApiCall): ApiResult {
  const { haltOnError, batchRequests } = parse(call, batchSchema);
  call.org.limits.use('DailyApiRequests', batchRequests.length - 1);
  let halted = false;
  const results = batchRequests.map(({ method, url, richInput }) => {
    if (halted) return { statusCode: 412, result: [haltedError('BATCH_PROCESSING_HALTED')] };
    const path = url.startsWith('/') ? url : `/services/data/${url}`;
    const answer = call.runPart(partRequest(method, path, richInput, {}));
    halted = haltOnError && answer.status >= 400;
    return { statusCode: answer.status, result: answer.json ?? null };
  });
  return json(200, { hasErrors: results.some(({ statusCode }) => statusCode >= 400), results });
}

/** @throws OrgError LIMIT_EXCEEDED */
function requireFewLargeParts(parts: readonly Part[]): void {
  const large = parts.filter(({ url }) => /\/(query|queryAll|composite\/sobjects)\b/i.test(url));
  if (large.length > MOST_LARGE_PARTS) {
    const message = `At most ${MOST_LARGE_PARTS} subrequests may be queries or collections.`;
    throw new OrgError('LIMIT_EXCEEDED', message);
  }
}

/** A reference that stands for two parts says nothing. @throws OrgError INVALID_INPUT */
function requireOwnReferences(parts: readonly Part[]): void {
  const known = new Set<string>();
  for (const { referenceId } of parts) {
    if (known.has(referenceId)) {
      throw new OrgError('INVALID_INPUT', `Duplicate referenceId: ${referenceId}`);
    }
    known.add(referenceId);
  }
}

/** Undoes every part when one fails; the others then say that they were rolled back. */
function runAllOrNone(call: ApiCall, parts: readonly Part[]): readonly PartAnswer[] {
  let answers: readonly PartAnswer[] = [];
  try {
    call.org.engine.inTransaction(() => {
      answers = runParts(call, parts);
      if (!answers.every(succeeded)) throw new RolledBack();
    });
    return answers;
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
    return answers.map((answer) => (succeeded(answer) ? rolledBack(answer) : answer));
  }
}

class RolledBack extends Error {
  override readonly name = 'RolledBack';
}

function rolledBack({ referenceId }: Pick<PartAnswer, 'referenceId'>): PartAnswer {
  const body = [haltedError('PROCESSING_HALTED')];
  return { body, httpHeaders: {}, httpStatusCode: 400, referenceId };
}

function haltedError(errorCode: string): object {
  const message =
    errorCode === 'PROCESSING_HALTED'
      ? 'The transaction was rolled back since another operation in the same transaction failed.'
      : 'The request was not processed since an earlier one failed.';
  return { errorCode, message };
}

function succeeded({ httpStatusCode }: PartAnswer): boolean {
  return httpStatusCode < 400;
}

function runParts(call: ApiCall, parts: readonly Part[]): readonly PartAnswer[] {
  const bodies = new Map<string, unknown>();
  return parts.map((part) => {
    const answer = runPart(call, part, bodies);
    if (answer.status < 400) bodies.set(part.referenceId, answer.json);
    return {
      body: answer.json ?? null,
      httpHeaders: partHeaders(answer),
      httpStatusCode: answer.status,
      referenceId: part.referenceId,
    };
  });
}

function runPart(call: ApiCall, part: Part, bodies: ReadonlyMap<string, unknown>): ApiResult {
  try {
    const url = String(resolveReferences(part.url, bodies));
    const body = resolveReferences(part.body, bodies);
    return call.runPart(partRequest(part.method, url, body, part.httpHeaders ?? {}));
  } catch (error) {
    if (error instanceof OrgError) return errorResult(error);
    throw error;
  }
}

function partRequest(
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Parameters<ApiCall['runPart']>[0] {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method,
    path,
    headers: Object.fromEntries(lower),
    body: body === undefined ? new Uint8Array() : utf8(JSON.stringify(body)),
  };
}

const PART_HEADERS: readonly (readonly [string, string])[] = [
  ['location', 'Location'],
  ['etag', 'ETag'],
  ['last-modified', 'Last-Modified'],
];

function partHeaders(answer: ApiResult): Readonly<Record<string, string>> {
  const entries = PART_HEADERS.flatMap(([name, shown]) => {
    const value = answer.headers?.[name];
    return value === undefined ? [] : [[shown, value]];
  });
  return Object.fromEntries(entries);
}

/** @throws OrgError JSON_PARSER_ERROR naming the member that is wrong */
function parse<T>(call: ApiCall, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(jsonBody(call));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw jsonParserError(`${issue?.path.join('.') || dataPath(call)}: ${issue?.message}`);
}
