import { useCallback } from 'preact/hooks';
import type { FeedEvent, FieldValue } from '#core/record.ts';
import type { RecordAnswer } from '../../schemas.ts';
import type { Api } from '../api.ts';
import { ApiError } from '../api-error.ts';
import { dateTime } from '../format.ts';
import { Card } from '../parts/card.tsx';
import { Facts } from '../parts/facts.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { useResource } from '../use-resource.ts';
import { changeWord, viaWord } from './changes.tsx';

interface RecordHistoryProps {
  readonly api: Api;
  readonly object: string;
  readonly id: string;
}

interface History {
  /** Absent: the mirror does not hold it any more. */
  readonly record: RecordAnswer | undefined;
  /** Newest first. */
  readonly events: readonly FeedEvent[];
}

const PAGE = 200;
/** A record's events may lie far apart in the feed; so many pages are read, oldest first. */
const MAX_PAGES = 20;

/** One record: what the mirror holds of it, and what happened to it in the last seven days. */
export function RecordHistory({ api, object, id }: RecordHistoryProps) {
  const load = useCallback(() => readHistory(api, object, id), [api, object, id]);
  const history = useResource(load);
  return (
    <>
      <p>
        <a href="#/overview">Back to the overview</a>
      </p>
      <Card title={`${object} ${id}`}>
        <Loaded of={history} what="the record">
          {({ record }) =>
            record ? <Held record={record} /> : <p>The mirror does not know this record.</p>
          }
        </Loaded>
      </Card>
      <Card title="History of seven days">
        <Loaded
          of={history}
          what="the history"
          empty={({ events }) =>
            events.length === 0 ? 'It has not changed in the last seven days.' : undefined
          }
        >
          {({ events }) => events.map((event) => <Revision key={event.id} event={event} />)}
        </Loaded>
      </Card>
    </>
  );
}

function Held({ record }: { readonly record: RecordAnswer }) {
  const state = record.deleted ? 'Deleted' : record.hidden ? 'Hidden from the Sync User' : 'Alive';
  return (
    <>
      <Facts
        of={[
          ['State', state],
          ['Merged into', record.mergedInto],
          ['Revision', record.revision],
          ['Last changed in Salesforce', <Moment at={record.version.modstamp} />],
        ]}
      />
      <details>
        <summary>Fields as the mirror holds them</summary>
        <Table caption="Fields" columns={['Field', 'Value']}>
          {Object.entries(record.fields).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="fields">{valueText(value)}</td>
            </tr>
          ))}
        </Table>
      </details>
    </>
  );
}

function Revision({ event }: { readonly event: FeedEvent }) {
  return (
    <section class="revision">
      <h3>
        {changeWord(event)} <span class="quiet">revision {event.revision}</span>
      </h3>
      <p class="quiet">
        Saved {dateTime(event.modstamp)}, applied {dateTime(event.appliedAt)}, via {viaWord(event)}
      </p>
      {Object.keys(event.changed).length > 0 && (
        <Table
          caption={`Fields of revision ${event.revision}`}
          columns={['Field', 'Before', 'After']}
        >
          {Object.entries(event.changed).map(([name, { old, new: now }]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="fields">{valueText(old)}</td>
              <td class="fields">{valueText(now)}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function valueText(value: FieldValue) {
  return value === null ? <span class="quiet">empty</span> : String(value);
}

async function readHistory(api: Api, object: string, id: string): Promise<History> {
  const path = `/records/${encodeURIComponent(object)}/${encodeURIComponent(id)}`;
  const [record, events] = await Promise.all([
    api.get<RecordAnswer>(path).catch(nothingIfUnknown),
    readEvents(api, id),
  ]);
  return { record, events };
}

function nothingIfUnknown(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 404) return undefined;
  throw error;
}

async function readEvents(api: Api, id: string): Promise<readonly FeedEvent[]> {
  const events: FeedEvent[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const query = new URLSearchParams({ record: id, limit: String(PAGE), ...(after && { after }) });
    const page = await api.get<{ events: readonly FeedEvent[]; next: string }>(`/feed?${query}`);
    events.unshift(...page.events.toReversed());
    if (page.next === after || page.events.length === 0) break;
    after = page.next;
  }
  return events;
}
