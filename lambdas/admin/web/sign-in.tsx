import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Busy } from './parts/busy.tsx';
import { Card } from './parts/card.tsx';
import { beginSignIn, type Session } from './session.ts';
import { useAction } from './use-action.ts';

interface SignInProps {
  /** Why the reader stands here, if there is a reason. */
  readonly reason: string | undefined;
  /** As whom: at `/me` everybody sees his own settings. */
  readonly as: Session['profile'];
}

/** What somebody sees who is signed out. */
export function SignIn({ reason, as }: SignInProps) {
  const [orgId, setOrgId] = useState('');
  const action = useAction();
  const begin = () =>
    action.run(async () => {
      location.assign(await beginSignIn(orgId.trim(), as));
      return undefined;
    });
  return (
    <Outside title="Sign in">
      {reason && (
        <p class="problem" role="alert">
          {reason}
        </p>
      )}
      <Card title="With Salesforce">
        <p>
          {as === 'user'
            ? 'As yourself, to see what of your activities is logged.'
            : 'As an admin of the org: a user who has Customize Application or Modify All Data. Asked again every hour.'}
        </p>
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            begin();
          }}
        >
          <label class="labelled">
            Organization ID, as Setup › Company Information shows it
            <input
              required
              pattern="00D[A-Za-z0-9]{12}([A-Za-z0-9]{3})?"
              value={orgId}
              onInput={(event) => setOrgId(event.currentTarget.value)}
            />
          </label>
          <div class="row">
            <button type="submit" class="button button-brand" disabled={action.busy}>
              Sign in with Salesforce
            </button>
          </div>
        </form>
        <Busy action={action} />
      </Card>
      <Elsewhere as={as} />
    </Outside>
  );
}

function Elsewhere({ as }: Pick<SignInProps, 'as'>) {
  return as === 'user' ? (
    <p>
      <a href="/">For admins of the org</a>
    </p>
  ) : (
    <>
      <p>
        <a href="/me">For users: what is logged of me</a>
      </p>
      <Card title="On one machine">
        <p>
          Open the link that <code>npm start</code> printed behind <code>ready</code>. It works
          once; <code>npm run page</code> prints another.
        </p>
      </Card>
    </>
  );
}

/** After a Mixmax user has connected to Salesforce. */
export function Connected({ username }: { readonly username: string }) {
  return (
    <Outside title="Connected to Salesforce">
      <Card title={username} tone="good">
        <p>
          Your activities are written to Salesforce as yours from now on. You can close this tab.
        </p>
      </Card>
    </Outside>
  );
}

interface OutsideProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

/** The page around what needs no session. */
export function Outside({ title, children }: OutsideProps) {
  return (
    <>
      <header class="banner">
        <p class="product">Mixmax Real-Time Sync</p>
      </header>
      <main class="outside">
        <h1>{title}</h1>
        {children}
      </main>
    </>
  );
}
