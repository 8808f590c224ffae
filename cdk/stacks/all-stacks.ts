import { type App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { DeploymentConfig } from '../config.ts';
import { MonitoringStack } from './monitoring.ts';
import { StatefulStack } from './stateful.ts';
import { StatelessStack } from './stateless.ts';

interface AllStacksProps {
  readonly config: DeploymentConfig;
  /** Folder with one bundle per function. */
  readonly bundles: string;
}

/**
 * The stacks of one stage, checked against AWS's own rules when they are synthesized. Several stages live beside each
 * other in one account.
 */
export function addStacks(app: App, { config, bundles }: AllStacksProps) {
  const { stage, region } = config;
  const env = region === undefined ? {} : { env: { region } };
  const name = (part: string) => `MixmaxRts-${stage}-${part}`;
  const stateful = new StatefulStack(app, name('Stateful'), {
    ...env,
    config,
    description: 'Mixmax Real-Time Sync: tables, queues, bus.',
    terminationProtection: true,
  });
  const stateless = new StatelessStack(app, name('Stateless'), {
    ...env,
    config,
    stateful,
    bundles,
    description: 'Mixmax Real-Time Sync: functions, front door, clock.',
  });
  const monitoring = new MonitoringStack(app, name('Monitoring'), {
    ...env,
    config,
    stateful,
    stateless,
    description: 'Mixmax Real-Time Sync: alarms and dashboard.',
  });
  Tags.of(app).add('application', 'mixmax-rts');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { stateful, stateless, monitoring };
}
