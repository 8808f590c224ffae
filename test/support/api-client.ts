import { expect } from 'vitest';
import { refusalsOf } from '../../lambdas/admin/openapi.ts';
import { allRoutes } from '../../lambdas/admin/routes/all-routes.ts';
import { problemSchema } from '../../lambdas/admin/schemas.ts';
import type { HttpAnswer, HttpEvent } from '../../lambdas/http/answers.ts';
import { context, httpEvent } from './test-receiver.ts';

interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose form was checked against their schema.
  readonly body: any;
}

export interface ApiClient {
  call(method: string, path: string, options?: CallOptions): Promise<ApiAnswer>;
  /** `METHOD path` of every documented route that answered, with the statuses that were seen. */
  readonly seen: ReadonlyMap<string, ReadonlySet<number>>;
}

interface CallOptions {
  readonly key?: string;
  readonly cookie?: string;
  /** Besides those that the rest asks for. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly rawBody?: string;
}

/**
 * Calls the HTTP API's chain, and holds every answer of a documented route against the document: its status must be
 * documented, and its body must be what the schema says, without a member more.
 */
export function apiClient(admin: (event: HttpEvent, context: never) => unknown): ApiClient {
  const seen = new Map<string, Set<number>>();
  return {
    seen,
    async call(method, path, { key, cookie, headers: more, body, rawBody } = {}) {
      const sent = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
      const headers = {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(cookie !== undefined && { cookie }),
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...more,
      };
      const event = httpEvent(method, path, headers, sent === undefined ? {} : { body: sent });
      const answer = (await admin(event, context() as never)) as HttpAnswer;
      const status = answer.statusCode ?? 0;
      const type = String(answer.headers?.['content-type'] ?? '');
      const parsed = /json/.test(type) ? JSON.parse(answer.body ?? '') : answer.body;
      checkAgainstDocument(seen, method, event.rawPath, status, type, parsed);
      return { status, headers: answer.headers ?? {}, body: parsed };
    },
  };
}

function checkAgainstDocument(
  seen: Map<string, Set<number>>,
  method: string,
  path: string,
  status: number,
  type: string,
  body: unknown,
): void {
  const route = allRoutes.find(
    (one) => one.method === method && patternOf(one.path).test(path.replace(/\/$/, '')),
  );
  if (route === undefined) return;
  const name = `${route.method} ${route.path}`;
  seen.set(name, (seen.get(name) ?? new Set()).add(status));
  const documented = route.answers[status];
  if (documented === undefined) {
    expect(refusalsOf(route), `${name} answered ${status}: ${JSON.stringify(body)}`).toContain(
      status,
    );
    expect(type).toBe('application/problem+json');
    expect(problemSchema.parse(body)).toEqual(body);
  } else if (documented.schema === undefined) expect(body).toBe('');
  else expect(documented.schema.parse(body)).toEqual(body);
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+').replaceAll('.', '\\.')}$`);
}
