import type { FeedEvent } from '#core/record.ts';
import type { Status } from '#core/status.ts';

/** The public API as the page uses it: an org and a key, taken from the link that opened the page. */
export interface Session {
  readonly orgId: string;
  readonly key: string;
}

const STORED = 'rts-session';

/**
 * The link carries `#org=…&key=…`: a fragment never leaves the browser. It is kept for this tab and taken out of the
 * address bar.
 */
export function openSession(): Session | undefined {
  const given = new URLSearchParams(location.hash.slice(1));
  const orgId = given.get('org');
  const key = given.get('key');
  if (orgId && key) {
    sessionStorage.setItem(STORED, JSON.stringify({ orgId, key }));
    history.replaceState(null, '', location.pathname);
    return { orgId, key };
  }
  const stored = sessionStorage.getItem(STORED);
  return stored ? (JSON.parse(stored) as Session) : undefined;
}

/** A refusal by the API, in the words of its problem document. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function fetchStatus(session: Session): Promise<Status> {
  return (await call(session, '/status')) as Status;
}

interface FeedPage {
  readonly events: readonly FeedEvent[];
  readonly next: string;
}

/** Waits up to `waitSeconds` for events after the cursor. */
export async function fetchFeed(
  session: Session,
  query: { after?: string; limit: number; waitSeconds: number },
): Promise<FeedPage> {
  const parameters = new URLSearchParams({
    limit: String(query.limit),
    waitSeconds: String(query.waitSeconds),
    ...(query.after !== undefined && { after: query.after }),
  });
  return (await call(session, `/feed?${parameters}`)) as FeedPage;
}

async function call(session: Session, path: string): Promise<unknown> {
  const response = await fetch(`/v1/orgs/${encodeURIComponent(session.orgId)}${path}`, {
    headers: { authorization: `Bearer ${session.key}` },
    cache: 'no-store',
  });
  const body = (await response.json().catch(() => ({}))) as { detail?: string; title?: string };
  if (response.ok) return body;
  throw new ApiError(
    response.status,
    body.detail ?? body.title ?? `The receiver answered ${response.status}.`,
  );
}
