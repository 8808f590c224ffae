import { useCallback } from 'preact/hooks';
import type { UsersAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Card } from '../parts/card.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { useResource } from '../use-resource.ts';

const COLUMNS = ['Mixmax user', 'Salesforce user', 'Connected', 'Problem', 'To do'];

/** Users whose activities are written as themselves. */
export function Users({ api }: { readonly api: Api }) {
  const load = useCallback(() => api.get<UsersAnswer>('/users'), [api]);
  const users = useResource(load);
  const disconnect = (userId: string) => async () => {
    await api.send('DELETE', `/users/${userId}`);
    users.reload();
    return undefined;
  };
  return (
    <Card title="Connected users">
      <p>Their activities are written as themselves; those of all others by the Sync User.</p>
      <Loaded
        of={users}
        what="the users"
        empty={(data) => (data.users.length === 0 ? 'Nobody is connected.' : undefined)}
      >
        {(data) => (
          <Table caption="Connected users" columns={COLUMNS}>
            {data.users.map(({ userId, user, username, connectedAt, problem }) => (
              <tr key={userId}>
                <th scope="row">{user}</th>
                <td>{username}</td>
                <td>
                  <Moment at={connectedAt} />
                </td>
                <td class="failed">{problem?.reason}</td>
                <td>
                  <ActionButton
                    label="Disconnect"
                    run={disconnect(userId)}
                    confirm={`The Sync User writes the activities of ${user} from then on.`}
                  />
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Loaded>
    </Card>
  );
}
