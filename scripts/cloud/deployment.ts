import { existsSync, readFileSync } from 'node:fs';
import { UserError } from '../one-machine/user-error.ts';

/** What the stacks put out, by name. */
export type Outputs = Readonly<Record<string, string>>;

/**
 * @param file as `cdk deploy --outputs-file` writes it: outputs by stack
 * @throws UserError when there is none, or when an output that is asked for is missing
 */
export function readOutputs(file: string, names: readonly string[]): Outputs {
  if (!existsSync(file)) {
    throw new UserError(`${file} does not exist: deploy first, with npm run deploy.`);
  }
  const stacks = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Outputs>;
  const outputs = Object.assign({}, ...Object.values(stacks)) as Outputs;
  const missing = names.filter((name) => outputs[name] === undefined);
  if (missing.length > 0) {
    throw new UserError(
      `${file} lacks ${missing.join(' and ')}: deploy all stacks, with npm run deploy.`,
    );
  }
  return outputs;
}
