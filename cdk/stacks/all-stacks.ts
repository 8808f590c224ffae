import type { App } from 'aws-cdk-lib';
import type { DeploymentConfig } from '../config.ts';
import { StatefulStack } from './stateful.ts';
import { StatelessStack } from './stateless.ts';

interface AllStacksProps {
  readonly config: DeploymentConfig;
  /** Folder with one bundle per function. */
  readonly bundles: string;
}

/** The stacks of one stage. Several stages live beside each other in one account. */
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
  return { stateful, stateless };
}
