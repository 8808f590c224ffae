import type { ObjectStatus } from '#core/status.ts';
import { count, dateTime, duration } from '../format.ts';
import { Card } from '../parts/card.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';

interface ObjectTableProps {
  readonly objects: readonly ObjectStatus[];
  readonly now: string;
}

const COLUMNS = [
  'Object',
  { title: 'In the org', numeric: true },
  { title: 'In the mirror', numeric: true },
  { title: 'Hidden', numeric: true },
  'Proven complete through',
  'Live through',
  { title: 'Lag', numeric: true },
];

/** Per object: how many records there are, and through when the mirror is complete. */
export function ObjectTable({ objects, now }: ObjectTableProps) {
  return (
    <Card title="Objects">
      {objects.length === 0 ? (
        <p class="quiet">Nothing is mirrored yet: that begins when the package is set up.</p>
      ) : (
        <>
          <Table caption="Mirrored objects" columns={COLUMNS}>
            {objects.map((object) => (
              <ObjectRow key={object.object} object={object} now={now} />
            ))}
          </Table>
          <p class="quiet small">
            In the org: as counted by the last sweep or audit. What was saved since, or is hidden
            from the Sync User, makes an honest difference. Proven complete: every change through
            then was compared; live: the newest change that Apex told of.
          </p>
        </>
      )}
    </Card>
  );
}

function ObjectRow({ object, now }: { readonly object: ObjectStatus; readonly now: string }) {
  const { counted, lagSeconds } = object;
  return (
    <tr>
      <th scope="row">{object.object}</th>
      <td class="number" title={counted && `Counted ${dateTime(counted.at)}`}>
        {counted ? count(counted.org) : <span class="quiet">not counted</span>}
      </td>
      <td class="number">{count(object.rows)}</td>
      <td class="number">{count(object.hidden)}</td>
      <td>
        <Moment at={object.completeThrough} now={now} />
      </td>
      <td>
        <Moment at={object.liveThrough} now={now} />
      </td>
      <td class="number nowrap">{lagSeconds === undefined ? '' : duration(lagSeconds)}</td>
    </tr>
  );
}
