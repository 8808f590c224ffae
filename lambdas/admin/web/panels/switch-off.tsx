import type { Status } from '#core/status.ts';
import type { Api } from '../api.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Card } from '../parts/card.tsx';
import type { Resource } from '../use-resource.ts';

interface SwitchOffProps {
  readonly api: Api;
  readonly status: Resource<Status>;
}

/** Disabling: the custom setting first, uninstalling second, as the article says. */
export function SwitchOff({ api, status }: SwitchOffProps) {
  const set = (verb: 'enable' | 'disable') => async () => {
    await api.send('POST', `/settings/${verb}`);
    status.reload();
    return verb === 'disable'
      ? 'Disable Mixmax RTS is ticked.'
      : 'Unticked; what was saved meanwhile is read.';
  };
  return (
    <Card title="Disable Mixmax Real-Time Sync">
      <ol class="steps">
        <li>
          <p>
            First tick <em>Disable Mixmax RTS</em>. It holds from the next save on; half an hour
            later changes are read by Bulk API instead. The same box is in Salesforce under Setup ›
            Custom Code › Custom Settings › Mixmax Settings › Manage.
          </p>
          <div class="row">
            <ActionButton
              label="Disable"
              look="danger"
              run={set('disable')}
              confirm="Apex will tell nothing any more until it is enabled again."
            />
            <ActionButton label="Enable" run={set('enable')} />
          </div>
        </li>
        <li>
          <p>
            Only if that does not help, uninstall the package: in Salesforce under Setup › Installed
            Packages, or, where its source was deployed, by{' '}
            <code>npm run package -- uninstall --target-org ORG</code>.
          </p>
        </li>
      </ol>
    </Card>
  );
}
