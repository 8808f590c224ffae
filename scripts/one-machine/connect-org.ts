import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalFile } from '../demo/local-file.ts';
import type { MachineIdentity } from './identity-file.ts';
import { makePageLink } from './page-link.ts';
import { writeSecretFile } from './secret-file.ts';

/** A receiver and what only its operator may do. */
export interface ReachableReceiver {
  /** Of its HTTP API, no slash at the end. */
  readonly url: string;
  /** Lets `POST /v1/orgs` be called once with the code of this SHA-256 (hex). */
  addSetupCode(sha256: string): Promise<void>;
  /** The Mixmax Token of a connected org, by its 18-character id. */
  tokenOf(orgId: string): Promise<string>;
}

interface Connection {
  readonly identity: MachineIdentity;
  readonly receiver: ReachableReceiver;
  readonly orgUrl: string;
  /** Where the receiver signs in to it; absent = `orgUrl`. */
  readonly loginUrl?: string;
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
    ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<LocalFile>)
    : undefined;
  const apiKey = knownKey(before, connection.orgUrl) ?? (await connect(connection));
  const { identity, receiver } = connection;
  const local: LocalFile = {
    page: await makePageLink({ api: receiver.url, orgId: identity.orgId, apiKey }),
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

/** A start with `--fresh` left no key: whoever connected the org by its link has one of his own. */
function knownKey(before: Partial<LocalFile> | undefined, orgUrl: string): string | undefined {
  return before?.org === orgUrl ? before.apiKey : undefined;
}

/** @returns the first API key */
async function connect(connection: Connection): Promise<string> {
  const { identity, receiver, orgUrl, loginUrl = orgUrl, username } = connection;
  const code = randomBytes(24).toString('base64url');
  await receiver.addSetupCode(createHash('sha256').update(code).digest('hex'));
  const response = await fetch(`${receiver.url}/v1/orgs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${code}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      loginUrl,
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
