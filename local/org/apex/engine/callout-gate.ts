import type { CalloutRequest, CalloutResponse, Suspension } from '../values.ts';
import { ApexException } from '../values.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { OrgServices } from './org-services.ts';

const MINIMUM_TIMEOUT_MS = 1;
const MAXIMUM_TIMEOUT_MS = 120_000;

/** What must hold before Apex may wait for the network; also asked before a test's mock answers. */
export function admitCallout(context: ExecutionContext): void {
  if (context.trigger !== null) {
    throw calloutException('Callout from triggers are currently not supported.');
  }
  if (context.unit.hasUncommittedWork) {
    throw calloutException(
      'You have uncommitted work pending. Please commit or rollback before calling out',
    );
  }
  if (context.job?.kind === 'scheduled') {
    throw calloutException('Callout from scheduled Apex not supported.');
  }
  if (context.job !== null && !context.job.allowsCallouts) {
    throw calloutException(
      'Callout not allowed from this Queueable: the class must implement Database.AllowsCallouts',
    );
  }
  context.limits.add('callouts');
}

/**
 * One real callout: checks, waits for the driver's answer, counts the time.
 * @throws CalloutException, LimitError
 */
export function* performCallout(
  org: OrgServices,
  context: ExecutionContext,
  request: CalloutRequest,
): Generator<Suspension, CalloutResponse, unknown> {
  admitCallout(context);
  const url = parseEndpoint(request.url);
  if (!org.remoteSites.isAllowed(url)) {
    throw calloutException(
      `Unauthorized endpoint, please check Setup->Security->Remote site settings. endpoint = ${request.url}`,
    );
  }
  const maximumBytes = context.limits.allowed('heapBytes');
  checkSize(request.body.byteLength, maximumBytes);
  const timeoutMs = timeoutOf(request, context);
  context.unit.prepareToWait();
  const startedMs = org.now();
  let response: unknown;
  try {
    response = yield {
      kind: 'callout',
      request: { ...request, url: org.remoteSites.locate(url), timeoutMs },
    };
  } finally {
    countTime(context, org.now() - startedMs);
  }
  if (!isResponse(response)) {
    throw new Error('The driver answered a callout with something that is no response.');
  }
  checkSize(response.body.byteLength, maximumBytes);
  context.heap.added += response.body.byteLength;
  return response;
}

function parseEndpoint(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw calloutException(`no protocol: ${text}`);
  }
  return url;
}

function timeoutOf(request: CalloutRequest, context: ExecutionContext): number {
  const { timeoutMs } = request;
  if (timeoutMs < MINIMUM_TIMEOUT_MS || timeoutMs > MAXIMUM_TIMEOUT_MS) {
    throw calloutException(
      `The timeout value is not in the allowed range of ${MINIMUM_TIMEOUT_MS} to ${MAXIMUM_TIMEOUT_MS} ms.`,
    );
  }
  const leftMs = context.limits.allowed('calloutTimeMs') - context.limits.used('calloutTimeMs');
  if (leftMs <= 0) {
    throw calloutException('Exceeded maximum time allotted for callout (120000 ms)');
  }
  return Math.min(timeoutMs, leftMs);
}

/** Never past the maximum: a callout that used up the rest ends with its time-out, not with the limit. */
function countTime(context: ExecutionContext, elapsedMs: number): void {
  const used = context.limits.used('calloutTimeMs') + elapsedMs;
  context.limits.set('calloutTimeMs', Math.min(used, context.limits.allowed('calloutTimeMs')));
}

function checkSize(bytes: number, maximum: number): void {
  if (bytes > maximum) {
    throw calloutException(`Exceeded max size limit of ${maximum} with size ${bytes}`);
  }
}

function calloutException(message: string): ApexException {
  return new ApexException('CalloutException', message);
}

function isResponse(value: unknown): value is CalloutResponse {
  return (
    typeof value === 'object' &&
    value !== null &&
    'status' in value &&
    typeof value.status === 'number' &&
    'body' in value &&
    value.body instanceof Uint8Array
  );
}
