import type { FaultTarget } from '../faults.ts';
import { isJsonObject } from './api-call.ts';
import type { ApiOrg } from './api-org.ts';
import { fromUtf8, type OrgRequest } from './http.ts';
import { inflateBody } from './request-body.ts';

interface RequestLine {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** What faults are matched against; the object is looked for only when a fault names one. */
export function faultTarget(org: ApiOrg, line: RequestLine, request: OrgRequest): FaultTarget {
  return {
    method: line.method,
    path: line.path,
    get object() {
      return objectOf(org, line, request);
    },
  };
}

const ROWS = /\/(?:sobjects|tree)\/(\w+)/;
const COLLECTION = /\/composite\/sobjects\/?$/;
const JOB = /\/jobs\/(?:query|ingest)\/(\w{15,18})/;
const NEW_JOB = /\/jobs\/(?:query|ingest)\/?$/;

/** The object a request is about: the first one, where it is about several; undefined where it names none. */
function objectOf(
  org: ApiOrg,
  { path, query }: RequestLine,
  request: OrgRequest,
): string | undefined {
  if (COLLECTION.test(path)) return objectOfRecords(org, query, request);
  const job = JOB.exec(path)?.[1];
  if (job !== undefined) return org.bulk.store.find(job)?.object;
  if (NEW_JOB.test(path)) {
    const { object, query: soql } = bodyOf(request);
    return typeof object === 'string' ? object : fromOf(String(soql));
  }
  return ROWS.exec(path)?.[1] ?? fromOf(query.get('q') ?? '');
}

function objectOfRecords(
  org: ApiOrg,
  query: URLSearchParams,
  request: OrgRequest,
): string | undefined {
  const [id] = (query.get('ids') ?? '').split(',');
  if (id) return org.schema.byKeyPrefix(id.slice(0, 3))?.name;
  const { records } = bodyOf(request);
  const first: unknown = Array.isArray(records) ? records[0] : undefined;
  const attributes = isJsonObject(first) ? first['attributes'] : undefined;
  const type = isJsonObject(attributes) ? attributes['type'] : undefined;
  return typeof type === 'string' ? type : undefined;
}

function fromOf(soql: string): string | undefined {
  return /\bFROM\s+(\w+)\b(?![^(]*\))/i.exec(soql)?.[1];
}

/** What is no JSON object names nothing; its resource will say so. */
function bodyOf(request: OrgRequest): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(fromUtf8(inflateBody(request)));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
