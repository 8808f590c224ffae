import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { json } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { Connection } from 'jsforce/lib/core.js';
import { type Cloud, startCloud } from '../local/cloud/cloud.ts';
import { bundleFunctions } from './build/bundle-functions.ts';
import { runCdk } from './build/run-cdk.ts';
import { operatorReceiver } from './cloud/operator-receiver.ts';
import { connectOrg } from './one-machine/connect-org.ts';
import { machineIdentity } from './one-machine/identity-file.ts';
import { importFolder } from './one-machine/import-csv.ts';
import { loadSample } from './one-machine/load-sample.ts';
import { onNpmGone } from './one-machine/npm-watch.ts';
import { advanceOrgClock, startOrgProcess } from './one-machine/org-process.ts';
import { signIn } from './one-machine/sign-in.ts';
import { runMain, UserError } from './one-machine/user-error.ts';

/**
 * What would be deployed, on one machine: the synthesized templates run on loopback, beside a practice org.
 *
 *   npm run start:cloud -- [--data DIR] [--assembly DIR] [--import DIR]
 *
 * Tables and queues are in memory: a stop forgets them. Without `--assembly` the templates are synthesized first.
 */
/** The functions take no host for Salesforce that Salesforce does not list: the practice org stands behind one. */
const ORG_HOST = 'https://practice.my.salesforce.com';
const SYNC_USERNAME = 'alex@practice.example';
const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '.data/cloud' },
    assembly: { type: 'string' },
    import: { type: 'string' },
  },
});

await runMain(async () => {
  onNpmGone(() => process.exit(1));
  const dataDir = resolve(values.data);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const assembly = values.assembly === undefined ? await synthesized() : resolve(values.assembly);
  const identity = machineIdentity(dataDir);
  const logs = createWriteStream(join(dataDir, 'functions.log'), { flags: 'a', mode: 0o600 });
  let orgUrl = '';
  const cloud: Cloud = await startCloud({
    assembly,
    environment: () => ({ HOST_MAP: JSON.stringify({ [ORG_HOST]: orgUrl }) }),
    onLine: (id, line) => logs.write(`${id} ${line}\n`),
    onDenied: ({ role, action, resource }) => logs.write(`denied ${role} ${action} ${resource}\n`),
    onError: (error) => logs.write(`cloud ${String(error)}\n`),
    extra: (request, response) => control(request, response),
  });

  async function control(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (request.url !== '/__local/clock') return false;
    if (request.headers.authorization !== `Bearer ${identity.controlToken}`) {
      response.writeHead(403).end();
      return true;
    }
    const { advanceSeconds } = (await json(request)) as { advanceSeconds: number };
    await advanceOrgClock(orgUrl, identity.controlToken, advanceSeconds);
    await cloud.advance(advanceSeconds);
    response.writeHead(204).end();
    return true;
  }

  const org = await startOrgProcess({
    databasePath: join(freshFolder(join(dataDir, 'org')), 'org.db'),
    port: 0,
    instanceUrl: ORG_HOST,
    orgId: identity.orgId,
    seed: identity.seed,
    sources: [join(root, 'force-app/main'), join(root, 'force-app/site')],
    connectedApp: { clientId: identity.clientId, publicKeyPem: identity.publicKeyPem },
    calloutMap: { [cloud.output('GatewayUrl')]: cloud.url },
    delays: 'zero',
    clockAheadMs: 0,
    adminToken: identity.controlToken,
  });
  orgUrl = org.url;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void Promise.all([cloud.close(), org.close()]).finally(() => process.exit(0));
    });
  }
  const accessToken = await signIn(org.url, identity, SYNC_USERNAME, Date.now(), ORG_HOST);
  await load(org.url, accessToken);
  const receiver = operatorReceiver(cloud);
  const local = await connectOrg({
    identity,
    receiver,
    orgUrl,
    loginUrl: ORG_HOST,
    accessToken,
    username: SYNC_USERNAME,
    dataDir,
  });
  process.stdout.write(`ready: open ${local.page}\n`);
});

/** Tables and queues begin empty, and so does the org. */
function freshFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

async function synthesized(): Promise<string> {
  await bundleFunctions(join(root, 'dist/functions'));
  if ((await runCdk(['synth', '--quiet'], { quiet: true })) !== 0) {
    throw new UserError('The templates could not be synthesized; see above.');
  }
  return join(root, 'dist/cdk');
}

async function load(instanceUrl: string, accessToken: string): Promise<void> {
  const connection = new Connection({ instanceUrl, accessToken, version: '66.0' });
  if (values.import === undefined) await loadSample(connection, Date.now());
  else await importFolder(connection, resolve(values.import));
}
