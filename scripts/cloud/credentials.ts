import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../one-machine/user-error.ts';

/** Where AWS's tools find credentials without being told more. */
const VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
];

/**
 * Says at once, and before anything is bundled, that there is nothing to deploy with; the CDK would say so after
 * minutes, in other words.
 *
 * @param home the folder that holds `.aws`
 * @throws UserError when neither the environment nor AWS's own files name credentials
 */
export function requireCredentials(
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): void {
  if (VARIABLES.some((name) => (environment[name] ?? '') !== '')) return;
  if (['credentials', 'config'].some((file) => existsSync(join(home, '.aws', file)))) return;
  throw new UserError(
    'There are no AWS credentials: sign in with the AWS CLI (aws configure, aws sso login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID. npm run synth needs none.',
  );
}
