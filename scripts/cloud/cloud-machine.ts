import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { Connection } from 'jsforce/lib/core.js';
import { type Cloud, type CloudOptions, startCloud } from '../../local/cloud/cloud.ts';
import type { LocalFile } from '../demo/local-file.ts';
import { connectOrg } from '../one-machine/connect-org.ts';
import { type MachineIdentity, machineIdentity } from '../one-machine/identity-file.ts';
import { importFolder } from '../one-machine/import-csv.ts';
import { loadSample } from '../one-machine/load-sample.ts';
import { advanceOrgClock, type OrgProcess, startOrgProcess } from '../one-machine/org-process.ts';
import { signIn } from '../one-machine/sign-in.ts';
import { operatorReceiver } from './operator-receiver.ts';

/** The functions take no host for Salesforce that Salesforce does not list: the practice org stands behind one. */
const ORG_HOST = 'https://practice.my.salesforce.com';
const SYNC_USERNAME = 'alex@practice.example';
const ROOT = join(import.meta.dirname, '../..');

interface CloudMachineOptions
  extends Pick<CloudOptions, 'onCapacity' | 'onInvoked' | 'onRequest' | 'patience'> {
  readonly dataDir: string;
  readonly assembly: string;
  /** Folder of CSV files to load in place of the sample. */
  readonly importDir?: string | undefined;
  /** Told of every line of every function, beside the log file. */
  readonly onLine?: (functionId: string, line: string) => void;
}

export interface CloudMachine {
  readonly cloud: Cloud;
  readonly local: LocalFile;
  close(): Promise<void>;
}

/** What was synthesized, run on loopback beside a practice org that is connected to it. */
export async function startCloudMachine(options: CloudMachineOptions): Promise<CloudMachine> {
  const { dataDir, assembly } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const identity = machineIdentity(dataDir);
  const logs = createWriteStream(join(dataDir, 'functions.log'), { flags: 'a', mode: 0o600 });
  let orgUrl = '';
  const { onLine = () => {}, onCapacity, onInvoked, onRequest, patience = 1 } = options;
  const cloud: Cloud = await startCloud({
    assembly,
    patience,
    environment: () => ({ HOST_MAP: JSON.stringify({ [ORG_HOST]: orgUrl }) }),
    onLine: (id, line) => {
      logs.write(`${id} ${line}\n`);
      onLine(id, line);
    },
    onDenied: ({ role, action, resource }) => logs.write(`denied ${role} ${action} ${resource}\n`),
    onError: (error) => logs.write(`cloud ${String(error)}\n`),
    extra: (request, response) => moveClocks(request, response, { cloud, orgUrl, identity }),
    ...(onCapacity !== undefined && { onCapacity }),
    ...(onInvoked !== undefined && { onInvoked }),
    ...(onRequest !== undefined && { onRequest }),
  });
  const org = await startOrg(cloud, dataDir, identity);
  orgUrl = org.url;
  const accessToken = await signIn(org.url, identity, SYNC_USERNAME, Date.now(), ORG_HOST);
  const connection = new Connection({ instanceUrl: org.url, accessToken, version: '66.0' });
  if (options.importDir === undefined) await loadSample(connection, Date.now());
  else await importFolder(connection, options.importDir);
  const local = await connectOrg({
    ...{ identity, accessToken, dataDir, orgUrl },
    receiver: operatorReceiver(cloud),
    loginUrl: ORG_HOST,
    username: SYNC_USERNAME,
  });
  return {
    cloud,
    local,
    close: async () => void (await Promise.all([cloud.close(), org.close()])),
  };
}

function startOrg(cloud: Cloud, dataDir: string, identity: MachineIdentity): Promise<OrgProcess> {
  return startOrgProcess({
    databasePath: join(freshFolder(join(dataDir, 'org')), 'org.db'),
    port: 0,
    instanceUrl: ORG_HOST,
    orgId: identity.orgId,
    seed: identity.seed,
    sources: [join(ROOT, 'force-app/main'), join(ROOT, 'force-app/site')],
    connectedApp: { clientId: identity.clientId, publicKeyPem: identity.publicKeyPem },
    calloutMap: { [cloud.output('GatewayUrl')]: cloud.url },
    delays: 'zero',
    clockAheadMs: 0,
    adminToken: identity.controlToken,
  });
}

/** `POST /__local/clock`, as the receiver of one machine has it. */
async function moveClocks(
  request: IncomingMessage,
  response: ServerResponse,
  world: { readonly cloud: Cloud; readonly orgUrl: string; readonly identity: MachineIdentity },
): Promise<boolean> {
  if (request.url !== '/__local/clock') return false;
  const { controlToken } = world.identity;
  if (request.headers.authorization !== `Bearer ${controlToken}`) {
    response.writeHead(403).end();
    return true;
  }
  const { advanceSeconds } = (await json(request)) as { advanceSeconds: number };
  await advanceOrgClock(world.orgUrl, controlToken, advanceSeconds);
  await world.cloud.advance(advanceSeconds);
  response.writeHead(204).end();
  return true;
}

/** Tables and queues begin empty, and so does the org. */
function freshFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}
