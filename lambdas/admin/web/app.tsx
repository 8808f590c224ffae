import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type Api, apiOf } from './api.ts';
import { AuditReport } from './panels/audit-report.tsx';
import { RecordHistory } from './panels/record-history.tsx';
import { PANELS } from './panels.tsx';
import { Card } from './parts/card.tsx';
import { SignOut } from './parts/sign-out.tsx';
import type { Session } from './session.ts';
import { type Live, useLive } from './use-live.ts';
import { useRoute } from './use-route.ts';

interface AppProps {
  readonly session: Session;
  /** The first API key of an org that was connected just now. */
  readonly newKey: string | undefined;
  readonly onSignedOut: () => void;
}

/** The page of a connected org: its name, the way between the panels, and one of them. */
export function App({ session, newKey, onSignedOut }: AppProps) {
  const api = useMemo(() => apiOf(session, onSignedOut), [session, onSignedOut]);
  const live = useLive(api);
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const { title, panel, content } = viewOf(route, { api, session, live });
  useTitle(title, main, route.join('/'));
  const status = live.status.data;
  return (
    <>
      <button type="button" class="button skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="banner">
        <p class="product">Mixmax Real-Time Sync</p>
        <div class="row">
          {status && (
            <p>
              {status.orgName} <span class="quiet">{status.orgId}</span>
            </p>
          )}
          <SignOut session={session} onSignedOut={onSignedOut} />
        </div>
      </header>
      <div class="frame">
        <nav aria-label="Panels">
          <ul>
            {PANELS.map(({ path, title: label }) => (
              <li key={path}>
                <a href={`#/${path}`} aria-current={path === panel ? 'page' : undefined}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <main ref={main} tabIndex={-1}>
          <h1>{title}</h1>
          {newKey && <NewKey apiKey={newKey} />}
          {content}
        </main>
      </div>
    </>
  );
}

function NewKey({ apiKey }: { readonly apiKey: string }) {
  return (
    <Card title="The org's first API key" tone="warn">
      <p>It is shown here only. Scripts and programs need it; this page does not.</p>
      <p>
        <code class="fields">{apiKey}</code>
      </p>
    </Card>
  );
}

interface World {
  readonly api: Api;
  readonly session: Session;
  readonly live: Live;
}

/** What an address shows, and which panel it belongs to. An unknown one shows the first panel. */
function viewOf([name, first, second]: readonly string[], world: World) {
  const { api } = world;
  if (name === 'records' && first && second) {
    const content = <RecordHistory api={api} object={first} id={second} />;
    return { title: 'Record', panel: 'overview', content };
  }
  if (name === 'report' && first) {
    return {
      title: 'Audit report',
      panel: 'audits',
      content: <AuditReport api={api} id={first} />,
    };
  }
  const { path, title, Panel } = PANELS.find((panel) => panel.path === name) ?? PANELS[0];
  return { title, panel: path, content: <Panel {...world} /> };
}

/** Whoever cannot see the page change is told by its title, and reads on from the panel's beginning. */
function useTitle(title: string, main: { current: HTMLElement | null }, route: string): void {
  const before = useRef(route);
  useEffect(() => {
    document.title = `${title} · Mixmax Real-Time Sync`;
    if (before.current !== route) main.current?.focus();
    before.current = route;
  }, [title, main, route]);
}
