import { useCallback } from 'preact/hooks';
import type { ErrorsAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { count, counted } from '../format.ts';
import type { PanelProps } from '../panel.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Card } from '../parts/card.tsx';
import { Facts } from '../parts/facts.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { saveCsv } from '../save-csv.ts';
import { type Resource, useResource } from '../use-resource.ts';
import { SwitchOff } from './switch-off.tsx';

type SyncError = ErrorsAnswer['errors'][number];

const READ_EVERY_MS = 30_000;
const SOURCES = [
  [
    'apex',
    'From Apex',
    'Nothing: Apex logged no error. It logs only while Error logging enabled is ticked in Mixmax Settings.',
  ],
  ['salesforce', 'From Salesforce', 'Nothing: Salesforce refused nothing.'],
  ['queue', 'From the queues', 'Nothing: no message was given up.'],
] as const;

/** What went wrong, by where it came from, and how to switch the sync off. */
export function Errors({ api, live }: PanelProps) {
  const load = useCallback(() => api.get<ErrorsAnswer>('/errors'), [api]);
  const errors = useResource(load, READ_EVERY_MS);
  return (
    <>
      <Loaded of={errors} what="the errors">
        {(data) =>
          SOURCES.map(([source, title, nothing]) => (
            <Card
              key={source}
              title={title}
              actions={
                <ExportButton
                  name={source}
                  errors={data.errors.filter((one) => one.source === source)}
                />
              }
            >
              {source === 'apex' && data.apexUnread && (
                <p class="failed">The org could not be asked: {data.apexUnread}</p>
              )}
              <Groups
                api={api}
                errors={data.errors.filter((one) => one.source === source)}
                nothing={nothing}
                resource={errors}
              />
            </Card>
          ))
        }
      </Loaded>
      <SwitchOff api={api} status={live.status} />
    </>
  );
}

interface GroupsProps {
  readonly api: Api;
  readonly errors: readonly SyncError[];
  readonly nothing: string;
  readonly resource: Resource<ErrorsAnswer>;
}

function Groups({ api, errors, nothing, resource }: GroupsProps) {
  if (errors.length === 0) return <p class="quiet">{nothing}</p>;
  return (
    <>
      {errors.map((error) => (
        <Group key={`${error.kind} ${error.message}`} api={api} error={error} resource={resource} />
      ))}
    </>
  );
}

interface GroupProps {
  readonly api: Api;
  readonly error: SyncError;
  readonly resource: Resource<ErrorsAnswer>;
}

function Group({ api, error, resource }: GroupProps) {
  const { kind, message, retry, records, objects } = error;
  const tryAgain = async () => {
    const done = retry && (await retryThem(api, retry));
    resource.reload();
    return done;
  };
  return (
    <section class="revision">
      <h3>{message}</h3>
      <Facts
        of={[
          ['What failed', kind],
          ['How often', count(error.count)],
          ['First', <Moment at={error.firstAt} />],
          ['Last', <Moment at={error.lastAt} />],
          ['Objects', objects.length > 0 ? objects.join(', ') : undefined],
        ]}
      />
      {records.length > 0 && (
        <details>
          <summary>{counted(records.length, 'affected record')}</summary>
          <ul class="chips">
            {records.map((id) => (
              <li key={id} class="chip">
                {objects.length === 1 ? <a href={`#/records/${objects[0]}/${id}`}>{id}</a> : id}
              </li>
            ))}
          </ul>
        </details>
      )}
      {retry && <ActionButton label={`Try again (${count(retry.ids.length)})`} run={tryAgain} />}
    </section>
  );
}

async function retryThem(
  api: Api,
  { what, ids }: NonNullable<SyncError['retry']>,
): Promise<string> {
  if (what === 'activities') {
    const { results } = await api.send<{ results: readonly { outcome: string }[] }>(
      'POST',
      '/activities/retries',
      { ids },
    );
    const queued = results.filter(({ outcome }) => outcome === 'queued').length;
    return `${count(queued)} of ${count(ids.length)} are tried again.`;
  }
  const { redriven } = await api.send<{ redriven: number }>('POST', '/dead-letters', { ids });
  return `${counted(redriven, 'message')} sent again.`;
}

interface ExportButtonProps {
  readonly name: string;
  readonly errors: readonly SyncError[];
}

function ExportButton({ name, errors }: ExportButtonProps) {
  const rows = errors.map((error) => [
    error.source,
    error.kind,
    error.message,
    error.count,
    error.firstAt,
    error.lastAt,
    error.objects.join(' '),
    error.records.join(' '),
  ]);
  const head = ['source', 'kind', 'message', 'count', 'first', 'last', 'objects', 'records'];
  return (
    <button
      type="button"
      class="button"
      disabled={errors.length === 0}
      onClick={() => saveCsv(`errors-${name}.csv`, [head, ...rows])}
    >
      Export CSV
    </button>
  );
}
