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
