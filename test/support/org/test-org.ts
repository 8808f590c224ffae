import { createHttpCalloutSender } from '../../../local/org/apex/engine/http-callout-sender.ts';
import { listen } from '../../../local/org/api/server.ts';
import { createOrg, type Org } from '../../../local/org/org.ts';
import type { OrgOptions } from '../../../local/org/org-options.ts';
import { createRealScheduler } from '../../../local/real-scheduler.ts';

export const ORG_ID = '00DDp0000000001MAA';
export const ADMIN_USERNAME = 'alex@practice.example';
const ADMIN_TOKEN = 'test-admin-token';

export interface TestOrg {
  readonly org: Org;
  /** Without a slash at the end. */
  readonly url: string;
  readonly accessToken: string;
  /** Failures that were the org's own fault. */
  readonly errors: readonly unknown[];
  /** Sends a request with the admin's session; the path begins with `/services`. */
  fetch(method: string, path: string, body?: unknown, init?: RequestInit): Promise<Response>;
  /** Sends a request to `/__org/{path}`. */
  control(method: string, path: string, body?: unknown): Promise<Response>;
  close(): Promise<void>;
}

/** A practice org behind real HTTP on a free port, on the real clock, with no delays. */
export async function startTestOrg(options: Partial<OrgOptions> = {}): Promise<TestOrg> {
  const errors: unknown[] = [];
  const scheduler = createRealScheduler({ onError: (_, error) => void errors.push(error) });
  const server = await listen({ port: 0 });
  const sender = createHttpCalloutSender();
  const org = await createOrg({
    database: ':memory:',
    orgId: ORG_ID,
    instanceUrl: server.url,
    delays: 'zero',
    seed: 'test',
    scheduler,
    sender,
    adminToken: ADMIN_TOKEN,
    onError: (error) => void errors.push(error),
    ...options,
  });
  server.serve((request) => org.handle(request));
  let closed = false;
  const accessToken = org.issueToken(ADMIN_USERNAME);

  const send = (
    method: string,
    path: string,
    token: string,
    body: unknown,
    init: RequestInit = {},
  ): Promise<Response> =>
    fetch(server.url + path, {
      method,
      ...init,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(init.headers as Record<string, string> | undefined),
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });

  return {
    org,
    url: server.url,
    accessToken,
    errors,
    fetch: (method, path, body, init) => send(method, path, accessToken, body, init),
    control: (method, path, body) => send(method, `/__org/${path}`, ADMIN_TOKEN, body),
    async close() {
      if (closed) return;
      closed = true;
      await server.close();
      org.close();
      scheduler.close();
      sender.close();
    },
  };
}
