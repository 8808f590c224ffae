import process from 'node:process';
import { SfError } from '@salesforce/core';
import type { SfCommand } from '@salesforce/sf-plugins-core';
import { createSf } from '../package/sf.ts';
import { createWorkbench, type Workbench } from '../package/workbench.ts';
import type { OrgFacts } from './org-facts.ts';

/** The very CLI that runs a command; it prints where nobody reads JSON. */
export function runningCli(command: Pick<SfCommand<unknown>, 'jsonEnabled' | 'log'>): Workbench {
  const script = process.argv[1];
  if (script === undefined) throw new SfError('This command runs inside the Salesforce CLI only.');
  const sf = createSf({
    program: [process.execPath, script],
    printTo: command.jsonEnabled() ? 'stderr' : 'stdout',
  });
  return { ...createWorkbench(sf), say: (line) => command.log(line) };
}

/** Whether Salesforce asks for tests before Apex changes there. */
export function isProduction({ isSandbox, edition }: OrgFacts): boolean {
  return !isSandbox && edition !== 'Developer Edition';
}
