import type { ObjectStatus } from '#core/status.ts';
import type { PassAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { count, duration } from '../format.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Card } from '../parts/card.tsx';
import { Facts } from '../parts/facts.tsx';
import { Moment } from '../parts/moment.tsx';

interface RunningPassProps {
  readonly api: Api;
  readonly pass: PassAnswer;
  readonly title: string;
  readonly objects: readonly ObjectStatus[];
  /** Receiver's clock. */
  readonly now: string | undefined;
  readonly onChange: () => void;
}

/** What runs: how far it is, what is left, and the buttons to pause it. */
export function RunningPass(props: RunningPassProps) {
  const { api, pass, title, objects, now, onChange } = props;
  const act = (verb: 'pause' | 'resume') => async () => {
    await api.send('POST', `/audits/${pass.id}/${verb}`);
    onChange();
    return undefined;
  };
  const parts = Object.values(pass.objects);
  const done = parts.filter(({ state }) => state === 'done').length;
  const total = pass.kind === 'audit' ? rowsToRead(pass, objects) : undefined;
  const left = total === undefined ? undefined : secondsLeft(pass, total, now);
  return (
    <Card
      title={`${title}, ${pass.pausedAt ? 'paused' : 'running'}`}
      tone={pass.pausedAt ? 'warn' : 'busy'}
    >
      <progress
        aria-label="Progress"
        max={total ?? parts.length}
        value={total === undefined ? done : Math.min(pass.rows, total)}
      />
      <Facts
        of={[
          ['Why', pass.reason],
          ['Started', <Moment at={pass.startedAt} now={now} />],
          ['Objects done', `${done} of ${parts.length}`],
          ['Rows read', total ? `${count(pass.rows)} of about ${count(total)}` : count(pass.rows)],
          ['Time left', left === undefined ? undefined : `about ${duration(left)}`],
        ]}
      />
      {pass.kind === 'audit' &&
        (pass.pausedAt ? (
          <ActionButton label="Resume" look="brand" run={act('resume')} />
        ) : (
          <ActionButton label="Pause" run={act('pause')} />
        ))}
    </Card>
  );
}

/** As the org was last counted, or as the mirror holds it; unknown while nothing is mirrored. */
function rowsToRead(pass: PassAnswer, objects: readonly ObjectStatus[]): number | undefined {
  const rows = objects
    .filter(({ object }) => object in pass.objects)
    .reduce((sum, { counted, rows: held }) => sum + Math.max(counted?.org ?? 0, held), 0);
  return rows > 0 ? rows : undefined;
}

function secondsLeft(pass: PassAnswer, total: number, now: string | undefined): number | undefined {
  if (now === undefined || pass.pausedAt !== undefined || pass.rows === 0) return undefined;
  const elapsed = (Date.parse(now) - Date.parse(pass.startedAt)) / 1000;
  return Math.max(0, ((total - pass.rows) * elapsed) / pass.rows);
}
