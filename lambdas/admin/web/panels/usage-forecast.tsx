import { useState } from 'preact/hooks';
import type { UsageEstimate } from '../answers.ts';
import type { Api } from '../api.ts';
import { count, counted, dateTime, percent } from '../format.ts';
import { Busy } from '../parts/busy.tsx';
import { Card } from '../parts/card.tsx';
import { Table } from '../parts/table.tsx';
import { useAction } from '../use-action.ts';

type Daily = UsageEstimate['perDay']['withConditions'];

const ROWS = [
  ['API requests', 'apiCalls', 'DailyApiRequests'],
  ['Bulk query jobs', 'bulkJobs', 'DailyBulkV2QueryJobs'],
  ['Asynchronous Apex executions', 'asyncApexExecutions', 'DailyAsyncApexExecutions'],
  ['Platform events', 'platformEvents', undefined],
] as const;

/** What the sync will spend, told from what the org saved in its last days; needs no package. */
export function UsageForecast({ api }: { readonly api: Api }) {
  const [estimate, setEstimate] = useState<UsageEstimate>();
  const action = useAction();
  const ask = () =>
    action.run(async () => {
      setEstimate(await api.get<UsageEstimate>('/estimate?days=7'));
      return undefined;
    });
  return (
    <Card
      title="Usage estimate"
      actions={
        <button type="button" class="button" disabled={action.busy} onClick={ask}>
          Estimate from the last 7 days
        </button>
      }
    >
      <p>
        The initial sync is the most intensive: it reads the whole org once by Bulk API, and costs
        more than the days after it. The only other time it is as much is a secondary audit, after
        an inconsistency was found.
      </p>
      <p>
        Testing in a sandbox: run as few other experimental packages in it at that time as you can.
        What they save and query counts too, and the figures would not be those of production.
      </p>
      <Busy action={action} />
      {estimate && <Figures estimate={estimate} />}
    </Card>
  );
}

function Figures({ estimate }: { readonly estimate: UsageEstimate }) {
  const { perDay, initialAudit: initial, allocations } = estimate;
  return (
    <>
      <p>
        Initial sync: {counted(initial.rows, 'row')}, {counted(initial.bulkJobs, 'Bulk job')},{' '}
        {counted(initial.apiCalls, 'API request')}.
      </p>
      <Table
        caption="Usage a day"
        columns={[
          'A day',
          { title: 'Without Sync Conditions', numeric: true },
          { title: 'With, at most', numeric: true },
          { title: 'The org allots', numeric: true },
          { title: 'Used by all now', numeric: true },
          { title: 'Share, without conditions', numeric: true },
        ]}
      >
        {ROWS.map(([label, member, allocation]) => (
          <Row
            key={member}
            label={label}
            off={perDay.withoutConditions[member]}
            on={perDay.withConditions[member]}
            allotted={allocation && allocations?.[allocation]}
          />
        ))}
      </Table>
      <p class="quiet small">
        From what was saved between {dateTime(estimate.from)} and {dateTime(estimate.to)}.
      </p>
    </>
  );
}

interface RowProps {
  readonly label: string;
  readonly off: Daily['apiCalls'];
  readonly on: Daily['apiCalls'];
  readonly allotted: { readonly max: number; readonly used: number } | undefined;
}

function Row({ label, off, on, allotted }: RowProps) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td class="number">{count(off)}</td>
      <td class="number">{count(on)}</td>
      <td class="number">{allotted ? count(allotted.max) : ''}</td>
      <td class="number">{allotted ? count(allotted.used) : ''}</td>
      <td class="number">{allotted ? percent(off, allotted.max) : ''}</td>
    </tr>
  );
}
