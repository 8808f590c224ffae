import { useCallback, useState } from 'preact/hooks';
import type { LedgerAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { count, words } from '../format.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Card } from '../parts/card.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { useResource } from '../use-resource.ts';

type Entry = LedgerAnswer['activities'][number];

const LIMIT = 200;
/** In the order in which they want to be looked at; what each means. */
const STATES = {
  unresolved: 'Somebody in it is not in Salesforce yet. It is looked for again every five minutes.',
  failed: 'Salesforce refused it, or nobody can tell whether it was written.',
  skipped: 'Nothing was to be written; the reasons say why.',
  written: 'In Salesforce.',
  queued: 'To be written.',
  writing: 'Being written.',
  ahead: 'An occurrence of a recurring event that is too far ahead.',
} as const;
type State = keyof typeof STATES;
const COLUMNS = ['Activity', 'User', 'When', 'In Salesforce', 'Why', 'Tries', ''];

/** What became of each activity, by state; with a search, another try, and a try that overrides exclusions. */
export function Ledger({ api }: { readonly api: Api }) {
  const [state, setState] = useState<State>('unresolved');
  const [text, setText] = useState('');
  const load = useCallback(
    () => api.get<LedgerAnswer>(`/activities?state=${state}&limit=${LIMIT}`),
    [api, state],
  );
  const ledger = useResource(load, 10_000);
  const recheck = async () => {
    const { queued } = await api.send<{ queued: number }>('POST', '/unresolved');
    ledger.reload();
    return `${count(queued)} found and being written.`;
  };
  return (
    <Card
      title="Ledger"
      actions={
        <>
          <select
            aria-label="State"
            value={state}
            onChange={(event) => setState(event.currentTarget.value as State)}
          >
            {Object.keys(STATES).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <input
            type="search"
            aria-label="Search by id, user, person or kind"
            placeholder="Id, user, person or kind"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </>
      }
    >
      <p>{STATES[state]}</p>
      {state === 'unresolved' && <ActionButton label="Look for all of them now" run={recheck} />}
      <Loaded
        of={ledger}
        what="the activities"
        empty={({ activities }) => (activities.length === 0 ? 'There is none.' : undefined)}
      >
        {({ activities }) => (
          <Entries
            api={api}
            state={state}
            entries={activities.filter((entry) => mentions(entry, text))}
            reload={ledger.reload}
          />
        )}
      </Loaded>
      <p class="quiet small">The {LIMIT} that are longest in this state are searched.</p>
    </Card>
  );
}

interface EntriesProps {
  readonly api: Api;
  readonly state: State;
  readonly entries: readonly Entry[];
  readonly reload: () => void;
}

function Entries({ api, state, entries, reload }: EntriesProps) {
  if (entries.length === 0) return <p class="quiet">None fits the search.</p>;
  const again = (id: string, override: boolean) => async () => {
    const { results } = await api.send<{ results: readonly { outcome: string }[] }>(
      'POST',
      '/activities/retries',
      { ids: [id], override },
    );
    reload();
    return results[0]?.outcome;
  };
  return (
    <Table caption={`Activities, ${state}`} columns={COLUMNS}>
      {entries.map((entry) => (
        <tr key={entry.id}>
          <th scope="row">
            {entry.kind} <code>{entry.senderId}</code>
          </th>
          <td>{entry.user}</td>
          <td>
            <Moment at={entry.at} />
          </td>
          <td>
            <Rows entry={entry} />
          </td>
          <td class="fields">{reasonsOf(entry).join('; ')}</td>
          <td class="number">{count(entry.attempts)}</td>
          <td>
            {['failed', 'unresolved', 'skipped'].includes(state) && (
              <div class="row">
                <ActionButton label="Try again" run={again(entry.id, false)} />
                {state === 'skipped' && (
                  <ActionButton label="Log it anyway" run={again(entry.id, true)} />
                )}
              </div>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Rows({ entry: { tasks } }: { readonly entry: Entry }) {
  const written = tasks.flatMap(({ id }) => id ?? []);
  if (written.length === 0) return <span class="quiet">nothing</span>;
  return (
    <>
      {written.map((id) => (
        <a
          key={id}
          class="nowrap"
          href={`#/records/${id.startsWith('00U') ? 'Event' : 'Task'}/${id}`}
        >
          <code>{id}</code>{' '}
        </a>
      ))}
    </>
  );
}

function reasonsOf({ problem, skipped }: Entry): readonly string[] {
  const skips = skipped.map(
    ({ person, reason }) => `${person}: ${words(reason).replaceAll('-', ' ')}`,
  );
  return problem === undefined ? skips : [problem, ...skips];
}

function mentions(entry: Entry, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return true;
  const people = [...entry.tasks, ...entry.skipped].flatMap(({ person }) => person ?? []);
  const ids = entry.tasks.flatMap(({ id, whoIds }) => [id ?? '', ...whoIds]);
  return [entry.id, entry.senderId, entry.user, entry.kind, ...people, ...ids].some((word) =>
    word.toLowerCase().includes(wanted),
  );
}
