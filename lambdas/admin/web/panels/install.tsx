import { useCallback, useRef } from 'preact/hooks';
import type { Status } from '#core/status.ts';
import type { DeploymentAnswer, LastDeploymentAnswer, PackageAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { count } from '../format.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Card } from '../parts/card.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { useResource } from '../use-resource.ts';

const LOOK_EVERY_MS = 2_000;

interface InstallProps {
  readonly api: Api;
  readonly status: Status;
}

/** The package: by its page in Salesforce where a version is configured, else by deploying its source from here. */
export function Install({ api, status }: InstallProps) {
  const load = useCallback(() => api.get<PackageAnswer>('/package'), [api]);
  const found = useResource(load);
  return (
    <Card title="Mixmax package">
      <Loaded of={found} what="the package">
        {({ installUrl, version, deployable }) => (
          <>
            {version && (
              <p>
                Version {version} is installed in {status.orgName}.
              </p>
            )}
            {installUrl && <InstallLink url={installUrl} again={version !== undefined} />}
            {deployable && <DeploySource api={api} again={version !== undefined} />}
            {!installUrl && !deployable && <InstallCommand />}
          </>
        )}
      </Loaded>
    </Card>
  );
}

interface InstallLinkProps {
  readonly url: string;
  readonly again: boolean;
}

function InstallLink({ url, again }: InstallLinkProps) {
  return (
    <>
      <ol class="steps">
        <li>
          Open the package's page in Salesforce, choose <em>Install for All Users</em>, and{' '}
          <em>Install</em>.
        </li>
        <li>
          <em>Approve Third-Party Access</em>: it allows Salesforce to send changes here.
        </li>
        <li>
          Click <em>Done</em> and come back: the package is found within 30 seconds and set up by
          itself.
        </li>
      </ol>
      <a class="button button-brand" href={url} target="_blank" rel="noopener noreferrer">
        {again ? 'Install again or upgrade' : 'Install the Mixmax Salesforce Package'}
        <span class="spoken"> (opens a new tab)</span>
      </a>
    </>
  );
}

interface DeploySourceProps {
  readonly api: Api;
  readonly again: boolean;
}

function DeploySource({ api, again }: DeploySourceProps) {
  const ended = useRef<DeploymentAnswer | undefined>(undefined);
  const load = useCallback(async () => {
    // How one ended stays so; asking again would only cost requests of the org.
    if (ended.current) return ended.current;
    const { deployment } = await api.get<LastDeploymentAnswer>('/package/deployment');
    if (deployment && deployment.state !== 'running') ended.current = deployment;
    return deployment;
  }, [api]);
  const deployment = useResource(load, LOOK_EVERY_MS);
  const deploy = async () => {
    const { tests } = await api.send<{ tests: number }>('POST', '/package/deployments');
    ended.current = undefined;
    deployment.reload();
    return tests === 0 ? undefined : `${count(tests)} Apex tests run first, as production asks.`;
  };
  const last = deployment.data;
  return (
    <>
      <p>
        No version of the package is configured here, so the source that came with this receiver is
        deployed, as the Sync User: triggers, classes, settings, objects and permission sets. It
        gives the Sync User the permission sets, and is found within 30 seconds of its arrival and
        set up by itself. That the org may send changes here is allowed by a Remote Site Setting,
        which is deployed then.
      </p>
      {last && <Deployment of={last} />}
      {last?.state !== 'running' && (
        <ActionButton
          label={again ? 'Deploy again' : 'Install the Mixmax Salesforce Package'}
          look="brand"
          run={deploy}
        />
      )}
    </>
  );
}

function Deployment({ of: { state, components, tests, problems } }: DeploymentProps) {
  if (state === 'done') return <p role="status">The source is in the org.</p>;
  if (state === 'failed') {
    return (
      <div role="alert">
        <p class="failed">The org did not take it; nothing of it is there.</p>
        <ul>
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      </div>
    );
  }
  return (
    <p role="status">
      Being deployed: {count(components.done)} of {count(components.total)} components
      {tests.total > 0 && `, ${count(tests.done)} of ${count(tests.total)} tests`}.
    </p>
  );
}

interface DeploymentProps {
  readonly of: DeploymentAnswer;
}

function InstallCommand() {
  return (
    <p>
      No version of the package is configured here (<code>RTS_PACKAGE_VERSION_ID</code>), and its
      source was not brought along (<code>RTS_PACKAGE_DIR</code>). Deploy it with your own
      Salesforce CLI: <code>npm run package -- deploy --target-org ORG --gateway-host HOST</code>.
      It is found within 30 seconds and set up by itself.
    </p>
  );
}
