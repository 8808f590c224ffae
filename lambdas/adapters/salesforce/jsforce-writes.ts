import { PassThrough } from 'node:stream';
import * as jsforce from 'jsforce/lib/core.js';
import type { HttpRequest, HttpResponse } from 'jsforce/lib/types/common.js';
import { StreamPromise } from 'jsforce/lib/util/promise.js';
import { AppError } from '#core/errors.ts';
import { bodyText } from './body-text.ts';
import type { Rest, RestRequest } from './rest.ts';
import { errorFromRow } from './salesforce-error.ts';

/*
 * jsforce carries what writes to the org: it knows the shapes of single saves, collections and their row results.
 * Reads go through rest.ts, because their order (R1) needs the answer's Date header, which jsforce does not hand out,
 * and because the functions that only read then start without loading it.
 */

/** What Salesforce answers for one row. */
interface SavedRow {
  readonly id: string | undefined;
}

export interface Writes {
  create(
    object: string,
    row: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<SavedRow>;
  update(object: string, id: string, row: object): Promise<void>;
  /** At most 200 rows; all or none. */
  upsert(object: string, externalIdField: string, rows: readonly object[]): Promise<void>;
  /** At most 200 ids; all or none. */
  remove(object: string, ids: readonly string[]): Promise<void>;
}

/** jsforce on our own `Rest`: its sockets, retries and session renewal never start. */
export function createWrites(rest: Rest, instanceOrigin: string, apiVersion: string): Writes {
  const connection = new jsforce.Connection({ instanceUrl: instanceOrigin, version: apiVersion });
  connection._transport = restTransport(rest, instanceOrigin);
  const allOrNone = { allOrNone: true };
  return {
    create: async (object, row, headers = {}) => {
      const options = { headers: { ...headers } };
      const [saved] = checked(await connection.create(object, { ...row }, options));
      return { id: saved?.id };
    },
    update: async (object, id, row) => {
      checked(await connection.update(object, { ...row, Id: id }));
    },
    upsert: async (object, externalIdField, rows) => {
      const records = rows.map((row) => ({ ...row }));
      checked(await connection.upsert(object, records, externalIdField, allOrNone));
    },
    remove: async (object, ids) => {
      checked(await connection.destroy(object, [...ids], allOrNone));
    },
  };
}

/** As `/composite/sobjects` answers for a row. */
interface RowResult {
  readonly id?: string | undefined;
  readonly success: boolean;
  readonly errors: readonly unknown[];
}

/** Throws for the row that failed first; with all-or-none the others only say that they were rolled back. */
function checked(results: RowResult | readonly RowResult[]): readonly RowResult[] {
  const rows = 'success' in results ? [results] : results;
  const failed = rows.filter((row) => !row.success);
  const cause = failed.find((row) => !saysRolledBack(row)) ?? failed[0];
  if (cause !== undefined) throw errorFromRow(cause.errors);
  return rows;
}

function saysRolledBack(row: RowResult): boolean {
  return JSON.stringify(row.errors).includes('ALL_OR_NONE_OPERATION_ROLLED_BACK');
}

/** jsforce asks its transport for a promise of the answer that is also a stream; only the promise is used here. */
function restTransport(rest: Rest, instanceOrigin: string): jsforce.Connection['_transport'] {
  const httpRequest = (request: HttpRequest) =>
    StreamPromise.create<HttpResponse>(() => ({
      stream: new PassThrough(),
      promise: exchange(rest, instanceOrigin, request),
    }));
  const unused = () => {
    throw new AppError('internal', 'jsforce was asked to open a socket of its own.');
  };
  return { httpRequest, getRequestStreamCreator: unused };
}

async function exchange(
  rest: Rest,
  instanceOrigin: string,
  request: HttpRequest,
): Promise<HttpResponse> {
  const answer = await rest.send(toRestRequest(instanceOrigin, request));
  const body = await bodyText(answer.body);
  return { statusCode: answer.status, headers: { ...answer.headers }, body };
}

const METHODS: readonly RestRequest['method'][] = ['GET', 'POST', 'PATCH', 'DELETE'];

function toRestRequest(instanceOrigin: string, request: HttpRequest): RestRequest {
  const method = METHODS.find((name) => name === request.method);
  if (method === undefined || !request.url.startsWith(`${instanceOrigin}/services/`)) {
    throw new AppError('internal', `jsforce built a request that is not ours: ${request.method}.`);
  }
  return {
    method,
    path: request.url.slice(instanceOrigin.length),
    // PATCH sets what it names, by id or external id: doing it twice is doing it once. POST may create a second row,
    // and a repeated DELETE finds its rows gone.
    repeatable: method === 'PATCH' || method === 'GET',
    headers: ownHeaders(request.headers ?? {}),
    ...(typeof request.body === 'string' ? { body: request.body } : {}),
  };
}

/** Of jsforce's headers those that change what a call does; the rest is rest.ts's business. */
function ownHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(headers).filter(([name]) => /^Sforce-Auto-Assign$/i.test(name));
  return Object.fromEntries(own);
}
