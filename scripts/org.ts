import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { compileApart } from '../local/org/apex/compile-apart.ts';
import { createHttpCalloutSender } from '../local/org/apex/engine/http-callout-sender.ts';
import type { PackageVersion } from '../local/org/api/packaging/package-version.ts';
import { listen, type OrgServer } from '../local/org/api/server.ts';
import { DeployError } from '../local/org/deploy-error.ts';
import { createOrg, type Org } from '../local/org/org.ts';
import { buildId } from '../local/org/schema/ids.ts';
import { createRealScheduler } from '../local/real-scheduler.ts';
import type { Certificate } from './certificates/self-signed.ts';
import { writeSecretFile } from './one-machine/secret-file.ts';
import { runMain, UserError } from './one-machine/user-error.ts';
import { type OrgArguments, readOrgArguments, USAGE } from './stand-alone-org/org-arguments.ts';
import { hideExperimentalWarnings } from './stand-alone-org/quiet-warnings.ts';
import { registeredPackage } from './stand-alone-org/registered-package.ts';
import { storedCertificate } from './stand-alone-org/stored-certificate.ts';

/** What makes an org the same org after a restart. */
interface OrgIdentity {
  readonly orgId: string;
  readonly adminToken: string;
  readonly seed: string;
}

const ADMIN = 'alex@practice.example';

hideExperimentalWarnings();
await runMain(async () => {
  const options = readOrgArguments(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const identity = readIdentity(join(options.dataDir, 'org.json'));
  const packages = await Promise.all(options.packages.map(registeredPackage));
  const certificate = options.tlsNames && storedCertificate(options.dataDir, options.tlsNames);
  const server = await listenOn(options.port, certificate);
  const org = await openOrg(options, packages, identity, server);
  server.serve((request) => org.handle(request));
  const links = packages.map(
    ({ id, name }) =>
      `install      ${server.url}/packaging/installPackage.apexp?p0=${id} (${name})\n`,
  );
  process.stdout.write(
    `url          ${server.url}\n` +
      `org id       ${org.orgId}\n` +
      `user         ${ADMIN}\n` +
      `access token ${org.issueToken(ADMIN)}\n` +
      `admin token  ${identity.adminToken}\n` +
      (certificate === undefined ? '' : `certificate  ${certificate.file}\n`) +
      links.join('') +
      `ready ${server.url}\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop(server, org));
  }
});

async function stop(server: OrgServer, org: Org): Promise<void> {
  await server.close();
  org.close();
  process.exit(0);
}

function readIdentity(file: string): OrgIdentity {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as OrgIdentity;
  const identity: OrgIdentity = {
    orgId: buildId('00D', 'Dp0', randomBytes(4).readUInt32BE()),
    adminToken: randomBytes(24).toString('base64url'),
    seed: randomBytes(24).toString('base64url'),
  };
  writeSecretFile(file, `${JSON.stringify(identity, null, 2)}\n`);
  return identity;
}

async function listenOn(port: number, tls: Certificate | undefined): Promise<OrgServer> {
  try {
    return await listen({ port, ...(tls === undefined ? {} : { tls }) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      throw new UserError(
        `Port ${port} is in use. Stop what listens there, or choose another with --port N.`,
      );
    }
    if (code === 'EACCES') {
      throw new UserError(
        `Port ${port} may not be used here. Choose one above 1023 with --port N.`,
      );
    }
    throw error;
  }
}

async function openOrg(
  { dataDir, sources, calloutMap, connectedApps, delays }: OrgArguments,
  packages: readonly PackageVersion[],
  identity: OrgIdentity,
  server: OrgServer,
): Promise<Org> {
  try {
    return await createOrg({
      database: join(dataDir, 'org.db'),
      orgId: identity.orgId,
      instanceUrl: server.url,
      sources,
      calloutMap,
      compile: compileApart(join(dataDir, 'org.db.apex')),
      connectedApps,
      packages,
      delays,
      seed: identity.seed,
      scheduler: createRealScheduler({ onError: report }),
      sender: createHttpCalloutSender(),
      cpuNow: () => performance.now(),
      adminToken: identity.adminToken,
      onError: (error) => report('org', error),
    });
  } catch (error) {
    await server.close();
    if (error instanceof DeployError) throw new UserError(error.message);
    throw new UserError(
      `The org cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function report(label: string, error: unknown): void {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${label}: ${reason}\n`);
}
