import { OrgError } from '../../errors.ts';
import { type ApiCall, param, userOf } from '../api-call.ts';
import { type ApiResult, fromUtf8, json, NO_CONTENT, utf8 } from '../http.ts';
import { readMultipart } from '../metadata/multipart.ts';
import { csvLine, readCsv } from './csv.ts';
import { type ResultPiece, uploadPieces } from './ingest-runner.ts';
import { DELIMITERS, type IngestJob, lineEndOf } from './job.ts';
import { changedIngestJobJson, ingestJobJson, newIngestJobJson } from './job-json.ts';
import { listJobs } from './job-list.ts';
import { ingestJobRequest, readJobRequest, stateRequest } from './job-request.ts';
import { uploadHeader } from './upload.ts';

/** Longer data has to be uploaded by itself. */
const MOST_CHARACTERS_WITH_JOB = 100_000;

/** `POST /jobs/ingest`: the job as JSON, or as multipart form data with its CSV, which starts it at once. */
export function createIngestJob(call: ApiCall): ApiResult {
  const contentType = call.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\b/i.test(contentType)) return json(200, newIngestJobJson(open(call)));
  const parts = readMultipart(contentType, call.body);
  const csv = readText({ ...call, body: parts.get('content') ?? new Uint8Array() });
  if (csv.length > MOST_CHARACTERS_WITH_JOB) {
    const message = `InvalidBatch : The data has more than ${MOST_CHARACTERS_WITH_JOB} characters`;
    throw new OrgError('INVALIDBATCH', message);
  }
  const headers = { 'content-type': 'application/json' };
  const job = open({ ...call, headers, body: parts.get('job') ?? new Uint8Array() });
  call.org.bulk.upload(job, csv);
  const started = call.org.bulk.start(requireIngestJob(call, job.id));
  return json(200, newIngestJobJson(started));
}

function open(call: ApiCall): IngestJob {
  const request = readJobRequest(call, ingestJobRequest);
  const object = call.org.schema.find(request.object);
  if (object === undefined || object.kind === 'platformEvent') {
    const message = `InvalidJob : Unable to find object: ${request.object.slice(0, 80)}`;
    throw new OrgError('INVALIDJOB', message);
  }
  const { externalIdFieldName } = request;
  if (request.assignmentRuleId !== undefined) {
    const message = 'InvalidJob : assignmentRuleId: this org has no assignment rules';
    throw new OrgError('INVALIDJOB', message);
  }
  if (request.operation === 'upsert') requireExternalId(externalIdFieldName, object.fields);
  return call.org.bulk.create<IngestJob>({
    kind: 'ingest',
    operation: request.operation,
    object: object.name,
    createdById: userOf(call),
    state: 'Open',
    apiVersion: call.version,
    lineEnding: request.lineEnding,
    columnDelimiter: request.columnDelimiter,
    ...(externalIdFieldName === undefined ? {} : { externalIdFieldName }),
    numberRecordsProcessed: 0,
    numberRecordsFailed: 0,
    retries: 0,
    totalProcessingTime: 0,
    resultPieces: 0,
  });
}

function requireExternalId(
  name: string | undefined,
  fields: ReadonlyMap<string, { externalId: boolean; idLookup: boolean }>,
): void {
  if (name === undefined) {
    throw new OrgError('INVALIDJOB', 'InvalidJob : External ID was blank');
  }
  const field = fields.get(name.toLowerCase());
  if (field?.externalId !== true && field?.idLookup !== true) {
    const message = `InvalidJob : Field name provided, ${name.slice(0, 80)} does not match an External ID`;
    throw new OrgError('INVALIDJOB', message);
  }
}

/** `GET /jobs/ingest`. */
export function listIngestJobs(call: ApiCall): ApiResult {
  return listJobs(call, 'ingest', newIngestJobJson);
}

/** `GET /jobs/ingest/{jobId}`. */
export function getIngestJob(call: ApiCall): ApiResult {
  return json(200, ingestJobJson(requireIngestJob(call)));
}

