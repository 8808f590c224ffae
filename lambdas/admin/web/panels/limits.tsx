import { useCallback, useState } from 'preact/hooks';
import type { LimitsAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { count, counted, dateTime, percent, utcDay, words } from '../format.ts';
import type { PanelProps } from '../panel.ts';
import { Busy } from '../parts/busy.tsx';
import { Card } from '../parts/card.tsx';
import { Facts } from '../parts/facts.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { MeterRow } from '../parts/meter-row.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { useAction } from '../use-action.ts';
import { type Resource, useResource } from '../use-resource.ts';

const READ_EVERY_MS = 30_000;
const METERS = [
  'Of the org',
  { title: 'Used', numeric: true },
  { title: 'Allotted', numeric: true },
  { title: 'Left', numeric: true },
  'Share',
];
/** By the purposes under which calls are counted. */
const PURPOSES: Readonly<Record<string, string>> = {
  notices: 'Reading changed records',
  activities: 'Writing activities',
  tracking: 'Writing opens, clicks and downloads',
  interval: 'Interval sync',
  check: 'Proofs: light checks and sweeps',
  audit: 'Audits',
  backfill: 'Reading new fields',
  ping: 'Pings',
  admin: 'This page and set-up',
};

/** What the sync spends of the org's limits, may spend, and is likely to. */
export function Limits({ api }: PanelProps) {
  const load = useCallback(() => api.get<LimitsAnswer>('/limits'), [api]);
  const limits = useResource(load, READ_EVERY_MS);
  return (
    <Loaded of={limits} what="the limits">
      {(data) => (
        <>
          <Waiting limits={data} />
          <Budget api={api} limits={data} resource={limits} />
          <Allotted limits={data} />
          <Days limits={data} />
        </>
      )}
    </Loaded>
  );
}

function Waiting({ limits }: { readonly limits: LimitsAnswer }) {
  const { waiting } = limits;
  if (waiting.length === 0) {
    return (
      <Card title="Nothing waits" tone="good">
        <p>All work has the API requests it needs.</p>
      </Card>
    );
  }
  return (
    <Card title="Work is paused" tone="warn">
      <p>These wait, the least urgent first: {waiting.map(purposeName).join(', ')}.</p>
      <p>
        It is looked again every 30 minutes; work goes on by itself, in its order, as requests of 24
        hours ago fall out of the count.
      </p>
      <p class="fix">
        <strong>To save requests: </strong>turn off the logging of opens, clicks and downloads for a
        role under <a href="#/activities">Activities</a>, turn on{' '}
        <a href="#/conditions">Sync Conditions</a>, sweep less often, or raise the share below.
      </p>
    </Card>
  );
}

interface BudgetProps {
  readonly api: Api;
  readonly limits: LimitsAnswer;
  readonly resource: Resource<LimitsAnswer>;
}

function Budget({ api, limits, resource }: BudgetProps) {
  const { org, own, rest, forecast } = limits;
  return (
    <Card title="API requests of 24 hours">
      {org === undefined ? (
        <p class="quiet">Salesforce has not told yet how many requests the org has.</p>
      ) : (
        <Facts
          of={[
            [
              'Used by the sync',
              `${count(own.used)} of ${count(own.cap ?? org.max)} that are ours`,
            ],
            ['Used by others', rest && count(rest.others)],
            ['Left for all', rest && count(rest.left)],
            ['Allotted to the org', count(org.max)],
            ['As told', <Moment at={org.at} />],
            ['Forecast for the sync', forecast && forecastText(forecast, own.cap)],
            ['Our share is used up', forecast?.capReachedAt && dateTime(forecast.capReachedAt)],
            ['All spending waits', forecast?.pauseReachedAt && dateTime(forecast.pauseReachedAt)],
          ]}
        />
      )}
      <Share api={api} limits={limits} resource={resource} />
    </Card>
  );
}

function forecastText(
  forecast: NonNullable<LimitsAnswer['forecast']>,
  cap: number | undefined,
): string {
  const share = cap === undefined ? '' : `, ${percent(forecast.inOneDay, cap)} of our share`;
  return `${counted(forecast.inOneDay, 'request')} in a day${share}`;
}

function Share({ api, limits, resource }: BudgetProps) {
  const [share, setShare] = useState(limits.sharePercent);
  const [every, setEvery] = useState(limits.sweepEveryMinutes);
  const action = useAction();
  const changed = share !== limits.sharePercent || every !== limits.sweepEveryMinutes;
  const save = () =>
    action.run(async () => {
      const body = { sharePercent: share, sweepEveryMinutes: every };
      resource.replace(await api.send<LimitsAnswer>('PUT', '/limits', body));
      return 'In force.';
    });
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <label class="labelled">
        Our share of the org's requests: {share} %
        <input
          type="range"
          min={10}
          max={90}
          value={share}
          onInput={(event) => setShare(event.currentTarget.valueAsNumber)}
        />
      </label>
      <label class="labelled">
        Minutes from sweep to sweep
        <input
          type="number"
          min={15}
          max={1440}
          required
          value={every}
          onInput={(event) => setEvery(event.currentTarget.valueAsNumber)}
        />
      </label>
      <p class="quiet small">
        Whatever the share, all spending waits while the org as a whole has used{' '}
        {limits.pauseAtPercent} %.
      </p>
      <div class="row">
        <button type="submit" class="button button-brand" disabled={!changed || action.busy}>
          Save
        </button>
        <Busy action={action} />
      </div>
    </form>
  );
}

function Allotted({ limits: { allocations } }: { readonly limits: LimitsAnswer }) {
  return (
    <Card title="What the org allots">
      {allocations === undefined ? (
        <p class="quiet">The Sync User may not see it: it lacks View Setup and Configuration.</p>
      ) : (
        <>
          <Table caption="Allocations of the org" columns={METERS}>
            {Object.entries(allocations.byName).map(([name, { max, used }]) => (
              <MeterRow key={name} label={words(name)} used={used} max={max} />
            ))}
          </Table>
          <p class="quiet small">
            By everybody together, as Salesforce told <Moment at={allocations.at} />. It does not
            tell who used Bulk jobs, Apex executions and events.
          </p>
        </>
      )}
    </Card>
  );
}

function Days({ limits: { days } }: { readonly limits: LimitsAnswer }) {
  const purposes = [...new Set(days.flatMap(({ calls }) => Object.keys(calls)))];
  return (
    <Card title="Our API requests by day">
      {days.length === 0 ? (
        <p class="quiet">None yet.</p>
      ) : (
        <Table
          caption="API requests of the sync, by day and purpose"
          columns={[
            'Day (UTC)',
            ...purposes.map((purpose) => ({ title: purposeName(purpose), numeric: true })),
          ]}
        >
          {days.map(({ day, calls }) => (
            <tr key={day}>
              <th scope="row">{utcDay(day)}</th>
              {purposes.map((purpose) => (
                <td key={purpose} class="number">
                  {count(calls[purpose] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}

function purposeName(purpose: string): string {
  return PURPOSES[purpose] ?? words(purpose);
}
