import { useCallback } from 'preact/hooks';
import type { SyncUserAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { Card } from '../parts/card.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { useResource } from '../use-resource.ts';

type Line = SyncUserAnswer['permissions'][number];

/** What the Sync User must be allowed to, each tried by an operation that only it allows. */
export function Permissions({ api }: { readonly api: Api }) {
  const load = useCallback(() => api.get<SyncUserAnswer>('/sync-user'), [api]);
  const user = useResource(load);
  return (
    <Card
      title="Permissions of the Sync User"
      actions={
        <button type="button" class="button" onClick={user.reload}>
          Test again
        </button>
      }
    >
      <Loaded of={user} what="the permissions, by trying each">
        {({ username, checkedAt, permissions }) => (
          <>
            <p>
              {username}, tested <Moment at={checkedAt} />
            </p>
            <Table
              caption="Permissions of the Sync User"
              columns={['Permission', 'Result', 'What it is for']}
            >
              {permissions.map((line) => (
                <tr key={line.permission}>
                  <th scope="row">{line.permission}</th>
                  <td>
                    <Result line={line} />
                  </td>
                  <td>
                    {line.whatFor}
                    {line.ok === false && (
                      <p class="failed">
                        Without it: {line.lost} {line.fix}
                      </p>
                    )}
                  </td>
                </tr>
              ))}
            </Table>
          </>
        )}
      </Loaded>
    </Card>
  );
}

function Result({ line: { ok } }: { readonly line: Line }) {
  if (ok === undefined) return <span class="quiet">could not be tried</span>;
  return ok ? <span class="passed">granted</span> : <strong class="failed">missing</strong>;
}