/** `PUT /jobs/ingest/{jobId}/batches`: the CSV, once. */
export function uploadBatch(call: ApiCall): ApiResult {
  const job = requireIngestJob(call);
  if (!/^text\/csv\b/i.test(call.headers['content-type'] ?? '')) {
    const message = 'The Content-Type of an upload must be text/csv';
    throw new OrgError('INVALIDBATCH', `InvalidBatch : ${message}`, { status: 415 });
  }
  if (job.state !== 'Open' || job.uploadPieces !== undefined) {
    throw new OrgError('INVALIDJOBSTATE', 'InvalidJobState : Data was uploaded already');
  }
  call.org.bulk.upload(job, readText(call));
  return { status: 201 };
}

function readText(call: ApiCall): string {
  try {
    return fromUtf8(call.body);
  } catch {
    throw new OrgError('INVALIDBATCH', 'InvalidBatch : The data is not UTF-8');
  }
}

/** `PATCH /jobs/ingest/{jobId}` with `{"state":"UploadComplete"}` or `{"state":"Aborted"}`. */
export function patchIngestJob(call: ApiCall): ApiResult {
  const job = requireIngestJob(call);
  const { state } = readJobRequest(call, stateRequest);
  if (state === 'Aborted') return json(200, changedIngestJobJson(call.org.bulk.abort(job)));
  if (job.state !== 'Open') {
    throw new OrgError('INVALIDJOBSTATE', `InvalidJobState : The job is ${job.state} already`);
  }
  if (job.uploadPieces === undefined) call.org.bulk.upload(job, '');
  const uploaded = requireIngestJob(call);
  return json(200, changedIngestJobJson(call.org.bulk.start(uploaded)));
}

/** `DELETE /jobs/ingest/{jobId}`. */
export function deleteIngestJob(call: ApiCall): ApiResult {
  call.org.bulk.delete(requireIngestJob(call));
  return NO_CONTENT;
}

/** `GET /jobs/ingest/{jobId}/successfulResults`. */
export function getSuccessfulResults(call: ApiCall): ApiResult {
  return results(call, 'successful', 'sf__Created');
}

/** `GET /jobs/ingest/{jobId}/failedResults`. */
export function getFailedResults(call: ApiCall): ApiResult {
  return results(call, 'failed', 'sf__Error');
}

/** `GET /jobs/ingest/{jobId}/unprocessedrecords`: rows that were never tried, under the head as it was sent. */
export function getUnprocessedRecords(call: ApiCall): ApiResult {
  const job = requireIngestJob(call);
  return csvResult(unprocessedLines(call, job));
}

function results(call: ApiCall, which: keyof ResultPiece, secondHead: string): ApiResult {
  const job = requireIngestJob(call);
  const delimiter = DELIMITERS[job.columnDelimiter];
  const head = `"sf__Id"${delimiter}"${secondHead}"${delimiter}${sentHeader(call, job)}`;
  return csvResult(resultLines(call, job, which, head));
}

function sentHeader(call: ApiCall, job: IngestJob): string {
  return uploadHeader(uploadPieces(job, call.org.bulk.store));
}

function csvResult(body: AsyncIterable<Uint8Array>): ApiResult {
  return { status: 200, headers: { 'content-type': 'text/csv' }, body };
}

async function* resultLines(
  call: ApiCall,
  job: IngestJob,
  which: keyof ResultPiece,
  head: string,
): AsyncGenerator<Uint8Array> {
  const lineEnd = lineEndOf(job);
  yield utf8(head + lineEnd);
  for (let index = 0; index < job.resultPieces; index += 1) {
    const piece = call.org.bulk.store.piece('bulkResults', job.id, index) as ResultPiece;
    const lines = piece[which];
    if (lines.length > 0) yield utf8(lines.join(lineEnd) + lineEnd);
  }
}

async function* unprocessedLines(call: ApiCall, job: IngestJob): AsyncGenerator<Uint8Array> {
  const lineEnd = lineEndOf(job);
  const delimiter = DELIMITERS[job.columnDelimiter];
  yield utf8(sentHeader(call, job) + lineEnd);
  if (job.state === 'JobComplete') return;
  let rowNumber = -1;
  for await (const row of readCsv(uploadPieces(job, call.org.bulk.store), delimiter)) {
    rowNumber += 1;
    if (rowNumber > job.numberRecordsProcessed) yield utf8(csvLine(row, delimiter) + lineEnd);
  }
}

function requireIngestJob(call: ApiCall, id = param(call, 'jobId')): IngestJob {
  const job = call.org.bulk.find('ingest', id);
  if (job.kind !== 'ingest') throw new Error('find gave a job of another kind');
  return job;
}
