import type { FeedEvent } from '#core/record.ts';
import type { ObjectStatus, StateName, Status } from '#core/status.ts';
import type { Session } from './api.ts';
import { ago, count, dateTime } from './format.ts';
import { useChanges, useStatus } from './use-live.ts';

/** State, objects and the last changes: is the sync all right, if not why, and what to do. */
export function Overview({ session }: { session: Session }) {
  const { status, failure } = useStatus(session);
  const changes = useChanges(session);
  return (
    <main>
      <header>
        <h1>Mixmax Real-Time Sync</h1>
        {status && (
          <p class="org">
            {status.orgName} <span class="quiet">{status.orgId}</span>
          </p>
        )}
      </header>
      {failure && (
        <p class="card state-error" role="alert">
          {failure}
        </p>
      )}
      {status ? <StateCard status={status} /> : !failure && <p class="card">Reading the state…</p>}
      {status && <Objects objects={status.objects} now={status.now} />}
      <Changes changes={changes} />
    </main>
  );
}

const STATE_TITLES: Record<StateName, string> = {
  'not-installed': 'Package not installed',
  'setting-up': 'Setting up',
  auditing: 'Initial audit running',
  active: 'Active',
  quiet: 'No Apex update for over 30 minutes',
  interval: 'Interval sync',
  closing: 'Returning to real time',
  paused: 'Paused to spare API calls',
  disabled: 'Disabled in Salesforce',
  removed: 'Removed',
  error: 'Error',
};

function StateCard({ status }: { status: Status }) {
  return (
    <section class={`card state-${status.state}`} aria-live="polite" aria-label="State">
      <h2>{STATE_TITLES[status.state]}</h2>
      <p>{status.cause}</p>
      <dl>
        <dt>Since</dt>
        <dd>
          {dateTime(status.since)} <span class="quiet">{ago(status.since, status.now)}</span>
        </dd>
        <dt>Last Apex update detected</dt>
        <dd>
          {status.lastApexSeenAt ? (
            <>
              {dateTime(status.lastApexSeenAt)}{' '}
              <span class="quiet">{ago(status.lastApexSeenAt, status.now)}</span>
            </>
          ) : (
            'none yet'
          )}
        </dd>
        <dt>Mode</dt>
        <dd>{status.mode}</dd>
        {status.verdict && (
          <>
            <dt>Apex</dt>
            <dd>{status.verdict}</dd>
          </>
        )}
        <dt>Sync Conditions</dt>
        <dd>{status.conditionsOn ? 'on' : 'off'}</dd>
        {status.deadLetters > 0 && (
          <>
            <dt>Messages given up</dt>
            <dd>{count(status.deadLetters)}</dd>
          </>
        )}
        {status.pass && (
          <>
            <dt>Last pass</dt>
            <dd>
              {status.pass.kind}, {status.pass.state}, {count(status.pass.rows)} rows
            </dd>
          </>
        )}
      </dl>
      {status.evidence.length > 0 && (
        <ul class="evidence">
          {status.evidence.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {status.fix && <p class="fix">{status.fix}</p>}
    </section>
  );
}

function Objects({ objects, now }: { objects: readonly ObjectStatus[]; now: string }) {
  return (
    <section class="card">
      <h2>Objects</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Object</th>
              <th scope="col" class="number">
                Rows in mirror
              </th>
              <th scope="col">Proven complete through</th>
              <th scope="col">Live through</th>
            </tr>
          </thead>
          <tbody>
            {objects.map((object) => (
              <tr key={object.object}>
                <th scope="row">{object.object}</th>
                <td class="number">{count(object.rows)}</td>
                <td>{moment(object.completeThrough, now)}</td>
                <td>{moment(object.liveThrough, now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function moment(at: string | undefined, now: string) {
  if (!at) return <span class="quiet">not yet</span>;
  return (
    <>
      {dateTime(at)} <span class="quiet">{ago(at, now)}</span>
    </>
  );
}

function Changes({ changes }: { changes: readonly FeedEvent[] }) {
  return (
    <section class="card">
      <h2>Last changes</h2>
      {changes.length === 0 ? (
        <p class="quiet">Nothing has changed in the last seven days.</p>
      ) : (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Applied</th>
                <th scope="col">Change</th>
                <th scope="col">Record</th>
                <th scope="col">Fields</th>
                <th scope="col">Via</th>
              </tr>
            </thead>
            <tbody>
              {changes.map((event) => (
                <tr key={event.id}>
                  <td>{dateTime(event.appliedAt)}</td>
                  <td>{event.type.replace('record.', '')}</td>
                  <td>
                    {event.object} <code>{event.recordId}</code>
                  </td>
                  <td class="fields">{fieldNames(event)}</td>
                  <td>{event.via}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const SHOWN_FIELDS = 6;
const STAMPS = new Set(['SystemModstamp', 'LastModifiedDate', 'LastModifiedById']);

function fieldNames(event: FeedEvent): string {
  const names = Object.keys(event.changed).filter((name) => !STAMPS.has(name));
  const more = names.length - SHOWN_FIELDS;
  return names.slice(0, SHOWN_FIELDS).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
