import { useState } from 'preact/hooks';
import type { ChangeType, FeedEvent } from '#core/record.ts';
import { counted, dateTime } from '../format.ts';
import { Card } from '../parts/card.tsx';
import { Table } from '../parts/table.tsx';

const SHOWN = 25;
const CHANGE_WORDS: Readonly<Record<ChangeType, string>> = {
  'record.created': 'created',
  'record.updated': 'updated',
  'record.deleted': 'deleted',
  'record.merged': 'merged',
  'record.hidden': 'hidden',
  'record.refreshed': 'refreshed',
};
const VIA: Readonly<Record<FeedEvent['via'], string>> = {
  notice: 'Apex',
  read: 'REST',
  bulk: 'Bulk API',
};
const COLUMNS = ['Applied', 'Change', 'Record', 'Fields', 'Via'];

interface ChangesProps {
  /** Newest first. */
  readonly changes: readonly FeedEvent[];
  /** False until the feed was read once. */
  readonly read: boolean;
}

/** The last changes, filterable; each opens its record's history. */
export function Changes({ changes, read }: ChangesProps) {
  const [object, setObject] = useState('');
  const [text, setText] = useState('');
  const objects = [...new Set(changes.map((event) => event.object))].sort();
  const wanted = changes.filter(
    (event) => (object === '' || event.object === object) && mentions(event, text),
  );
  return (
    <Card
      title="Last changes"
      actions={
        <>
          <select
            aria-label="Object"
            value={object}
            onChange={(event) => setObject(event.currentTarget.value)}
          >
            <option value="">All objects</option>
            {objects.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <input
            type="search"
            aria-label="Filter by id, field or kind"
            placeholder="Id, field or kind"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </>
      }
    >
      <ChangeList changes={wanted} read={read} filtered={wanted.length < changes.length} />
    </Card>
  );
}

function ChangeList({ changes, read, filtered }: ChangesProps & { readonly filtered: boolean }) {
  if (!read) {
    return (
      <p class="quiet loading" role="status">
        Reading the feed…
      </p>
    );
  }
  if (changes.length === 0) {
    return (
      <p class="quiet">
        {filtered ? 'No change fits the filter.' : 'Nothing has changed in the last seven days.'}
      </p>
    );
  }
  return (
    <>
      <Table caption="Last changes" columns={COLUMNS}>
        {changes.slice(0, SHOWN).map((event) => (
          <ChangeRow key={event.id} event={event} />
        ))}
      </Table>
      {changes.length > SHOWN && (
        <p class="quiet small">The newest {counted(SHOWN, 'change')} of those that fit.</p>
      )}
    </>
  );
}

function ChangeRow({ event }: { readonly event: FeedEvent }) {
  const { object, recordId } = event;
  return (
    <tr>
      <td class="nowrap">
        <time dateTime={event.appliedAt}>{dateTime(event.appliedAt)}</time>
      </td>
      <td>{changeWord(event)}</td>
      <td>
        <a href={`#/records/${object}/${recordId}`}>
          {object} <code>{recordId}</code>
        </a>
      </td>
      <td class="fields">{fieldNames(event)}</td>
      <td class="nowrap">{viaWord(event)}</td>
    </tr>
  );
}

export function changeWord({ type }: FeedEvent): string {
  return CHANGE_WORDS[type];
}

export function viaWord({ via }: FeedEvent): string {
  return VIA[via];
}

function mentions(event: FeedEvent, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return true;
  const words = [event.recordId, changeWord(event), viaWord(event), ...Object.keys(event.changed)];
  return words.some((word) => word.toLowerCase().includes(wanted));
}

const SHOWN_FIELDS = 6;
const STAMPS = new Set(['SystemModstamp', 'LastModifiedDate', 'LastModifiedById']);

function fieldNames(event: FeedEvent): string {
  const names = Object.keys(event.changed).filter((name) => !STAMPS.has(name));
  const more = names.length - SHOWN_FIELDS;
  return names.slice(0, SHOWN_FIELDS).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
