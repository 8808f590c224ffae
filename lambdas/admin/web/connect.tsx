import { useState } from 'preact/hooks';

/** What a link for connecting an org carries in its fragment, which never leaves the browser. */
export interface Invitation {
  readonly setupCode: string;
  /** Given for an org that is known already, such as a practice org. */
  readonly loginUrl?: string;
  /** Consumer key of the External Client App. */
  readonly clientId?: string;
}

/** `#setup=…`, with `&login=…&client=…` where they are known. */
export function openInvitation(): Invitation | undefined {
  const given = new URLSearchParams(location.hash.slice(1));
  const [setupCode, loginUrl, clientId] = ['setup', 'login', 'client'].map((name) =>
    given.get(name),
  );
  if (!setupCode) return undefined;
  return { setupCode, ...(loginUrl && { loginUrl }), ...(clientId && { clientId }) };
}

const PRODUCTION = 'https://login.salesforce.com';
const SANDBOX = 'https://test.salesforce.com';

export function Connect({ invitation }: { readonly invitation: Invitation }) {
  const [loginUrl, setLoginUrl] = useState(invitation.loginUrl ?? PRODUCTION);
  const [clientId, setClientId] = useState(invitation.clientId ?? '');
  const [problem, setProblem] = useState('');
  const known = invitation.loginUrl !== undefined && invitation.clientId !== undefined;

  const connect = (to: string) => {
    signIn({ setupCode: invitation.setupCode, loginUrl: to, clientId }).catch((error: unknown) =>
      setProblem(error instanceof Error ? error.message : String(error)),
    );
  };

  return (
    <main>
      <h1>Mixmax Real-Time Sync</h1>
      <section class="card state-not-installed">
        <h2>Connect Sync User</h2>
        <p>
          Sign in at Salesforce as the user that Mixmax reads the org as. It needs Modify All Data,
          API Enabled, View All Users, View Setup and Configuration, and Customize Application.
        </p>
        {known ? (
          <button type="button" onClick={() => connect(loginUrl)}>
            Connect to {loginUrl}
          </button>
        ) : (
          <>
            <p>
              <label>
                Consumer key of your External Client App{' '}
                <input
                  value={clientId}
                  onInput={(event) => setClientId(event.currentTarget.value)}
                />
              </label>
            </p>
            <p>
              <label>
                My Domain, if you use one{' '}
                <input onInput={(event) => setLoginUrl(event.currentTarget.value || PRODUCTION)} />
              </label>
            </p>
            <button type="button" onClick={() => connect(loginUrl)}>
              Connect to production
            </button>{' '}
            <button type="button" onClick={() => connect(SANDBOX)}>
              Connect to sandbox
            </button>
          </>
        )}
        <p role="alert">{problem}</p>
      </section>
    </main>
  );
}

/** Begins the sign-in and goes to Salesforce; the answer's cookie brings this browser back. */
async function signIn(request: Required<Invitation>): Promise<void> {
  const { setupCode, loginUrl, clientId } = request;
  const response = await fetch('/v1/sign-ins', {
    method: 'POST',
    headers: { authorization: `Bearer ${setupCode}`, 'content-type': 'application/json' },
    body: JSON.stringify({ loginUrl, clientId }),
  });
  const answer = (await response.json()) as { authorizeUrl?: string; detail?: string };
  if (answer.authorizeUrl === undefined) throw new Error(answer.detail ?? 'The receiver refused.');
  location.assign(answer.authorizeUrl);
}
