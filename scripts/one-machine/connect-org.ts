import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Receiver } from '../../local/receiver/receiver.ts';
import type { LocalFile } from '../demo/local-file.ts';
import type { MachineIdentity } from './identity-file.ts';
import { writeSecretFile } from './secret-file.ts';

interface Connection {
  readonly identity: MachineIdentity;
  readonly receiver: Receiver;
  readonly orgUrl: string;
  /** Sync User's session on the practice org. */
  readonly accessToken: string;
  readonly username: string;
  readonly dataDir: string;
}

/**
 * Connects the practice org to the receiver as anybody connects an org: `POST /v1/orgs` with a one-time set-up code.
 * Done once; later starts keep key and mirror, unless the org's address has changed. Writes `local.json`.
 */
export async function connectOrg(connection: Connection): Promise<LocalFile> {
  const file = join(connection.dataDir, 'local.json');
  const before = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as LocalFile)
    : undefined;
  const apiKey = before?.org === connection.orgUrl ? before.apiKey : await connect(connection);
  const { identity, receiver } = connection;
  const local: LocalFile = {
    page: `${receiver.url}/#org=${identity.orgId}&key=${apiKey}`,
    api: receiver.url,
    org: connection.orgUrl,
    orgId: identity.orgId,
    accessToken: connection.accessToken,
    token: await receiver.tokenOf(identity.orgId),
    apiKey,
    controlToken: identity.controlToken,
  };
  writeSecretFile(file, `${JSON.stringify(local, null, 2)}\n`);
  return local;
}

/** @returns the first API key */
async function connect({ identity, receiver, orgUrl, username }: Connection): Promise<string> {
  const code = randomBytes(24).toString('base64url');
  await receiver.addSetupCode(createHash('sha256').update(code).digest('hex'));
  const response = await fetch(`${receiver.url}/v1/orgs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${code}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      loginUrl: orgUrl,
      credentials: {
        kind: 'jwt',
        clientId: identity.clientId,
        username,
        privateKeyPem: identity.privateKeyPem,
      },
    }),
  });
  const answer = (await response.json()) as { apiKey?: string; detail?: string };
  if (!response.ok || answer.apiKey === undefined) {
    throw new Error(`The org could not be connected (${response.status}): ${answer.detail}`);
  }
  return answer.apiKey;
}
