import process from 'node:process';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { runMain, UserError } from './one-machine/user-error.ts';
import { deployPackage } from './package/deploy.ts';
import { requireHost } from './package/gateway-site.ts';
import { installVersion } from './package/install.ts';
import { makeTrigger } from './package/trigger.ts';
import { uninstallPackage } from './package/uninstall.ts';
import { buildVersion } from './package/version.ts';
import { createPrintingWorkbench, createWorkbench, type Workbench } from './package/workbench.ts';

const USAGE = `Brings the Salesforce package into an org and out of it, with your own Salesforce CLI.

  npm run package -- deploy --target-org X [--production] [--dry-run] [--gateway-host HOST]
      deploys source and tests; --production runs only the tests that touch no other data
  npm run package -- version --target-dev-hub H [--promote]
      builds a version of the unlocked package; --promote makes it installable in production
  npm run package -- install --target-org X --package 04t… [--admins-only] [--gateway-host HOST]
      installs a version
  npm run package -- uninstall --target-org X [--production] [--keep-activity-times] --yes
      removes the package, generated triggers first
  npm run package -- trigger --object Deal__c [--output DIR] [--target-org X] [--namespace NS]
      writes or deploys a trigger that reports a custom object, with its test

  --gateway-host HOST   also deploys the remote site with that host
  --print               only shows the sf commands
  --help                this text

X and H are aliases or user names that \`sf org login web --alias X\` made.`;

const OPTIONS = {
  'target-org': { type: 'string' },
  'target-dev-hub': { type: 'string' },
  production: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  'gateway-host': { type: 'string' },
  promote: { type: 'boolean', default: false },
  package: { type: 'string' },
  'admins-only': { type: 'boolean', default: false },
  'keep-activity-times': { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  object: { type: 'string' },
  output: { type: 'string' },
  namespace: { type: 'string', default: '' },
} as const satisfies ParseArgsOptionsConfig;

const EVERYWHERE = {
  print: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies ParseArgsOptionsConfig;

type OptionName = keyof typeof OPTIONS;
type Values = ReturnType<typeof readOptions>;

interface Command {
  readonly options: readonly OptionName[];
  run(bench: Workbench, values: Values): Promise<void>;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'deploy',
    {
      options: ['target-org', 'production', 'dry-run', 'gateway-host'],
      run: (bench, values) =>
        deployPackage(bench, {
          targetOrg: required(values, 'target-org'),
          production: values.production,
          dryRun: values['dry-run'],
          gatewayHost: hostOf(values),
        }),
    },
  ],
  [
    'version',
    {
      options: ['target-dev-hub', 'promote'],
      run: (bench, values) =>
        buildVersion(bench, {
          devHub: required(values, 'target-dev-hub'),
          promote: values.promote,
        }),
    },
  ],
  [
    'install',
    {
      options: ['target-org', 'package', 'admins-only', 'gateway-host'],
      run: (bench, values) =>
        installVersion(bench, {
          targetOrg: required(values, 'target-org'),
          version: required(values, 'package'),
          adminsOnly: values['admins-only'],
          gatewayHost: hostOf(values),
        }),
    },
  ],
  [
    'uninstall',
    {
      options: ['target-org', 'production', 'keep-activity-times', 'yes'],
      run: (bench, values) =>
        uninstallPackage(bench, {
          targetOrg: required(values, 'target-org'),
          production: values.production,
          keepActivityTimes: values['keep-activity-times'],
          yes: values.yes || values.print,
        }),
    },
  ],
  [
    'trigger',
    {
      options: ['object', 'output', 'target-org', 'namespace'],
      run: (bench, values) =>
        makeTrigger(bench, {
          object: required(values, 'object'),
          namespace: values.namespace,
          output: values.output,
          targetOrg: values['target-org'],
        }),
    },
  ],
]);

/** An option that the command does not have is refused: a misplaced --production must not be ignored. */
function readOptions(args: readonly string[], names: readonly OptionName[]) {
  try {
    const own = Object.fromEntries(names.map((name) => [name, OPTIONS[name]]));
    parseArgs({ args: [...args], options: { ...own, ...EVERYWHERE } });
    return parseArgs({ args: [...args], options: { ...OPTIONS, ...EVERYWHERE } }).values;
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

/** @throws UserError for an option that is missing, empty, or would be read as another option by `sf` */
function required(values: Values, name: OptionName): string {
  const value = values[name];
  if (typeof value === 'string' && value !== '' && !value.startsWith('-')) return value;
  throw new UserError(`--${name} is missing.\n\n${USAGE}`);
}

function hostOf(values: Values): string | undefined {
  const host = values['gateway-host'];
  return host === undefined ? undefined : requireHost(host);
}

await runMain(async () => {
  const [name = '', ...args] = process.argv.slice(2);
  const command = COMMANDS.get(name);
  if (command === undefined || args.includes('--help') || args.includes('-h')) {
    if (name !== '--help' && name !== '-h' && command === undefined) {
      throw new UserError(`${name === '' ? 'No command' : `"${name}" is no command`}.\n\n${USAGE}`);
    }
    console.log(USAGE);
    return;
  }
  const values = readOptions(args, command.options);
  await command.run(values.print ? createPrintingWorkbench() : createWorkbench(), values);
});
