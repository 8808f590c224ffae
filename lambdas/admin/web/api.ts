import { ApiError } from './api-error.ts';
import type { Session } from './session.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What the panels call: paths below `/v1/orgs/{orgId}`. */
export interface Api {
  get<T>(path: string): Promise<T>;
  send<T>(method: Exclude<Method, 'GET'>, path: string, body?: unknown): Promise<T>;
  /** The answer as it comes, for what is read while it arrives. */
  open(path: string, accept: string, signal: AbortSignal): Promise<Response>;
}

/**
 * The HTTP API of one org. Bodies are what its document says of them: the page and the receiver are of one version.
 *
 * @param onSignedOut told when the session has ended
 * @throws ApiError for a refusal, in the receiver's words
 */
export function apiOf({ orgId, csrfToken }: Session, onSignedOut: () => void): Api {
  const request = async (method: Method, path: string, options: RequestInit = {}) => {
    const token = method === 'GET' ? {} : { 'x-csrf-token': csrfToken };
    const headers = { ...token, ...options.headers };
    const url = `/v1/orgs/${encodeURIComponent(orgId)}${path}`;
    const response = await fetch(url, { ...options, method, headers, cache: 'no-store' });
    if (response.ok) return response;
    if (response.status === 401) onSignedOut();
    throw await refusal(response);
  };
  return {
    get: async (path) => (await request('GET', path)).json(),
    send: async (method, path, body) => {
      const headers = { 'content-type': 'application/json' };
      const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
      const answer = await (await request(method, path, sent)).text();
      return answer === '' ? undefined : JSON.parse(answer);
    },
    open: (path, accept, signal) => request('GET', path, { headers: { accept }, signal }),
  };
}

async function refusal(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as { detail?: string; title?: string };
  const said = body.detail ?? body.title ?? `The receiver answered ${response.status}.`;
  return new ApiError(response.status, said);
}
