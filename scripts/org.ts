import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { DELAYS, type DelayName } from '../local/org/apex/engine/delays.ts';
import { createHttpCalloutSender } from '../local/org/apex/engine/http-callout-sender.ts';
import { listen, type OrgServer } from '../local/org/api/server.ts';
import { DeployError } from '../local/org/deploy-error.ts';
import { createOrg, type Org } from '../local/org/org.ts';
import { buildId } from '../local/org/schema/ids.ts';
import { createRealScheduler } from '../local/real-scheduler.ts';
import { writeSecretFile } from './one-machine/secret-file.ts';
import { runMain, UserError } from './one-machine/user-error.ts';

const USAGE = `npm run org -- [options]

  --port N             port on 127.0.0.1 (default 8081; 0 = any free one)
  --data DIR           where the org is kept (default .data/org); made when it does not exist
  --source PATH        SFDX source to deploy, e.g. force-app; may be given several times
  --callout-map A=B    callouts to origin A go to B, e.g. https://api.example=http://127.0.0.1:9000
  --delays KIND        zero, default or slow: how long events, jobs and Bulk jobs wait (default default)
  --help               show this`;

interface OrgArguments {
  readonly port: number;
  /** Absolute; exists and can be written. */
  readonly dataDir: string;
  /** Absolute. */
  readonly sources: readonly string[];
  readonly calloutMap: ReadonlyMap<string, string>;
  readonly delays: DelayName;
}

/** What makes an org the same org after a restart. */
interface OrgIdentity {
  readonly orgId: string;
  readonly adminToken: string;
  readonly seed: string;
}

const ADMIN = 'alex@practice.example';

await runMain(async () => {
  const options = readArguments(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const identity = readIdentity(join(options.dataDir, 'org.json'));
  const server = await listenOn(options.port);
  const org = await openOrg(options, identity, server);
  server.serve((request) => org.handle(request));
  process.stdout.write(
    `url          ${server.url}\n` +
      `org id       ${org.orgId}\n` +
      `user         ${ADMIN}\n` +
      `access token ${org.issueToken(ADMIN)}\n` +
      `admin token  ${identity.adminToken}\n` +
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

/** @throws UserError naming the option, what is wrong with it and what would be right */
function readArguments(args: readonly string[]): OrgArguments | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const port = Number(values.port ?? 8081);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UserError(`--port ${values.port}: a port is a number from 0 to 65535.`);
  }
  return {
    port,
    dataDir: writableFolder(resolve(values.data ?? '.data/org')),
    sources: (values.source ?? []).map((path) => resolve(path)),
    calloutMap: new Map((values['callout-map'] ?? []).map(readMapping)),
    delays: readDelays(values.delays ?? 'default'),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        source: { type: 'string', multiple: true },
        'callout-map': { type: 'string', multiple: true },
        delays: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function readMapping(text: string): [string, string] {
  const [from = '', to = '', ...rest] = text.split('=');
  if (rest.length > 0 || !isOrigin(from) || !isOrigin(to)) {
    throw new UserError(
      `--callout-map ${text}: write it as two addresses, https://api.example=http://127.0.0.1:9000.`,
    );
  }
  return [from, to];
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/';
}

function readDelays(text: string): DelayName {
  if (Object.hasOwn(DELAYS, text)) return text as DelayName;
  throw new UserError(`--delays ${text}: choose zero, default or slow.`);
}

function writableFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return folder;
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : 'unknown reason';
    throw new UserError(
      `The data folder ${folder} cannot be written (${reason}). Choose another with --data DIR.`,
    );
  }
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

async function listenOn(port: number): Promise<OrgServer> {
  try {
    return await listen({ port });
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
  { dataDir, sources, calloutMap, delays }: OrgArguments,
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
