import { render } from 'preact';
import { describeFailure } from './api-error.ts';
import { App } from './app.tsx';
import { Connect, openInvitation } from './connect.tsx';
import { Me } from './me.tsx';
import { openSession } from './session.ts';
import { Connected, SignIn } from './sign-in.tsx';

/** Where users find their own settings. */
const ME = '/me';

const root = document.getElementById('page');
if (root) await open(root);

/** What the address asks for: to connect an org, to be told of a connection, or the panels of an org. */
async function open(place: HTMLElement): Promise<void> {
  const given = new URLSearchParams(location.hash.slice(1));
  const invitation = openInvitation();
  const username = given.get('connected');
  if (invitation) return render(<Connect invitation={invitation} />, place);
  if (username) return render(<Connected username={username} />, place);
  const newKey = takeKey(given);
  const isMe = location.pathname === ME;
  const as = isMe ? 'user' : 'admin';
  const signedOut = (reason?: string) => render(<SignIn reason={reason} as={as} />, place);
  try {
    const session = await openSession();
    if (session === undefined) return signedOut();
    const onSignedOut = () => signedOut('You are signed out.');
    if (isMe || session.profile === 'user') {
      return render(<Me session={session} onSignedOut={onSignedOut} />, place);
    }
    render(<App session={session} newKey={newKey} onSignedOut={onSignedOut} />, place);
  } catch (error) {
    signedOut(describeFailure(error));
  }
}

/** `#org=…&key=…`, after an org was connected: the first key, shown here only. */
function takeKey(given: URLSearchParams): string | undefined {
  const key = given.get('key') ?? undefined;
  if (given.has('org')) history.replaceState(null, '', '#/connect');
  return key;
}
