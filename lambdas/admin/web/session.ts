import { ApiError } from './api-error.ts';

/** Who is signed in to the page. The session itself is a cookie that no script can read. */
export interface Session {
  readonly orgId: string;
  readonly who: string;
  /** A `user` sees his own settings, and nothing else. */
  readonly profile: 'admin' | 'user';
  /** Goes with every change, so that no other site can make one. */
  readonly csrfToken: string;
}

const PATH = '/v1/page-sessions';

/**
 * Signs in by the link that opened the page, `#link=…`, or goes on with the browser's session. A fragment never leaves
 * the browser; it is taken out of the address bar before it is used.
 *
 * @returns undefined for who is signed out
 * @throws ApiError for a link that was used already
 */
export async function openSession(): Promise<Session | undefined> {
  const link = new URLSearchParams(location.hash.slice(1)).get('link');
  if (link === null) {
    const { session } = (await ask('GET')) as { session: Session | null };
    return session ?? undefined;
  }
  history.replaceState(null, '', location.pathname);
  return (await ask('POST', { link })) as Session;
}

export async function signOut({ csrfToken }: Session): Promise<void> {
  await fetch(PATH, { method: 'DELETE', headers: { 'x-csrf-token': csrfToken } });
}

/** *Sign in with Salesforce*: answers where to; the answer's cookie brings this browser back. */
export async function beginSignIn(orgId: string, as: Session['profile']): Promise<string> {
  const answer = await ask('POST', { orgId, as }, '/v1/page-sign-ins');
  return (answer as { authorizeUrl: string }).authorizeUrl;
}

async function ask(method: string, body?: unknown, path = PATH): Promise<unknown> {
  const response = await fetch(path, {
    method,
    cache: 'no-store',
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const answer = (await response.json().catch(() => ({}))) as { detail?: string };
  if (response.ok) return answer;
  throw new ApiError(response.status, answer.detail ?? `The receiver answered ${response.status}.`);
}
