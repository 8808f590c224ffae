import { jsonDouble } from '../json-number.ts';
import { restDatetime } from '../rest/record-json.ts';
import type { BulkJob, IngestJob, QueryJob } from './job.ts';

type Json = Readonly<Record<string, unknown>>;

/** The members every job answer begins with, in the platform's order. */
function head(job: BulkJob): Json {
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.createdById,
    createdDate: restDatetime(job.createdDate),
    systemModstamp: restDatetime(job.systemModstamp),
    state: job.state,
    ...(job.kind === 'ingest' && job.externalIdFieldName !== undefined
      ? { externalIdFieldName: job.externalIdFieldName }
      : {}),
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: jsonDouble(Number(job.apiVersion)),
  };
}

/** The answer to creating a query job: twelve members. */
export function newQueryJobJson(job: QueryJob): Json {
  return { ...head(job), lineEnding: job.lineEnding, columnDelimiter: job.columnDelimiter };
}

export function queryJobJson(job: QueryJob): Json {
  return {
    ...head(job),
    jobType: 'V2Query',
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
    numberRecordsProcessed: job.numberRecordsProcessed,
    retries: job.retries,
    totalProcessingTime: job.totalProcessingTime,
    isPkChunkingSupported: true,
    ...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
  };
}

/** The answer to aborting leaves `lineEnding` out. */
export function abortedQueryJobJson(job: QueryJob): Json {
  const { lineEnding: _lineEnding, ...rest } = newQueryJobJson(job);
  return rest;
}

export function newIngestJobJson(job: IngestJob): Json {
  return {
    ...head(job),
    contentUrl: contentUrl(job),
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
  };
}

/** The answer to a change of state leaves `lineEnding`, `columnDelimiter` and `jobType` out. */
export function changedIngestJobJson(job: IngestJob): Json {
  return { ...head(job), contentUrl: contentUrl(job) };
}

export function ingestJobJson(job: IngestJob): Json {
  return {
    ...head(job),
    jobType: 'V2Ingest',
    contentUrl: contentUrl(job),
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
    numberRecordsProcessed: job.numberRecordsProcessed,
    numberRecordsFailed: job.numberRecordsFailed,
    retries: job.retries,
    totalProcessingTime: job.totalProcessingTime,
    apiActiveProcessingTime: job.totalProcessingTime,
    apexProcessingTime: 0,
    ...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
  };
}

/** Without a leading slash, as the platform answers it. */
function contentUrl(job: IngestJob): string {
  return `services/data/v${job.apiVersion}/jobs/ingest/${job.id}/batches`;
}
