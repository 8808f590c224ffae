import { useEffect, useMemo, useRef } from 'preact/hooks';
import { apiOf } from './api.ts';
import type { PanelProps } from './panel.ts';
import { RecordHistory } from './panels/record-history.tsx';
import { PANELS } from './panels.tsx';
import type { Session } from './session.ts';
import { useLive } from './use-live.ts';
import { useRoute } from './use-route.ts';

/** The page of a connected org: its name, the way between the panels, and one of them. */
export function App({ session }: { readonly session: Session }) {
  const api = useMemo(() => apiOf(session), [session]);
  const live = useLive(api);
  const [name = 'overview', ...rest] = useRoute();
  const panel = PANELS.find(({ path }) => path === name) ?? PANELS[0];
  const status = live.status.data;
  const main = useRef<HTMLElement>(null);
  const title = name === 'records' ? 'Record' : panel.title;
  useTitle(title, main, name);
  return (
    <>
      <button type="button" class="button skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="banner">
        <p class="product">Mixmax Real-Time Sync</p>
        {status && (
          <p class="org">
            {status.orgName} <span class="quiet">{status.orgId}</span>
          </p>
        )}
      </header>
      <div class="frame">
        <nav aria-label="Panels">
          <ul>
            {PANELS.map(({ path, title: label }) => (
              <li key={path}>
                <a
                  href={`#/${path}`}
                  aria-current={path === panel.path && name !== 'records' ? 'page' : undefined}
                >
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <main ref={main} tabIndex={-1}>
          <h1>{title}</h1>
          <Shown panel={panel} name={name} rest={rest} props={{ api, session, live }} />
        </main>
      </div>
    </>
  );
}

interface ShownProps {
  readonly panel: (typeof PANELS)[number];
  readonly name: string;
  readonly rest: readonly string[];
  readonly props: PanelProps;
}

function Shown({ panel, name, rest: [object, id], props }: ShownProps) {
  if (name === 'records' && object && id)
    return <RecordHistory api={props.api} object={object} id={id} />;
  const { Panel } = panel;
  return <Panel {...props} />;
}

/** Whoever cannot see the page change is told by its title, and reads on from the panel's beginning. */
function useTitle(title: string, main: { current: HTMLElement | null }, name: string): void {
  const before = useRef(name);
  useEffect(() => {
    document.title = `${title} · Mixmax Real-Time Sync`;
    if (before.current !== name) main.current?.focus();
    before.current = name;
  }, [title, main, name]);
}
