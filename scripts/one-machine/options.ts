import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { UserError } from './user-error.ts';

export interface OneMachineOptions {
  /** Absolute; exists and can be written. */
  readonly dataDir: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly orgPort: number;
  /** Absolute folder of CSV files, as `sf data export bulk` writes them. */
  readonly importDir?: string;
  readonly delays: 'zero' | 'default' | 'slow';
  /** Load the sample CRM into a new org. */
  readonly sample: boolean;
  /** A new practice org without the package, which nobody has connected yet. */
  readonly fresh: boolean;
  /** With `fresh`: no version of the package is configured, so that the page deploys its source. */
  readonly fromSource: boolean;
  /** Have a day of a sales team arrive in a new practice org with sample data. */
  readonly activities: boolean;
}

export const USAGE = `npm start -- [options]

  --data DIR      where everything is kept (default .data)
  --import DIR    load Account.csv, Contact.csv … into a new practice org, instead of the sample data
  --empty         start a new practice org without sample data
  --fresh         start a new practice org without the package, not connected: the whole way from Connect Sync User on
  --from-source   with --fresh: the package has no version to install; the page's button deploys its source
  --delays KIND   zero, default or slow: how long the practice org's event bus and job queue take (default zero)
  --no-activities leave out the day of activities that arrives in a new practice org with sample data
  --help          show this

  PORT and ORG_PORT in the environment choose the receiver's port (8080) and the practice org's (8081).`;

/** @throws UserError naming the option, what is wrong with it and what would be right */
export function readOptions(args: readonly string[]): OneMachineOptions | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  if (values['from-source'] && !values.fresh) {
    throw new UserError(
      '--from-source goes with --fresh: other starts have the package in the org.',
    );
  }
  const delays = values.delays ?? 'zero';
  if (delays !== 'zero' && delays !== 'default' && delays !== 'slow') {
    throw new UserError(`--delays ${delays}: choose zero, default or slow.`);
  }
  return {
    dataDir: writableFolder(resolve(values.data ?? '.data')),
    port: portFrom('PORT', 8080),
    orgPort: portFrom('ORG_PORT', 8081),
    delays,
    sample: !values.empty && values.import === undefined,
    fresh: values.fresh ?? false,
    fromSource: values['from-source'] ?? false,
    activities: values.activities ?? true,
    ...(values.import !== undefined && { importDir: readableFolder(resolve(values.import)) }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        data: { type: 'string' },
        import: { type: 'string' },
        empty: { type: 'boolean' },
        fresh: { type: 'boolean' },
        'from-source': { type: 'boolean' },
        activities: { type: 'boolean' },
        delays: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function portFrom(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return otherwise;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UserError(`${name}=${text}: a port is a number from 0 to 65535.`);
  }
  return port;
}

function writableFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new UserError(
      `The data folder ${folder} cannot be written (${code(error)}). Choose another with --data DIR.`,
    );
  }
  return folder;
}

function readableFolder(folder: string): string {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder) throw new UserError(`--import ${folder}: there is no such folder.`);
  return folder;
}

function code(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
