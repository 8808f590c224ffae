import type { StateName, Status } from '#core/status.ts';
import { count } from '../format.ts';
import { Card, type Tone } from '../parts/card.tsx';
import { Facts } from '../parts/facts.tsx';
import { Moment } from '../parts/moment.tsx';

interface StateLook {
  readonly title: string;
  readonly tone: Tone;
  /** Where in the page more can be seen or done about it. */
  readonly link?: readonly [href: string, label: string];
}

const INSTALL = ['#/connect', 'Connect and install'] as const;
const LIMITS = ['#/limits', 'Limits'] as const;
const ERRORS = ['#/errors', 'Errors'] as const;
const AUDITS = ['#/audits', 'Audits and sync'] as const;

const LOOKS: Readonly<Record<StateName, StateLook>> = {
  'not-installed': { title: 'Package not installed', tone: 'warn', link: INSTALL },
  'setting-up': { title: 'Setting up', tone: 'busy', link: INSTALL },
  auditing: { title: 'Initial audit running', tone: 'busy', link: AUDITS },
  active: { title: 'Active', tone: 'good' },
  quiet: { title: 'No Apex update for over 30 minutes', tone: 'warn' },
  interval: { title: 'Interval sync', tone: 'warn' },
  closing: { title: 'Returning to real time', tone: 'busy' },
  paused: { title: 'Paused to spare API calls', tone: 'warn', link: LIMITS },
  disabled: { title: 'Disabled in Salesforce', tone: 'warn', link: ERRORS },
  removed: { title: 'Removed', tone: 'bad' },
  error: { title: 'Error', tone: 'bad', link: ERRORS },
};

const MODES: Readonly<Record<Status['mode'], string>> = {
  realtime: 'Real time: Apex tells of every change',
  interval: 'Interval sync: changes are read by Bulk API',
  closing: 'Interval sync, returning to real time',
};

const VERDICTS: Readonly<Record<NonNullable<Status['verdict']>, string>> = {
  idle: 'Idle: the way works, nothing that counts was saved',
  lagging: 'Lagging: the way works, and is slow',
  broken: 'Broken: changes are not told',
  checking: 'Being looked into',
};

/** What the sync does, since when, why, on what evidence, and what to do. */
export function StateCard({ status }: { readonly status: Status }) {
  const { title, tone, link } = LOOKS[status.state];
  return (
    <Card title={title} tone={tone}>
      <div aria-live="polite">
        <p class="cause">{status.cause}</p>
        {status.fix && (
          <p class="fix">
            <strong>What to do: </strong>
            {status.fix}
          </p>
        )}
      </div>
      {link && (
        <p>
          <a class="button" href={link[0]}>
            Open {link[1]}
          </a>
        </p>
      )}
      <Facts
        of={[
          ['Since', <Moment at={status.since} now={status.now} />],
          ['Last Apex update detected', <LastApex status={status} />],
          ['Mode', MODES[status.mode]],
          ['Verdict', status.verdict && VERDICTS[status.verdict]],
          ['Sync Conditions', status.conditionsOn ? 'On' : 'Off: every update counts'],
          ['Messages given up', status.deadLetters > 0 ? count(status.deadLetters) : undefined],
          ['Last pass', status.pass && <PassLine pass={status.pass} />],
        ]}
      />
      <details>
        <summary>Evidence</summary>
        <ul class="evidence">
          {status.evidence.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </details>
    </Card>
  );
}

function LastApex({ status: { lastApexSeenAt, now } }: { readonly status: Status }) {
  return <Moment at={lastApexSeenAt} now={now} absent="none yet" />;
}

function PassLine({ pass }: { readonly pass: NonNullable<Status['pass']> }) {
  return (
    <>
      {pass.kind}, {pass.state}, {count(pass.rows)} rows
    </>
  );
}
