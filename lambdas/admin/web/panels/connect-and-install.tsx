import type { StateName, Status } from '#core/status.ts';
import type { Api } from '../api.ts';
import { count } from '../format.ts';
import type { PanelProps } from '../panel.ts';
import { Card } from '../parts/card.tsx';
import { ConnectForm } from '../parts/connect-form.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Install } from './install.tsx';
import { Permissions } from './permissions.tsx';
import { UsageForecast } from './usage-forecast.tsx';

/** From a connected Sync User to real time: permissions, what it will cost, the package, its set-up. */
export function ConnectAndInstall({ api, live }: PanelProps) {
  return (
    <>
      <Loaded of={live.status} what="the state">
        {(status) => (
          <>
            <Progress status={status} />
            <Install api={api} status={status} />
          </>
        )}
      </Loaded>
      <Permissions api={api} />
      <UsageForecast api={api} />
      <Reconnect api={api} />
    </>
  );
}

type Step = 'done' | 'now' | 'later';

const STEP_WORDS: Readonly<Record<Step, string>> = {
  done: 'done',
  now: 'under way',
  later: 'to come',
};

/** How far the set-up is, as the article tells it. */
function Progress({ status }: { readonly status: Status }) {
  const reached = reachedStep(status);
  const steps = [
    'Sync User connected',
    'Package installed',
    'Package set up: gateway, token, synced fields',
    'Initial audit',
    'Active: changes arrive as they happen',
  ];
  const stepOf = (index: number): Step =>
    index < reached ? 'done' : index === reached ? 'now' : 'later';
  return (
    <Card title="Set-up">
      <ol class="steps progress-steps">
        {steps.map((label, index) => (
          <li
            key={label}
            class={`step-${stepOf(index)}`}
            aria-current={index === reached ? 'step' : undefined}
          >
            {label} <span class="quiet">{STEP_WORDS[stepOf(index)]}</span>
            {index === 3 && index === reached && status.pass && (
              <span class="quiet">, {count(status.pass.rows)} rows read</span>
            )}
          </li>
        ))}
      </ol>
      <p>{status.cause}</p>
    </Card>
  );
}

const REACHED: Partial<Readonly<Record<StateName, number>>> = {
  'not-installed': 1,
  'setting-up': 2,
  auditing: 3,
};

/** The step that is under way; 5 = all are done. An error on the way there holds the step it happened in. */
function reachedStep({ state, objects }: Status): number {
  const known = REACHED[state];
  if (known !== undefined) return known;
  if (state === 'error' && objects.every(({ completeThrough }) => completeThrough === undefined)) {
    return objects.length === 0 ? 1 : 3;
  }
  return 5;
}

function Reconnect({ api }: { readonly api: Api }) {
  return (
    <Card title="Connect Sync User again">
      <p>
        As the same user, or as another one of this org. Mirror, conditions and keys stay as they
        are.
      </p>
      <ConnectForm
        known={{}}
        begin={async (request) => {
          const begun = await api.send<{ authorizeUrl: string }>('POST', '/sign-ins', request);
          return begun.authorizeUrl;
        }}
      />
    </Card>
  );
}
