import { UserError } from '../one-machine/user-error.ts';
import { generateTrigger } from './generated-trigger.ts';
import type { Workbench } from './workbench.ts';

interface TriggerOptions {
  readonly object: string;
  readonly namespace: string;
  /** Folder for the source; undefined: it is only deployed. */
  readonly output: string | undefined;
  /** Undefined: it is only written. */
  readonly targetOrg: string | undefined;
}

/** Writes or deploys the trigger that reports a custom object, with the test that production orgs demand. */
export async function makeTrigger(bench: Workbench, options: TriggerOptions): Promise<void> {
  const { triggerName, testName, files } = generateTrigger(options.object, options.namespace);
  if (options.output === undefined && options.targetOrg === undefined) {
    throw new UserError('Give --output DIR to write the trigger, --target-org X to deploy it.');
  }
  if (options.output !== undefined) {
    await bench.write(options.output, files);
    bench.say(`${triggerName} and ${testName} lie in ${options.output}.`);
  }
  if (options.targetOrg === undefined) return;
  const base = 'force-app/main/default';
  const content = {
    folders: [],
    files: new Map([...files].map(([path, text]) => [`${base}/${path}`, text])),
  };
  const args = [
    ...['project', 'deploy', 'start', '--source-dir', 'force-app'],
    ...['--test-level', 'RunSpecifiedTests', '--tests', testName],
    ...['--target-org', options.targetOrg, '--wait', '60', '--ignore-conflicts'],
  ];
  await bench.withProject(content, (folder) => bench.sf.run(args, folder));
}
