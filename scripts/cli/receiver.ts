import { SfError } from '@salesforce/core';
import type * as z from 'zod/mini';
import type { createdFieldsSchema } from '../../lambdas/admin/routes/activity-fields.ts';
import type {
  estimateSchema as auditEstimateSchema,
  auditSchema,
  findingsSchema,
} from '../../lambdas/admin/routes/audits.ts';
import type { conditionsSchema, shownSchema } from '../../lambdas/admin/routes/conditions.ts';
import type { lettersSchema } from '../../lambdas/admin/routes/dead-letters.ts';
import type { errorsSchema } from '../../lambdas/admin/routes/errors.ts';
import type { catalogueSchema } from '../../lambdas/admin/routes/fields.ts';
import type { newKeySchema } from '../../lambdas/admin/routes/keys.ts';
import type { limitsSchema } from '../../lambdas/admin/routes/limits.ts';
import type { statusSchema } from '../../lambdas/admin/routes/status.ts';
import type {
  auditBody,
  connectBody,
  keySchema,
  objectsBody,
  syncUserSchema,
} from '../../lambdas/admin/schemas.ts';
import { harmless } from './harmless.ts';

export type Status = z.output<typeof statusSchema>;
export type SyncUser = z.output<typeof syncUserSchema>;
export type Conditions = z.output<typeof shownSchema>;
export type NewConditions = z.output<typeof conditionsSchema>;
export type FieldCatalogue = z.output<typeof catalogueSchema>;
export type Limits = z.output<typeof limitsSchema>;
export type Audit = z.output<typeof auditSchema>;
export type AuditEstimate = z.output<typeof auditEstimateSchema>;
export type Findings = z.output<typeof findingsSchema>;
export type DeadLetters = z.output<typeof lettersSchema>;
export type CreatedFields = z.output<typeof createdFieldsSchema>;
export type SyncErrors = z.output<typeof errorsSchema>;
export type Key = z.output<typeof keySchema>;
export type NewKey = z.output<typeof newKeySchema>;
export type AuditOptions = z.output<typeof auditBody>;
type Objects = z.output<typeof objectsBody>;
type ConnectBody = z.output<typeof connectBody>;

/** What `POST /v1/orgs` answers; the key is shown this once. */
export interface Connected {
  readonly orgId: string;
  readonly orgName: string;
  readonly phase: string;
  readonly apiKey: string;
}

/** Where a receiver answers, and the key that opens one org on it. */
export interface ReceiverAccess {
  /** `https://host`, no slash at the end. */
  readonly url: string;
  /** `rts_…` */
  readonly apiKey: string;
}

/** The receiver's HTTP API for one org, as its OpenAPI document describes it. Every method throws an SfError. */
export type Receiver = ReturnType<typeof openReceiver>;

/** @param orgId 18 characters */
export function openReceiver({ url, apiKey }: ReceiverAccess, orgId: string) {
  const ask = <Answer>(method: string, path: string, body?: unknown) =>
    request<Answer>(url, method, `/v1/orgs/${orgId}${path}`, apiKey, body);
  return {
    url,
    status: () => ask<Status>('GET', '/status'),
    syncUser: () => ask<SyncUser>('GET', '/sync-user'),
    reconnect: (body: ConnectBody) => ask<Omit<Connected, 'apiKey'>>('PUT', '/sync-user', body),
    conditions: () => ask<Conditions>('GET', '/conditions'),
    putConditions: (body: NewConditions) =>
      ask<Conditions & { readonly changed: string[] }>('PUT', '/conditions', body),
    fields: () => ask<FieldCatalogue>('GET', '/fields'),
    refreshFields: () =>
      ask<{ objects: Record<string, { added: string[]; removed: string[] }> }>(
        'POST',
        '/fields/refresh',
      ),
    createActivityFields: (structured: boolean) =>
      ask<CreatedFields>('POST', '/activity-setup/fields', { structured }),
    limits: () => ask<Limits>('GET', '/limits'),
    sync: (body: Objects) => ask<{ readonly id: string }>('POST', '/sync', body),
    estimateAudit: (body: AuditOptions) => ask<AuditEstimate>('POST', '/audits/estimate', body),
    startAudit: (body: AuditOptions) => ask<{ readonly id: string }>('POST', '/audits', body),
    audit: (id: string) => ask<Audit>('GET', `/audits/${encodeURIComponent(id)}`),
    auditFindings: (id: string, after: string | undefined) =>
      ask<Findings>(
        'GET',
        `/audits/${encodeURIComponent(id)}/findings?limit=1000${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`,
      ),
    pauseAudit: (id: string) => ask<Audit>('POST', `/audits/${encodeURIComponent(id)}/pause`),
    resumeAudit: (id: string) => ask<Audit>('POST', `/audits/${encodeURIComponent(id)}/resume`),
    deadLetters: (limit: number) => ask<DeadLetters>('GET', `/dead-letters?limit=${limit}`),
    redrive: (ids: readonly string[] | undefined) =>
      ask<{ redriven: number; left: number }>(
        'POST',
        '/dead-letters',
        ids === undefined ? {} : { ids },
      ),
    errors: () => ask<SyncErrors>('GET', '/errors'),
    keys: () => ask<{ keys: Key[] }>('GET', '/keys'),
    createKey: (label: string) => ask<NewKey>('POST', '/keys', { label }),
    revokeKey: (id: string) => ask<void>('DELETE', `/keys/${encodeURIComponent(id)}`),
    rotateToken: () => ask<{ readonly previousValidUntil: string }>('POST', '/token'),
    enable: () => ask<void>('POST', '/settings/enable'),
    disable: () => ask<void>('POST', '/settings/disable'),
    remove: (erase: boolean) => ask<void>('DELETE', `?erase=${erase}`),
  };
}

