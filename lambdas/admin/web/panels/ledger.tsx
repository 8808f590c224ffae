import { useCallback, useState } from 'preact/hooks';
import type { LedgerAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { count } from '../format.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Card } from '../parts/card.tsx';
import { Choice } from '../parts/choice.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { useResource } from '../use-resource.ts';
import { LedgerEntries } from './ledger-entries.tsx';

const LIMIT = 100;
const READ_EVERY_MS = 10_000;
/** In the order in which they want to be looked at; what each means. */
const STATES = {
  any: 'Whatever became of them.',
  unresolved: 'Somebody in it is not in Salesforce yet. It is looked for again every five minutes.',
  failed: 'Salesforce refused it, or nobody can tell whether it was written.',
  skipped: 'Nothing was to be written; the reasons say why.',
  ignored: 'Somebody in it is not in Salesforce, and nobody is looked for any more.',
  written: 'In Salesforce.',
  queued: 'To be written.',
  writing: 'Being written.',
  ahead: 'An occurrence of a recurring event that is too far ahead.',
} as const;
type State = keyof typeof STATES;

/** What can be searched by: the name in the API, and in the reader's words. */
const FIELDS = {
  person: 'Person (address)',
  user: 'Mixmax user (address)',
  subject: 'Part of the subject',
  record: 'Id of a Salesforce record',
  id: "Sender's id",
} as const;
type Field = keyof typeof FIELDS;

interface Search {
  readonly state: State;
  readonly field: Field;
  readonly text: string;
  /** Days of the reader, empty = without bound. */
  readonly from: string;
  readonly to: string;
}

const EVERYTHING: Search = { state: 'any', field: 'person', text: '', from: '', to: '' };

/** What became of each activity: found by state, person, user, subject, record and day. */
export function Ledger({ api }: { readonly api: Api }) {
  const [search, setSearch] = useState(EVERYTHING);
  const [after, setAfter] = useState<string>();
  const query = queryOf(search, after);
  const load = useCallback(() => api.get<LedgerAnswer>(`/activities?${query}`), [api, query]);
  const found = useResource(load, READ_EVERY_MS);
  const { state } = search;
  const recheck = async () => {
    const { queued } = await api.send<{ queued: number }>('POST', '/unresolved');
    found.reload();
    return `${count(queued)} found and being written.`;
  };
  return (
    <Card title="Ledger">
      <SearchForm
        begin={(next) => {
          setAfter(undefined);
          setSearch(next);
        }}
      />
      <p>{STATES[state]}</p>
      {state === 'unresolved' && <ActionButton label="Look for all of them now" run={recheck} />}
      <Loaded
        of={found}
        what="the activities"
        empty={({ activities }) => (activities.length === 0 ? 'None fits.' : undefined)}
      >
        {({ activities }) => <LedgerEntries api={api} entries={activities} reload={found.reload} />}
      </Loaded>
      <Paging after={after} next={found.data?.next} go={setAfter} />
    </Card>
  );
}

/** Days are the reader's own; the last one is meant whole. */
function queryOf({ state, field, text, from, to }: Search, after: string | undefined): string {
  const day = 24 * 60 * 60_000;
  const midnight = (date: string, plusMs = 0) =>
    new Date(new Date(`${date}T00:00`).getTime() + plusMs).toISOString();
  const wanted = {
    limit: String(LIMIT),
    ...(state !== 'any' && { state }),
    ...(text.trim() !== '' && { [field]: text.trim() }),
    ...(from !== '' && { from: midnight(from) }),
    ...(to !== '' && { to: midnight(to, day) }),
    ...(after !== undefined && { after }),
  };
  return new URLSearchParams(wanted).toString();
}

function SearchForm({ begin }: { readonly begin: (search: Search) => void }) {
  const [next, setNext] = useState(EVERYTHING);
  const set = (change: Partial<Search>) => setNext({ ...next, ...change });
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        begin(next);
      }}
    >
      <label>
        State
        <select
          value={next.state}
          onChange={(event) => {
            const state = event.currentTarget.value as State;
            set({ state });
            begin({ ...next, state });
          }}
        >
          {Object.keys(STATES).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <Choice
        label="Search by"
        options={FIELDS}
        value={next.field}
        set={(field) => set({ field })}
      />
      <input
        type="search"
        aria-label="What to search for"
        value={next.text}
        onInput={(event) => set({ text: event.currentTarget.value })}
      />
      <Day label="From" value={next.from} set={(from) => set({ from })} />
      <Day label="to" value={next.to} set={(to) => set({ to })} />
      <button type="submit" class="button">
        Search
      </button>
    </form>
  );
}

interface DayProps {
  readonly label: string;
  readonly value: string;
  readonly set: (date: string) => void;
}

function Day({ label, value, set }: DayProps) {
  return (
    <label>
      {label}
      <input type="date" value={value} onInput={(event) => set(event.currentTarget.value)} />
    </label>
  );
}

interface PagingProps {
  readonly after: string | undefined;
  readonly next: string | undefined;
  readonly go: (after: string | undefined) => void;
}

function Paging({ after, next, go }: PagingProps) {
  if (after === undefined && next === undefined) return null;
  return (
    <div class="row">
      <button
        type="button"
        class="button"
        disabled={after === undefined}
        onClick={() => go(undefined)}
      >
        To the beginning
      </button>
      <button type="button" class="button" disabled={next === undefined} onClick={() => go(next)}>
        Further on
      </button>
    </div>
  );
}
