import { type ApiCall, dataPath } from '../api-call.ts';
import { type ApiResult, json } from '../http.ts';
import type { BulkJob } from './job.ts';

const JOBS_PER_PAGE = 1_000;

/** What the filter `jobType` calls the jobs there are; `Classic` and `BigObjectIngest` are of other APIs. */
const JOB_TYPES = { query: 'V2Query', ingest: 'V2Ingest' } as const;

/**
 * `GET /jobs/{kind}`: a thousand jobs a page; `queryLocator` leads on. `jobType`, `concurrencyMode` and
 * `isPkChunkingEnabled` filter: all jobs run in parallel, and none is cut by its keys.
 */
export function listJobs<K extends BulkJob['kind']>(
  call: ApiCall,
  kind: K,
  toJson: (job: Extract<BulkJob, { kind: K }>) => unknown,
): ApiResult {
  const jobs = isAskedFor(call, kind) ? call.org.bulk.store.list().filter(isOfKind(kind)) : [];
  const offset = Number(/-(\d+)$/.exec(call.query.get('queryLocator') ?? '')?.[1] ?? 0);
  const end = offset + JOBS_PER_PAGE;
  const done = end >= jobs.length;
  return json(200, {
    done,
    records: jobs.slice(offset, end).map(toJson),
    nextRecordsUrl: done
      ? null
      : `${dataPath(call)}/jobs/${kind}?queryLocator=01gRM000000000000A-${end}`,
  });
}

function isAskedFor({ query }: ApiCall, kind: BulkJob['kind']): boolean {
  const is = (name: string, value: string): boolean =>
    (query.get(name) ?? value).toLowerCase() === value.toLowerCase();
  return (
    is('jobType', JOB_TYPES[kind]) &&
    is('concurrencyMode', 'Parallel') &&
    is('isPkChunkingEnabled', 'false')
  );
}

function isOfKind<K extends BulkJob['kind']>(
  kind: K,
): (job: BulkJob) => job is Extract<BulkJob, { kind: K }> {
  return (job): job is Extract<BulkJob, { kind: K }> => job.kind === kind;
}
