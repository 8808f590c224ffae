import { createPublicKey } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DELAYS, type DelayName } from '../../local/org/apex/engine/delays.ts';
import type { ConnectedApp } from '../../local/org/api/auth/connected-apps.ts';
import { UserError } from '../one-machine/user-error.ts';

export const USAGE = `npm run org -- [options]

  --port N             port on 127.0.0.1 (default 8081; 0 = any free one)
  --data DIR           where the org is kept (default .data/org); made when it does not exist
  --source PATH        SFDX source to deploy, e.g. force-app; may be given several times
  --package PATH       SFDX source to be installed by a link that is printed, e.g. force-app/main; several folders
                       with commas between them are one package; name and number come from sfdx-project.json
  --tls                HTTPS, with a certificate of its own; the file to trust is printed
  --tls-name HOST      another name the certificate stands for; may be given several times
  --callout-map A=B    callouts to origin A go to B, e.g. https://api.example=http://127.0.0.1:9000
  --connected-app A=F  a client with id A whose JWT assertions the public key in file F (PEM) proves
  --delays KIND        zero, default or slow: how long events, jobs and Bulk jobs wait (default default)
  --help               show this`;

export interface OrgArguments {
  readonly port: number;
  /** Absolute; exists and can be written. */
  readonly dataDir: string;
  /** Absolute. */
  readonly sources: readonly string[];
  /** As given: read when the org starts. */
  readonly packages: readonly string[];
  /** Names of the certificate; undefined for plain HTTP. */
  readonly tlsNames: readonly string[] | undefined;
  readonly calloutMap: ReadonlyMap<string, string>;
  readonly connectedApps: readonly ConnectedApp[];
  readonly delays: DelayName;
}

/** @throws UserError naming the option, what is wrong with it and what would be right */
export function readOrgArguments(args: readonly string[]): OrgArguments | 'help' {
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
    packages: values.package ?? [],
    tlsNames: readTlsNames(values.tls ?? false, values['tls-name'] ?? []),
    calloutMap: new Map((values['callout-map'] ?? []).map(readMapping)),
    connectedApps: (values['connected-app'] ?? []).map(readConnectedApp),
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
        package: { type: 'string', multiple: true },
        tls: { type: 'boolean' },
        'tls-name': { type: 'string', multiple: true },
        'callout-map': { type: 'string', multiple: true },
        'connected-app': { type: 'string', multiple: true },
        delays: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function readTlsNames(isOn: boolean, names: readonly string[]): readonly string[] | undefined {
  if (!isOn && names.length > 0) throw new UserError('--tls-name needs --tls.');
  const wrong = names.find((name) => !/^[a-z0-9*][a-z0-9.-]*$/i.test(name));
  if (wrong !== undefined) throw new UserError(`--tls-name ${wrong}: this is no host name.`);
  return isOn ? ['127.0.0.1', 'localhost', ...names] : undefined;
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

function readConnectedApp(text: string): ConnectedApp {
  const [, clientId, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (clientId === undefined || file === undefined) {
    throw new UserError(`--connected-app ${text}: write it as CLIENT_ID=PUBLIC_KEY_FILE.`);
  }
  try {
    const publicKeyPem = readFileSync(file, 'utf8');
    createPublicKey(publicKeyPem);
    return { clientId, publicKeyPem };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `--connected-app ${clientId}: ${file} holds no public key or certificate in PEM (${reason}).`,
    );
  }
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
