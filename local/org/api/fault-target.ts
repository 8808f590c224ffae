import type { FaultTarget } from '../faults.ts';
import { keyPrefixOf } from '../schema/ids.ts';
import { isJsonObject } from './api-call.ts';
import type { ApiOrg } from './api-org.ts';
import { fromUtf8, type OrgRequest, utf8 } from './http.ts';
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
const COMPOSITE = /\/composite(?:\/batch|\/graph)?\/?$/;
const JOB = /\/jobs\/(?:query|ingest)\/(\w{15,18})/;
const NEW_JOB = /\/jobs\/(?:query|ingest)\/?$/;
const LATER_PAGE = /\/query(?:All)?\/([\w-]+)\/?$/;
const PARTNER_SOAP = /\/Soap\/u\//i;

/** The object a request is about: the first one, where it is about several; undefined where it names none. */
function objectOf(
  org: ApiOrg,
  { path, query }: Omit<RequestLine, 'method'>,
  request: OrgRequest,
): string | undefined {
  if (COLLECTION.test(path)) return objectOfRecords(org, query, request);
  if (COMPOSITE.test(path)) return objectOfParts(org, request);
  if (PARTNER_SOAP.test(path)) return objectOfEnvelope(org, request);
  const job = JOB.exec(path)?.[1];
  if (job !== undefined) return org.bulk.store.find(job)?.object;
  if (NEW_JOB.test(path)) {
    const { object, query: soql } = bodyOf(request);
    return typeof object === 'string' ? object : fromOf(String(soql));
  }
  const locator = LATER_PAGE.exec(path)?.[1];
  if (locator !== undefined) return org.cursors.objectOf(locator);
  const statement = query.get('q') ?? '';
  return ROWS.exec(path)?.[1] ?? fromOf(statement) ?? returnedBy(statement);
}

function objectOfRecords(
  org: ApiOrg,
  query: URLSearchParams,
  request: OrgRequest,
): string | undefined {
  const [id] = (query.get('ids') ?? '').split(',');
  if (id) return objectOfId(org, id);
  const { records } = bodyOf(request);
  const first: unknown = Array.isArray(records) ? records[0] : undefined;
  const attributes = isJsonObject(first) ? first['attributes'] : undefined;
  const type = isJsonObject(attributes) ? attributes['type'] : undefined;
  return typeof type === 'string' ? type : undefined;
}

/** What the first part of a composite request, a batch or a graph is about. */
function objectOfParts(org: ApiOrg, request: OrgRequest): string | undefined {
  const { compositeRequest, batchRequests, graphs } = bodyOf(request);
  const graph: unknown = Array.isArray(graphs) ? graphs[0] : undefined;
  const parts = isJsonObject(graph) ? graph['compositeRequest'] : compositeRequest;
  const list: unknown = parts ?? batchRequests;
  const part: unknown = Array.isArray(list) ? list[0] : undefined;
  if (!isJsonObject(part) || typeof part['url'] !== 'string') return undefined;
  const [path = '', search] = part['url'].split('?');
  if (COMPOSITE.test(path)) return undefined;
  const body = utf8(JSON.stringify(part['body'] ?? part['richInput'] ?? {}));
  const line = { path, query: new URLSearchParams(search) };
  return objectOf(org, line, { ...request, headers: {}, body });
}

function objectOfEnvelope(org: ApiOrg, request: OrgRequest): string | undefined {
  const text = textOf(request);
  const type = /<(?:\w+:)?type>\s*(\w+)\s*</.exec(text)?.[1];
  if (type !== undefined) return type;
  const id = /<(?:\w+:)?(?:ids|leadId|recordToMergeIds)>\s*(\w+)\s*</.exec(text)?.[1];
  return id === undefined ? undefined : objectOfId(org, id);
}

function objectOfId(org: ApiOrg, id: string): string | undefined {
  return org.schema.byKeyPrefix(keyPrefixOf(id))?.name;
}

function fromOf(soql: string): string | undefined {
  return /\bFROM\s+(\w+)\b(?![^(]*\))/i.exec(soql)?.[1];
}

function returnedBy(sosl: string): string | undefined {
  return /\bRETURNING\s+(\w+)/i.exec(sosl)?.[1];
}

/** What is no JSON object names nothing; its resource will say so. */
function bodyOf(request: OrgRequest): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(textOf(request));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Empty for what is no text; its resource will say so. */
function textOf(request: OrgRequest): string {
  try {
    return fromUtf8(inflateBody(request));
  } catch {
    return '';
  }
}
