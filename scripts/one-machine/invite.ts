import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Receiver } from '../../local/receiver/receiver.ts';
import type { MachineIdentity } from './identity-file.ts';
import { writeSecretFile } from './secret-file.ts';

interface FreshOrg {
  readonly identity: MachineIdentity;
  readonly receiver: Receiver;
  readonly orgUrl: string;
  /** An administrator's session on the practice org. */
  readonly accessToken: string;
  readonly dataDir: string;
}

/**
 * Leaves the connecting to whoever opens the link: *Connect Sync User* in the page, by a set-up code as a deployment
 * prints one. Writes `local.json` without what only a connected org has.
 *
 * @returns the link
 */
export async function inviteToConnect(fresh: FreshOrg): Promise<string> {
  const { identity, receiver, orgUrl, accessToken, dataDir } = fresh;
  const setupCode = randomBytes(24).toString('base64url');
  await receiver.addSetupCode(createHash('sha256').update(setupCode).digest('hex'));
  const invitation = new URLSearchParams({
    setup: setupCode,
    login: orgUrl,
    client: identity.clientId,
  });
  const page = `${receiver.url}/#${invitation}`;
  const local = {
    page,
    api: receiver.url,
    org: orgUrl,
    orgId: identity.orgId,
    accessToken,
    controlToken: identity.controlToken,
    setupCode,
  };
  writeSecretFile(join(dataDir, 'local.json'), `${JSON.stringify(local, null, 2)}\n`);
  return page;
}
