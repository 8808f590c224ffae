import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { UserError } from './user-error.ts';

/** What the practice org's process is told once, at its start. */
export interface OrgSettings {
  readonly databasePath: string;
  readonly port: number;
  /** How it calls itself; absent = the address it listens on. */
  readonly instanceUrl?: string;
  readonly orgId: string;
  readonly seed: string;
  /** Absolute folders of SFDX source. */
  readonly sources: readonly string[];
  /** Folders of a package that may be installed by its link, with commas between them. */
  readonly package?: string;
  readonly connectedApp: { readonly clientId: string; readonly publicKeyPem: string };
  /** Where callouts to the gateway's public address really go. */
  readonly calloutMap: Readonly<Record<string, string>>;
  readonly delays: 'zero' | 'default' | 'slow';
  /** How far ahead of the machine's clock the org's begins, ms. */
  readonly clockAheadMs: number;
  readonly adminToken: string;
}

/** What it answers: where it listens, or why it could not start. */
export type OrgAnswer =
  | {
      readonly kind: 'ready';
      readonly url: string;
      readonly isNew: boolean;
      readonly installUrl?: string;
    }
  | { readonly kind: 'failed'; readonly message: string };

export interface OrgProcess {
  readonly url: string;
  /** True when the database was made just now: it holds no records yet. */
  readonly isNew: boolean;
  /** Where an administrator installs the package, if it may be installed. */
  readonly installUrl?: string;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts the practice org in a process of its own: two processors for two clouds. It ends when this process ends,
 * however it ends: it watches the channel between the two.
 *
 * @throws UserError in the org's own words
 */
export async function startOrgProcess(settings: OrgSettings): Promise<OrgProcess> {
  const child = fork(join(import.meta.dirname, 'org-main.ts'), { stdio: 'inherit' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.send(settings);
  const answer = await firstAnswer(child, ended);
  if (answer.kind === 'failed') throw new UserError(answer.message);
  return {
    url: answer.url,
    isNew: answer.isNew,
    ...(answer.installUrl !== undefined && { installUrl: answer.installUrl }),
    ended,
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

function firstAnswer(child: ChildProcess, ended: Promise<void>): Promise<OrgAnswer> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as OrgAnswer));
    child.once('error', reject);
    void ended.then(() =>
      resolve({ kind: 'failed', message: 'The practice org ended while it started.' }),
    );
  });
}

/** A control request to the practice org. */
export async function advanceOrgClock(url: string, token: string, seconds: number): Promise<void> {
  const response = await fetch(`${url}/__org/clock`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ advanceSeconds: seconds }),
  });
  if (!response.ok) throw new Error(`The practice org's clock answered ${response.status}.`);
}
