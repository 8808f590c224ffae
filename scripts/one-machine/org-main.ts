import { existsSync } from 'node:fs';
import process from 'node:process';
import { compileApart } from '../../local/org/apex/compile-apart.ts';
import { createHttpCalloutSender } from '../../local/org/apex/engine/http-callout-sender.ts';
import { listen } from '../../local/org/api/server.ts';
import { DeployError } from '../../local/org/deploy-error.ts';
import { createOrg, type Org } from '../../local/org/org.ts';
import { createRealScheduler } from '../../local/real-scheduler.ts';
import { registeredPackage } from '../stand-alone-org/registered-package.ts';
import type { OrgAnswer, OrgSettings } from './org-process.ts';
import { portError } from './port-error.ts';
import { UserError } from './user-error.ts';

/** The practice org's process: told its settings by its parent, gone when its parent is gone. */
process.once('message', (settings: OrgSettings) => {
  open(settings).then(tell, (error: unknown) => {
    tell({ kind: 'failed', message: inWords(error) });
    process.exit(1);
  });
});
process.once('disconnect', () => process.exit(0));
// The parent stops this process when it has stopped itself: a Ctrl-C reaches both.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

async function open(settings: OrgSettings): Promise<OrgAnswer> {
  const scheduler = createRealScheduler({ onError: report, offsetMs: settings.clockAheadMs });
  const isNew = !existsSync(settings.databasePath);
  const server = await listen({ port: settings.port }).catch((error: unknown) => {
    throw portError(error, settings.port, 'ORG_PORT');
  });
  const offered = settings.package && (await registeredPackage(settings.package));
  const org = await createOrg({
    database: settings.databasePath,
    orgId: settings.orgId,
    instanceUrl: settings.instanceUrl ?? server.url,
    sources: settings.sources,
    connectedApps: [settings.connectedApp],
    packages: offered ? [offered] : [],
    calloutMap: new Map(Object.entries(settings.calloutMap)),
    compile: compileApart(`${settings.databasePath}.apex`),
    delays: settings.delays,
    seed: settings.seed,
    scheduler,
    sender: createHttpCalloutSender(),
    cpuNow: () => performance.now(),
    adminToken: settings.adminToken,
    onError: (error) => report('practice org', error),
  });
  server.serve((request) => org.handle(request));
  process.removeAllListeners('disconnect');
  process.once('disconnect', () => close(org));
  const installUrl =
    offered &&
    `${settings.instanceUrl ?? server.url}/packaging/installPackage.apexp?p0=${offered.id}`;
  return { kind: 'ready', url: server.url, isNew, ...(installUrl && { installUrl }) };
}

function close(org: Org): void {
  org.close();
  process.exit(0);
}

function tell(answer: OrgAnswer): void {
  process.send?.(answer);
}

function inWords(error: unknown): string {
  if (error instanceof UserError || error instanceof DeployError) return error.message;
  return `The practice org could not start: ${error instanceof Error ? error.message : String(error)}`;
}

function report(label: string, error: unknown): void {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${label}: ${reason}\n`);
}
