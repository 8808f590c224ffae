import { useCallback } from 'preact/hooks';
import type { AuditsAnswer, PassAnswer } from '../answers.ts';
import { count, duration } from '../format.ts';
import type { PanelProps } from '../panel.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Card } from '../parts/card.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { useResource } from '../use-resource.ts';
import { RunningPass } from './running-pass.tsx';
import { StartAudit } from './start-audit.tsx';

const READ_EVERY_MS = 2_000;
const KINDS: Readonly<Record<PassAnswer['kind'], string>> = {
  audit: 'Audit',
  interval: 'Interval sync',
  closing: 'Return to real time',
  gap: 'Sync',
  sweep: 'Sweep',
  check: 'Light check',
};

/** Reading and comparing the org with the mirror: what it would cost, what runs, what came of it. */
export function Audits({ api, live }: PanelProps) {
  const load = useCallback(() => api.get<AuditsAnswer>('/audits?limit=20'), [api]);
  const audits = useResource(load, READ_EVERY_MS);
  const objects = live.status.data?.objects ?? [];
  const sync = async () => {
    await api.send('POST', '/sync', {});
    audits.reload();
    return 'Started.';
  };
  return (
    <>
      <Card title="Sync now">
        <p>Reads what changed since the mirror was last proven complete.</p>
        <ActionButton label="Sync now" look="brand" run={sync} />
      </Card>
      <StartAudit api={api} objects={objects.map(({ object }) => object)} onStart={audits.reload} />
      <Loaded of={audits} what="the audits">
        {({ audits: passes }) => (
          <>
            {passes
              .filter(({ state }) => state === 'running')
              .map((pass) => (
                <RunningPass
                  key={pass.id}
                  api={api}
                  pass={pass}
                  title={KINDS[pass.kind]}
                  objects={objects}
                  now={live.status.data?.now}
                  onChange={audits.reload}
                />
              ))}
            <PastPasses passes={passes.filter(({ state }) => state !== 'running')} />
          </>
        )}
      </Loaded>
    </>
  );
}

const COLUMNS = [
  'Started',
  'Kind',
  'Why',
  'State',
  { title: 'Rows', numeric: true },
  'Took',
  'Report',
];

function PastPasses({ passes }: { readonly passes: readonly PassAnswer[] }) {
  return (
    <Card title="Finished">
      {passes.length === 0 ? (
        <p class="quiet">Nothing has finished yet.</p>
      ) : (
        <Table caption="Finished audits and syncs" columns={COLUMNS}>
          {passes.map((pass) => (
            <tr key={pass.id}>
              <td class="nowrap">
                <Moment at={pass.startedAt} />
              </td>
              <td>{KINDS[pass.kind]}</td>
              <td>{pass.reason}</td>
              <td class={pass.state === 'failed' ? 'failed' : undefined}>{pass.state}</td>
              <td class="number">{count(pass.rows)}</td>
              <td class="nowrap">{timeTaken(pass)}</td>
              <td>{pass.kind === 'audit' && <a href={`#/report/${pass.id}`}>Report</a>}</td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}

function timeTaken({ startedAt, finishedAt }: PassAnswer): string {
  if (finishedAt === undefined) return '';
  return duration(Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
}
