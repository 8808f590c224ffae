import { render } from 'preact';
import { App } from './app.tsx';
import { Connect, openInvitation } from './connect.tsx';
import { openSession } from './session.ts';

const root = document.getElementById('page');
const invitation = openInvitation();
const session = openSession();
if (root) render(view(), root);

function view() {
  if (invitation) return <Connect invitation={invitation} />;
  return session ? <App session={session} /> : <NoSession />;
}

function NoSession() {
  return (
    <main>
      <h1>Mixmax Real-Time Sync</h1>
      <section class="card card-bad" aria-live="polite">
        <h2>This page needs its link</h2>
        <p>
          Open the link that <code>npm start</code> printed: it carries the key of this receiver.
          The line begins with <code>ready</code>; the link is also in <code>.data/local.json</code>{' '}
          as <code>page</code>.
        </p>
      </section>
    </main>
  );
}
