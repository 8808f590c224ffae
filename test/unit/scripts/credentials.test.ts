import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireCredentials } from '../../../scripts/cloud/credentials.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('credentials of a deployment', () => {
  it('are missed at once, with what to do', () => {
    const home = temporaryFolder();
    expect(() => requireCredentials({}, home)).toThrow('There are no AWS credentials: sign in');
    expect(() => requireCredentials({ AWS_PROFILE: '' }, home)).toThrow('There are no AWS');
  });

  it('may come from the environment or from files of the AWS CLI', () => {
    const home = temporaryFolder();
    expect(() => requireCredentials({ AWS_PROFILE: 'ops' }, home)).not.toThrow();
    mkdirSync(join(home, '.aws'));
    writeFileSync(join(home, '.aws/config'), '[default]\n');
    expect(() => requireCredentials({}, home)).not.toThrow();
  });
});
