import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { OUTBOX } from '../apex/engine/outbox.ts';
import { OrgError } from '../errors.ts';
import { parseFault } from '../faults.ts';
import { type ApiCall, jsonBody, param } from './api-call.ts';
import { notFound } from './api-errors.ts';
import { type ApiResult, json, NO_CONTENT } from './http.ts';
import type { ApiHandler, Resource } from './router.ts';

/**
 * `/__org/…`: what no Salesforce org has. Faults, the clock, the request log and whether work is waiting; for tests and
 * demonstrations. Every request carries `Authorization: Bearer {admin token}`.
 */

const clockRequest = z.strictObject({ advanceSeconds: z.number().positive().max(10_000_000) });

/** `POST /__org/faults`: arms a fault. */
function armFault(call: ApiCall): ApiResult {
  const fault = parsed(() => parseFault(bodyOf(call)));
  return json(201, { id: call.org.faults.arm(fault) });
}

/** `GET /__org/faults`: armed faults with how often each applied. */
function listFaults(call: ApiCall): ApiResult {
  return json(200, { faults: call.org.faults.list() });
}

/** `DELETE /__org/faults`. */
function clearFaults(call: ApiCall): ApiResult {
  call.org.faults.clearAll();
  return NO_CONTENT;
}

/** `DELETE /__org/faults/{id}`. */
function clearFault(call: ApiCall): ApiResult {
  if (!call.org.faults.clear(param(call, 'faultId'))) throw notFound();
  return NO_CONTENT;
}

/** `GET /__org/requests?since=`: the request log after a sequence number. */
function listRequests(call: ApiCall): ApiResult {
  const since = Number(call.query.get('since') ?? 0);
  if (!Number.isSafeInteger(since) || since < 0) {
    throw new OrgError('INVALID_INPUT', 'since must be a whole number');
  }
  return json(200, { requests: call.org.requestLog.since(since) });
}

/** `GET /__org/outbox`: the mail that Apex sent, oldest first. */
function listOutbox(call: ApiCall): ApiResult {
  const mails = call.org.store.documents.list(OUTBOX).map(({ document }) => document);
  return json(200, { mails });
}

/** `POST /__org/clock` with `{"advanceSeconds": n}`: what falls due on the way runs. */
async function advanceClock(call: ApiCall): Promise<ApiResult> {
  const { advanceSeconds } = parsed(() => clockRequest.parse(bodyOf(call)));
  await call.org.scheduler.advance(advanceSeconds * 1000);
  return getClock(call);
}

/** `GET /__org/clock`. */
function getClock(call: ApiCall): ApiResult {
  return json(200, { now: new Date(call.org.scheduler.now()).toISOString() });
}

/** `GET /__org/idle`: answers when no job, event or callout that is due is waiting or running. */
async function waitUntilIdle(call: ApiCall): Promise<ApiResult> {
  const { bulk, engine } = call.org;
  do {
    await bulk.whenIdle();
    await engine.whenIdle();
  } while (bulk.active > 0);
  return json(200, { idle: true });
}

/** `GET /__org/async`: how much is waiting or running. */
function countAsync(call: ApiCall): ApiResult {
  const { bulk, engine } = call.org;
  return json(200, { bulkJobs: bulk.active, ...engine.asyncCounts() });
}

/** Whatever type the body says it has: people send these by hand. */
function bodyOf(call: ApiCall): unknown {
  return jsonBody({ ...call, headers: {} });
}

function parsed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    const where = issue?.path.join('.') || 'body';
    throw new OrgError('INVALID_INPUT', `${where}: ${issue?.message}`);
  }
}

/** Only with the admin token; the comparison takes the same time whatever was sent. */
function guarded(handler: ApiHandler): ApiHandler {
  return (call) => {
    const given = /^Bearer (.+)$/i.exec(call.headers['authorization'] ?? '')?.[1] ?? '';
    if (!timingSafeEqual(digest(given), digest(call.org.adminToken))) {
      throw new OrgError('INVALID_ADMIN_TOKEN', 'The admin token is missing or wrong.', {
        status: 401,
      });
    }
    return handler(call);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function adminResource(path: string, methods: Readonly<Record<string, ApiHandler>>): Resource {
  const entries = Object.entries(methods).map(([method, run]) => [method, guarded(run)]);
  return {
    pattern: `/__org/${path}`,
    methods: Object.fromEntries(entries),
    authenticated: false,
    counted: false,
  };
}

export const ADMIN_RESOURCES: readonly Resource[] = [
  adminResource('faults', { GET: listFaults, POST: armFault, DELETE: clearFaults }),
  adminResource('faults/:faultId', { DELETE: clearFault }),
  adminResource('requests', { GET: listRequests }),
  adminResource('outbox', { GET: listOutbox }),
  adminResource('clock', { GET: getClock, POST: advanceClock }),
  adminResource('idle', { GET: waitUntilIdle }),
  adminResource('async', { GET: countAsync }),
];
