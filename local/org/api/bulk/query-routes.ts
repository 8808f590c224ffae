import { OrgError } from '../../errors.ts';
import type { QueryPlan } from '../../soql/soql.ts';
import { type ApiCall, dataPath, param, userOf } from '../api-call.ts';
import { type ApiResult, json, NO_CONTENT } from '../http.ts';
import { refuseApexOnly } from '../rest/query.ts';
import type { QueryJob } from './job.ts';
import { abortedQueryJobJson, newQueryJobJson, queryJobJson } from './job-json.ts';
import { listJobs } from './job-list.ts';
import { queryJobRequest, readJobRequest, stateRequest } from './job-request.ts';
import { resultPage, resultPages } from './result-pages.ts';

/** `POST /jobs/query`. */
export function createQueryJob(call: ApiCall): ApiResult {
  const request = readJobRequest(call, queryJobRequest);
  const { bulk, limits, soql } = call.org;
  const plan = soql.plan(request.query);
  refuseUnsupported(call, plan);
  if (limits.isSpent('DailyBulkV2QueryJobs')) throw tooManyJobs(call);
  if (limits.isSpent('DailyBulkV2QueryFileStorageMB')) throw tooMuchStored();
  limits.use('DailyBulkV2QueryJobs', 1);
  const job = bulk.create<QueryJob>({
    kind: 'query',
    operation: request.operation,
    object: plan.object,
    createdById: userOf(call),
    state: 'UploadComplete',
    apiVersion: call.version,
    lineEnding: request.lineEnding,
    columnDelimiter: request.columnDelimiter,
    query: request.query,
    numberRecordsProcessed: 0,
    retries: 0,
    totalProcessingTime: 0,
    pieces: 0,
  });
  return json(200, newQueryJobJson(bulk.start(job)));
}

/** `GET /jobs/query`. */
export function listQueryJobs(call: ApiCall): ApiResult {
  return listJobs(call, 'query', newQueryJobJson);
}

/** `GET /jobs/query/{jobId}`. */
export function getQueryJob(call: ApiCall): ApiResult {
  return json(200, queryJobJson(requireQueryJob(call)));
}

/** `PATCH /jobs/query/{jobId}` with `{"state":"Aborted"}`. */
export function patchQueryJob(call: ApiCall): ApiResult {
  const job = requireQueryJob(call);
  const { state } = readJobRequest(call, stateRequest);
  if (state !== 'Aborted') throw new OrgError('INVALIDJOBSTATE', `State ${state} is not allowed`);
  return json(200, abortedQueryJobJson(call.org.bulk.abort(job)));
}

/** `DELETE /jobs/query/{jobId}`. */
export function deleteQueryJob(call: ApiCall): ApiResult {
  call.org.bulk.delete(requireQueryJob(call));
  return NO_CONTENT;
}

/** `GET /jobs/query/{jobId}/results[?locator=&maxRecords=]`. */
export function getQueryResults(call: ApiCall): ApiResult {
  return resultPage(call, requireFinished(call));
}

/** `GET /jobs/query/{jobId}/resultPages[?locator=]`: up to five pages to fetch side by side. */
export function getResultPages(call: ApiCall): ApiResult {
  return json(200, resultPages(dataPath(call), requireFinished(call), call));
}

function requireQueryJob(call: ApiCall): QueryJob {
  const job = call.org.bulk.find('query', param(call, 'jobId'));
  if (job.kind !== 'query') throw new Error('find gave a job of another kind');
  return job;
}

/** Results are there when the job is complete, under the version it was created with. */
function requireFinished(call: ApiCall): QueryJob {
  const job = requireQueryJob(call);
  if (job.apiVersion !== call.version) {
    throw new OrgError(
      'API_ERROR',
      `The results of this job are served by API version ${job.apiVersion} only.`,
      { status: 409 },
    );
  }
  if (job.state !== 'JobComplete') {
    const state = job.state.replace(/(?<!^)([A-Z])/g, '_$1').toUpperCase();
    throw new OrgError(
      'JOB_NOT_COMPLETE',
      'can only download query results of successfully completed bulk job with status: ' +
        `JOB_COMPLETE. Current status: ${state}`,
      { status: 412 },
    );
  }
  return job;
}

/** What Bulk 2.0 cannot query although REST can. */
function refuseUnsupported(call: ApiCall, plan: QueryPlan): void {
  const object = call.org.schema.require(plan.object);
  if (!object.queryable) {
    const message = `Entity '${plan.object}' is not supported by the Bulk API.`;
    throw new OrgError('INVALIDENTITY', message);
  }
  refuseApexOnly(plan);
  if (plan.aggregate || plan.countOnly) {
    throw apiError('Aggregate Relationships not supported in Bulk Query');
  }
  if (plan.hasChildQueries) throw apiError('Aggregate Relationships not supported in Bulk Query');
  if (plan.hasTypeof) throw apiError('TYPEOF not supported in Bulk Query');
  if (plan.hasOffset) throw apiError('Offset not supported in Bulk Query');
  if (plan.selected.some(({ fieldType }) => fieldType === 'address')) {
    throw apiError('Selecting compound data not supported in Bulk Query');
  }
  if (plan.selected.some(({ fieldType }) => fieldType === 'junctionIdList')) {
    throw apiError('Selecting junction id lists not supported in Bulk Query');
  }
}

function apiError(message: string): OrgError {
  return new OrgError('API_ERROR', message);
}

function tooMuchStored(): OrgError {
  const message = 'Max bulk v2 query result size stored kb per 24 hrs has been exceeded';
  return new OrgError('LIMIT_EXCEEDED', message);
}

function tooManyJobs(call: ApiCall): OrgError {
  const maximum = call.org.limits.maximum('DailyBulkV2QueryJobs');
  return new OrgError(
    'LIMIT_EXCEEDED',
    `Max bulk v2 query jobs (${maximum}) per 24 hrs has been reached (${maximum})`,
  );
}
