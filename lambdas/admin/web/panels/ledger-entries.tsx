import { KIND_LABELS } from '../activity-kinds.ts';
import type { LedgerAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { count, words } from '../format.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { MatchForm } from './match-form.tsx';

type LedgerEntry = LedgerAnswer['activities'][number];

const COLUMNS = ['Activity', 'State', 'User', 'When', 'In Salesforce', 'Why', 'Tries', 'To do'];
const RETRIED: ReadonlySet<string> = new Set(['failed', 'unresolved', 'skipped', 'ignored']);

interface LedgerEntriesProps {
  readonly api: Api;
  readonly entries: readonly LedgerEntry[];
  readonly reload: () => void;
}

/** Activities and what can be done about each: another try, a match, no more looking, logging in spite of exclusions. */
export function LedgerEntries({ api, entries, reload }: LedgerEntriesProps) {
  return (
    <Table caption="Activities" columns={COLUMNS}>
      {entries.map((entry) => (
        <tr key={entry.id}>
          <th scope="row" class="stacked">
            <span>{labelOf(entry.kind)}</span>
            {entry.subject !== undefined && <span class="fields">{entry.subject}</span>}
            <code class="quiet small">{entry.senderId}</code>
          </th>
          <td>{entry.state}</td>
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
            <Actions api={api} entry={entry} reload={reload} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function labelOf(kind: string): string {
  return (KIND_LABELS as Readonly<Record<string, string>>)[kind] ?? kind;
}

interface ActionsProps {
  readonly api: Api;
  readonly entry: LedgerEntry;
  readonly reload: () => void;
}

function Actions({ api, entry, reload }: ActionsProps) {
  if (!RETRIED.has(entry.state)) return null;
  const { id, state } = entry;
  const again = (override: boolean) => async () => {
    const { results } = await api.send<{ results: readonly { outcome: string }[] }>(
      'POST',
      '/activities/retries',
      { ids: [id], override },
    );
    reload();
    return results[0]?.outcome;
  };
  const path = `/unresolved/${encodeURIComponent(id)}`;
  const ignore = async () => {
    await api.send('POST', `${path}/ignore`);
    reload();
    return undefined;
  };
  const people = peopleWithoutRecord(entry);
  return (
    <div class="row">
      <ActionButton label="Try again" run={again(false)} />
      {state === 'skipped' && <ActionButton label="Log it anyway" run={again(true)} />}
      {people.length > 0 && (
        <MatchForm
          people={people}
          match={async (body) => {
            await api.send('POST', `${path}/match`, body);
            reload();
          }}
        />
      )}
      {state === 'unresolved' && <ActionButton label="Ignore" run={ignore} />}
    </div>
  );
}

function peopleWithoutRecord({ tasks, skipped }: LedgerEntry): readonly string[] {
  const unresolved = tasks.flatMap(({ whoIds, person }) =>
    whoIds.length === 0 ? (person ?? []) : [],
  );
  const unknown = skipped.flatMap(({ person, reason }) => (reason === 'no-record' ? person : []));
  return [...new Set([...unresolved, ...unknown])];
}

function Rows({ entry: { tasks } }: { readonly entry: LedgerEntry }) {
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

function reasonsOf({ problem, skipped }: LedgerEntry): readonly string[] {
  const skips = skipped.map(
    ({ person, reason }) => `${person}: ${words(reason).replaceAll('-', ' ')}`,
  );
  return problem === undefined ? skips : [problem, ...skips];
}