/** @throws SfError Unauthorized for a code that is wrong or used up; asking does not use it up */
export async function askSetupCode(url: string, code: string): Promise<void> {
  await request<unknown>(url, 'GET', '/v1/orgs', code, undefined);
}

/** Connects an org with a set-up code, which is used up by it. */
export function connectByCode(url: string, code: string, body: ConnectBody): Promise<Connected> {
  return request<Connected>(url, 'POST', '/v1/orgs', code, body);
}

/** @returns how far this machine's clock is ahead of the receiver's, ms */
export async function askHealth(url: string): Promise<{ readonly clockAheadMs: number }> {
  const response = await reach(url, '/healthz', { method: 'GET' });
  await response.arrayBuffer();
  if (!response.ok) throw notReceiver(url, response.status);
  const told = Date.parse(response.headers.get('date') ?? '');
  return { clockAheadMs: Number.isNaN(told) ? 0 : Date.now() - told };
}

const TIMEOUT_MS = 60_000;

async function request<Answer>(
  url: string,
  method: string,
  path: string,
  bearer: string,
  body: unknown,
): Promise<Answer> {
  const response = await reach(url, path, {
    method,
    headers: {
      authorization: `Bearer ${bearer}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw refusal(url, response.status, text);
  // The receiver's own schemas shape what it answers; what may harm a terminal goes.
  return (text === '' ? undefined : harmless(parse(url, response.status, text))) as Answer;
}

/** A redirect is not followed: the key is for this host alone. */
async function reach(url: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw SfError.create({
      name: 'ReceiverNotReached',
      message: `The receiver at ${url} cannot be reached: ${reasonOf(error)}.`,
      actions: [
        'Check that the address is right and the receiver is running; on one machine `npm start` runs it.',
        'Give another address with --gateway-url or MIXMAX_RTS_URL.',
      ],
    });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason told';
  return error.cause instanceof Error ? error.cause.message : error.message;
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly title?: string;
  readonly pointer?: string;
}

function refusal(url: string, status: number, text: string): SfError {
  const problem = harmless(parse(url, status, text)) as Problem | null;
  const said = problem?.detail ?? problem?.title;
  if (said === undefined) return notReceiver(url, status);
  const actions = ACTIONS[status];
  return SfError.create({
    name: nameOf(problem?.code ?? 'refused'),
    message: said,
    ...(actions && { actions }),
    data: { status, ...(problem?.pointer !== undefined && { pointer: problem.pointer }) },
  });
}

/** What helps against a refusal, where the receiver's own sentence cannot know how it was called. */
const ACTIONS: Readonly<Record<number, string[]>> = {
  429: ['The receiver is asked too often: wait a minute.'],
  503: ['Salesforce or a store of the receiver does not answer now: try again in a minute.'],
};

/** `not-found` → `NotFound`, as names of errors are written in this CLI. */
function nameOf(code: string): string {
  return code.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function parse(url: string, status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notReceiver(url, status);
  }
}

function notReceiver(url: string, status: number): SfError {
  return SfError.create({
    name: 'NotAReceiver',
    message: `${url} answered ${status}, and not as a receiver does.`,
    actions: [
      'Give the address of the receiver, without a path: on AWS it is the output GatewayUrl.',
    ],
  });
}
