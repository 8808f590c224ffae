import { type ApiCall, dataPath } from '../api-call.ts';
import { type ApiResult, json } from '../http.ts';
import type { BulkJob } from './job.ts';

const JOBS_PER_PAGE = 1_000;

/** `GET /jobs/{kind}`: a thousand jobs a page; `queryLocator` leads on. */
export function listJobs<K extends BulkJob['kind']>(
  call: ApiCall,
  kind: K,
  toJson: (job: Extract<BulkJob, { kind: K }>) => unknown,
): ApiResult {
  const jobs = call.org.bulk.store.list().filter(isOfKind(kind));
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

function isOfKind<K extends BulkJob['kind']>(
  kind: K,
): (job: BulkJob) => job is Extract<BulkJob, { kind: K }> {
  return (job): job is Extract<BulkJob, { kind: K }> => job.kind === kind;
}
