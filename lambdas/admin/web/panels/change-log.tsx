import { useCallback, useState } from 'preact/hooks';
import type { ChangesAnswer } from '../answers.ts';
import { words } from '../format.ts';
import type { PanelProps } from '../panel.ts';
import { Card } from '../parts/card.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { useResource } from '../use-resource.ts';

const COLUMNS = ['When', 'Who', 'By', 'What', 'About'];

/** Who changed what and when, on this page or with a key. */
export function ChangeLog({ api }: PanelProps) {
  const [before, setBefore] = useState<string>();
  const load = useCallback(() => {
    const query = new URLSearchParams({ limit: '50', ...(before && { before }) });
    return api.get<ChangesAnswer>(`/changes?${query}`);
  }, [api, before]);
  const log = useResource(load);
  return (
    <Card title="Changes">
      <Loaded
        of={log}
        what="the log"
        empty={({ changes }) =>
          changes.length === 0 ? 'Nobody has changed anything yet.' : undefined
        }
      >
        {({ changes, next }) => (
          <>
            <Table caption="Changes" columns={COLUMNS}>
              {changes.map(({ id, at, who, by, operation, about }) => (
                <tr key={id}>
                  <td class="nowrap">
                    <Moment at={at} />
                  </td>
                  <td>{who}</td>
                  <td>{by === 'page' ? 'this page' : 'API key'}</td>
                  <td>{words(operation).toLowerCase()}</td>
                  <td class="fields">{about}</td>
                </tr>
              ))}
            </Table>
            <div class="row">
              {before && (
                <button type="button" class="button" onClick={() => setBefore(undefined)}>
                  Newest
                </button>
              )}
              {next && (
                <button type="button" class="button" onClick={() => setBefore(next)}>
                  Older
                </button>
              )}
            </div>
          </>
        )}
      </Loaded>
    </Card>
  );
}
