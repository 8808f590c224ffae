import * as z from 'zod/mini';
import type { BulkJobInfo, Salesforce } from '#ports/salesforce.ts';
import { parsed, timeOf } from './answers.ts';
import { readBulkPage } from './bulk-reader.ts';
import type { PageParser } from './page-rows.ts';
import type { Rest } from './rest.ts';
import { SalesforceError } from './salesforce-error.ts';

type BulkQueries = Pick<
  Salesforce,
  'createQueryJob' | 'getQueryJob' | 'queryJobResults' | 'deleteQueryJob'
>;

const jobAnswer = z.object({
  id: z.string().check(z.regex(/^[A-Za-z0-9]{15,18}$/)),
  state: z.enum(['UploadComplete', 'InProgress', 'JobComplete', 'Failed', 'Aborted']),
  createdDate: z.string(),
  apiVersion: z.number(),
  numberRecordsProcessed: z.optional(z.int()),
  errorMessage: z.nullish(z.string()),
});

/**
 * Bulk API 2.0 query jobs. Not jsforce's: it loses and invents rows where results have several pages, holds pages in
 * memory whole, and deletes a running job when its polling times out.
 */
export function createBulkQueries(
  rest: Rest,
  apiVersion: string,
  parser?: PageParser,
): BulkQueries {
  const jobs = `/services/data/v${apiVersion}/jobs/query`;
  const path = (jobId: string) => `${jobs}/${encodeURIComponent(jobId)}`;

  return {
    async createQueryJob(soql, operation) {
      const body = {
        operation,
        query: soql,
        contentType: 'CSV',
        columnDelimiter: 'COMMA',
        lineEnding: 'LF',
      };
      // A lost answer leaves a job nobody reads, which Salesforce forgets after seven days.
      const request = { path: jobs, body: JSON.stringify(body), repeatable: true };
      try {
        return jobInfo((await rest.json({ method: 'POST', ...request })).value);
      } catch (error) {
        if (isUnserved(error)) return undefined;
        throw error;
      }
    },

    async getQueryJob(jobId) {
      const { value } = await rest.json({ method: 'GET', path: path(jobId), repeatable: true });
      return jobInfo(value);
    },

    async queryJobResults(jobId, locator, maxRecords, columns) {
      const query = new URLSearchParams({ maxRecords: String(maxRecords) });
      if (locator !== undefined) query.set('locator', locator);
      const answer = await rest.send({
        method: 'GET',
        path: `${path(jobId)}/results?${query}`,
        headers: { accept: 'text/csv' },
        repeatable: true,
      });
      return readBulkPage(answer, columns, parser);
    },

    async deleteQueryJob(jobId) {
      try {
        await rest.send({ method: 'DELETE', path: path(jobId), repeatable: true });
      } catch (error) {
        // Already gone is what was wanted.
        if (!(error instanceof SalesforceError && error.status === 404)) throw error;
      }
    },
  };
}

/** What Bulk cannot query although REST can: some objects, and fields of compound or binary types. */
function isUnserved(error: unknown): boolean {
  if (!(error instanceof SalesforceError)) return false;
  const { errorCode, message } = error;
  if (errorCode === 'INVALIDENTITY') return true;
  return errorCode === 'API_ERROR' && /not supported (in|by)( the)? bulk/i.test(message);
}

function jobInfo(value: unknown): BulkJobInfo {
  const answer = parsed(jobAnswer, value, 'a Bulk job');
  const { id, state, createdDate, numberRecordsProcessed, errorMessage } = answer;
  return {
    id,
    state,
    createdAtMs: timeOf(createdDate),
    apiVersion: answer.apiVersion.toFixed(1),
    ...(numberRecordsProcessed === undefined ? {} : { numberRecordsProcessed }),
    ...(typeof errorMessage === 'string' ? { errorMessage } : {}),
  };
}
