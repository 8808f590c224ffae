import type { OrgId } from '#core/ids.ts';
import { secretHash } from '#usecases/api-keys.ts';
import { compileApex } from '../../local/org/apex/compile-apex.ts';
import { compileOnce } from '../../local/org/apex/compile-once.ts';
import type { Org } from '../../local/org/org.ts';
import { readSourceFolders } from '../../local/org/source-files.ts';
import { createVirtualScheduler, type VirtualScheduler } from '../../local/virtual-scheduler.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { PACKAGE_FOLDERS } from './package/package-org.ts';
import {
  openReceiverBeside,
  RECEIVER_APP,
  type ReceiverBeside,
} from './package/receiver-beside.ts';
import { askOrg, createVirtualOrg } from './set-up-org.ts';

const DATA = '/services/data/v66.0';
const MINUTE_MS = 60_000;

/** One practice org of several, each with the package in it. */
export interface OneOfMany {
  readonly org: Org;
  readonly orgId: OrgId;
  /** Bodies of notices that the org posted, with the path that each was posted to and how it was answered. */
  readonly posted: { readonly path: string; readonly body: string; readonly status: number }[];
  /** Of the receiver's API, once connected. */
  key: string;
  save(object: string, fields: object): Promise<string>;
}

/** Several practice orgs and one receiver, in one process and on one virtual clock. */
export interface ManyOrgs {
  readonly orgs: readonly OneOfMany[];
  readonly scheduler: VirtualScheduler;
  readonly receiver: ReceiverBeside;
  readonly api: ApiClient;
  readonly faults: string[];
  /** Connects an org as a deployment does, and waits until it is active. */
  connect(one: OneOfMany): Promise<void>;
  close(): Promise<void>;
}

export async function openManyOrgs(orgIds: readonly string[]): Promise<ManyOrgs> {
  const faults: string[] = [];
  const scheduler = createVirtualScheduler({
    startMs: Date.UTC(2026, 10, 21, 8),
    seed: 'many orgs',
    onError: (label, error) => void faults.push(`${label}: ${String(error)}`),
  });
  const orgs: OneOfMany[] = [];
  const receiver = openReceiverBeside({
    scheduler,
    org: (origin) => {
      const found = orgs.find(({ org }) => org.instanceUrl === origin);
      if (found === undefined) throw new Error(`nobody answers at ${origin}`);
      return found.org;
    },
    loginHosts: orgIds.map(urlOf),
    onError: (error) => void faults.push(`receiver: ${String(error)}`),
  });
  const sourceFiles = await readSourceFolders(PACKAGE_FOLDERS);
  for (const orgId of orgIds) {
    orgs.push(await openOne(scheduler, receiver, faults, orgId, sourceFiles));
  }
  const api = apiClient(receiver.admin);
  return {
    orgs,
    scheduler,
    receiver,
    api,
    faults,
    connect: (one) => connect(receiver, api, scheduler, one),
    async close() {
      await receiver.close();
      for (const { org } of orgs) org.close();
    },
  };
}

const urlOf = (orgId: string) => `https://${orgId.toLowerCase()}.example`;

async function openOne(
  scheduler: VirtualScheduler,
  receiver: ReceiverBeside,
  faults: string[],
  orgId: string,
  sourceFiles: Awaited<ReturnType<typeof readSourceFolders>>,
): Promise<OneOfMany> {
  const posted: OneOfMany['posted'][number][] = [];
  const sender = {
    send: async (callout: Parameters<ReceiverBeside['receive']>[0]) => {
      const answer = await receiver.receive(callout);
      const body = Buffer.from(callout.body).toString('utf8');
      posted.push({ path: new URL(callout.url).pathname, body, status: answer.status });
      return answer;
    },
  };
  const org = await createVirtualOrg(scheduler, sender, faults, {
    orgId,
    instanceUrl: urlOf(orgId),
    connectedApps: [RECEIVER_APP],
    compile,
    sourceFiles,
  });
  return {
    org,
    orgId: orgId as OrgId,
    posted,
    key: '',
    async save(object, fields) {
      const { status, body } = await askOrg(org, 'POST', `${DATA}/sobjects/${object}`, fields);
      if (status !== 201) throw new Error(`${object}: ${status} ${JSON.stringify(body)}`);
      return String(body.id);
    },
  };
}

const compile = compileOnce(compileApex);

async function connect(
  { ports }: ReceiverBeside,
  api: ApiClient,
  scheduler: VirtualScheduler,
  one: OneOfMany,
): Promise<void> {
  const code = `code-of-${one.orgId}`;
  await ports.keys.addSetupCode(secretHash(code));
  const { clientId, clientSecret } = RECEIVER_APP;
  const credentials = { kind: 'client-credentials', clientId, clientSecret };
  const body = { loginUrl: one.org.instanceUrl, credentials };
  const answer = await api.call('POST', '/v1/orgs', { key: code, body });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  one.key = answer.body.apiKey;
  for (let minutes = 0; minutes < 60; minutes += 1) {
    await scheduler.advance(MINUTE_MS);
    if ((await ports.orgs.get(one.orgId))?.phase === 'active') return;
  }
  throw new Error(`The org ${one.orgId} did not become active.`);
}
