import { useCallback } from 'preact/hooks';
import type { CreatedFieldsAnswer, FieldRightsAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Card } from '../parts/card.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Table } from '../parts/table.tsx';
import { useResource } from '../use-resource.ts';

const COLUMNS = ['Salesforce user', 'May edit it on tasks', 'May edit it on events'];

/** The field of tasks and events that says when an activity happened: whether the org has it, and who may edit it. */
export function ActivityTime({ api }: { readonly api: Api }) {
  const load = useCallback(() => api.get<FieldRightsAnswer>('/activity-setup/users'), [api]);
  const rights = useResource(load);
  const create = async () => {
    const made = await api.send<CreatedFieldsAnswer>('POST', '/activity-setup/fields', {});
    rights.reload();
    const { created, permissionSet, unassigned } = made;
    if (created.length === 0) return 'The org has it already.';
    const assigned = unassigned
      ? `Assign ${permissionSet} to the Sync User: ${unassigned}`
      : `Assign ${permissionSet} to users who are written as themselves.`;
    return `Created ${created.join(', ')}. ${assigned}`;
  };
  return (
    <Card title="Activity date/time">
      <p>
        When an activity happened is written to a date/time field of its task or event, by whoever
        may edit that field; for all others it stays empty.
      </p>
      <Loaded of={rights} what="who may edit the field">
        {({ fields, users }) =>
          fields.length === 0 ? (
            <p class="quiet">The org has no such field.</p>
          ) : (
            <Rights fields={fields} users={users} />
          )
        }
      </Loaded>
      {rights.data && rights.data.fields.length === 0 && (
        <ActionButton label="Create MixmaxActivityDateTime__c" run={create} />
      )}
    </Card>
  );
}

function Rights({ fields, users }: FieldRightsAnswer) {
  const word = (may: boolean) => (may ? 'yes' : 'no');
  return (
    <details>
      <summary>
        {fields.join(', ')}: {users.filter(({ task, event }) => task && event).length} of{' '}
        {users.length} active users may edit it
      </summary>
      <Table caption="Who may edit the date/time field" columns={COLUMNS}>
        {users.map(({ userId, username, task, event }) => (
          <tr key={userId}>
            <th scope="row">{username}</th>
            <td>{word(task)}</td>
            <td>{word(event)}</td>
          </tr>
        ))}
      </Table>
    </details>
  );
}
