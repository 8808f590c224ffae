import { ApiError } from './api-error.ts';
import type { SignInRequest } from './oauth-request.ts';
import { Card } from './parts/card.tsx';
import { ConnectForm } from './parts/connect-form.tsx';
import { Outside } from './sign-in.tsx';

/** What a link for connecting an org carries in its fragment, which never leaves the browser. */
export interface Invitation extends Partial<SignInRequest> {
  readonly setupCode: string;
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

/** The first step: nobody is connected yet. */
export function Connect({ invitation }: { readonly invitation: Invitation }) {
  return (
    <Outside title="Connect an org">
      <Card title="Connect Sync User" tone="warn">
        <p>
          Sign in at Salesforce as the user that Mixmax reads the org as, best one of its own. It
          needs Modify All Data, API Enabled, View All Users, View Setup and Configuration, and
          Customize Application; each is tested afterwards, and told with what it is for.
        </p>
        <ConnectForm
          known={invitation}
          begin={(request) => signIn(invitation.setupCode, request)}
        />
      </Card>
    </Outside>
  );
}

/** Begins the sign-in; the answer's cookie brings this browser back. */
async function signIn(setupCode: string, { loginUrl, clientId }: SignInRequest): Promise<string> {
  const response = await fetch('/v1/sign-ins', {
    method: 'POST',
    headers: { authorization: `Bearer ${setupCode}`, 'content-type': 'application/json' },
    body: JSON.stringify({ loginUrl, clientId }),
  });
  const answer = (await response.json()) as { authorizeUrl?: string; detail?: string };
  if (answer.authorizeUrl !== undefined) return answer.authorizeUrl;
  throw new ApiError(response.status, answer.detail ?? 'The receiver refused.');
}
