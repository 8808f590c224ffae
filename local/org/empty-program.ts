import type { Program, ProgramInstance } from './apex/program.ts';
import { OrgError } from './errors.ts';

function nothing(name: string): never {
  throw new OrgError('INVALID_TYPE', `No Apex is deployed: ${name} does not exist.`);
}

const EMPTY_INSTANCE: ProgramInstance = {
  runTrigger: nothing,
  invokeStatic: nothing,
  invoke: (target) => nothing(target.apexType),
  isInstance: () => false,
  newInstance: nothing,
  serialize: () => nothing('the value'),
  deserialize: () => nothing('the value'),
  coverage: new Map(),
};

/** What an org without Apex runs. */
export const EMPTY_PROGRAM: Program = {
  triggers: [],
  classes: [],
  executableLines: new Map(),
  instantiate: () => EMPTY_INSTANCE,
};
