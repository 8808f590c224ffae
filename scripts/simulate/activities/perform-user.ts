import { readAll } from '../../../local/org/api/http.ts';
import { httpEvent } from '../http-event.ts';
import { pickOne } from '../records.ts';
import type { World } from '../world.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The user follows a link, signs in at Salesforce and comes back; a process may die over each step of it. */
export function connectUser(world: World, username: string): void {
  const connected = async () => {
    const link = await world.api.ofOrg('POST', '/users/links', { user: username });
    const { url } = link.body as { readonly url?: string };
    if (url === undefined) return false;
    const begun = await browse(world, url, '');
    if (begun.location === '') return false;
    const allowed = await allow(world, begun.location, username);
    const ended = await browse(world, allowed, begun.cookie);
    return ended.location.includes('#connected=');
  };
  world.background(
    'connecting a user',
    connected().then(
      (isConnected) => world.reached(isConnected ? 'user-connected' : 'user-not-connected'),
      () => world.reached('user-connect-died'),
    ),
  );
}

/** A request of the user's browser, which follows nothing by itself. */
async function browse(
  { receiver }: World,
  url: string,
  cookie: string,
): Promise<{ readonly location: string; readonly cookie: string }> {
  const { pathname, search } = new URL(url);
  const event = httpEvent('GET', pathname + search, { cookie }, '');
  const { headers = {} } = await receiver.request('admin', event);
  const [given = ''] = String(headers['set-cookie'] ?? '').split(';');
  return { location: String(headers['location'] ?? ''), cookie: given };
}

/** @returns where Salesforce sends the browser */
async function allow({ org }: World, authorizeUrl: string, username: string): Promise<string> {
  const { pathname, search } = new URL(authorizeUrl);
  const body = Buffer.from(new URLSearchParams({ username }).toString());
  const answer = await org.handle({ method: 'POST', path: pathname + search, headers: FORM, body });
  await readAll(answer.body);
  return String(answer.headers['location'] ?? '');
}

export function disconnectUser(world: World, share: number): void {
  const disconnected = async () => {
    const { body } = await world.api.ofOrg('GET', '/users');
    const { users } = body as { readonly users?: readonly { readonly userId: string }[] };
    const one = pickOne(users ?? [], share);
    if (one === undefined) return;
    const { status } = await world.api.ofOrg('DELETE', `/users/${one.userId}`);
    world.reached(status === 204 ? 'user-disconnected' : 'user-disconnect-refused');
  };
  world.background(
    'disconnecting a user',
    disconnected().catch(() => world.reached('user-disconnect-died')),
  );
}
