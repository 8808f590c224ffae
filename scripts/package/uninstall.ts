import { readPackage } from '../check/package-source.ts';
import { UserError } from '../one-machine/user-error.ts';
import { projectRoot } from '../project-root.ts';
import { type Components, manifestXml, removableComponents } from './components.ts';
import { callsPackage, GENERATED_PREFIX, isGeneratedTrigger } from './generated-trigger.ts';
import { PACKAGE_NAME } from './version.ts';
import { API_VERSION, type Workbench } from './workbench.ts';

interface UninstallOptions {
  readonly targetOrg: string;
  readonly production: boolean;
  /** Leaves the field of activity times: the org may have had it before, and reports may use it. */
  readonly keepActivityTimes: boolean;
  /** The admin has confirmed. */
  readonly yes: boolean;
}

const WAIT_MINUTES = '60';

const CONFIRM = `This removes Mixmax Real-Time Sync from the org: its triggers, classes, objects with their rows, settings, the
Mixmax fields of tasks and events with their values, and permission sets with their assignments. Triggers that
"npm run package -- trigger" made go first. To stop the sync without losing anything, tick "Disable Mixmax RTS" in
Setup > Custom Settings > Mixmax Settings instead. Reports that use the Mixmax Activity Date/Time need
--keep-activity-times. To go on, repeat the command with --yes.`;
const NOT_KEPT = `${PACKAGE_NAME} is installed as a version: uninstalling that takes every field of it. Export the activity times first,
then leave out --keep-activity-times.`;
const ACTIVITY_TIME = 'Activity.MixmaxActivityDateTime__c';

/**
 * Removes the package, whichever way it came: generated triggers first, because they call its classes; then the
 * installed version or, part by part, what a source deploy left.
 * @throws UserError without confirmation, and naming Apex of the org that calls the package and was not generated
 */
export async function uninstallPackage(bench: Workbench, options: UninstallOptions): Promise<void> {
  if (!options.yes) throw new UserError(CONFIRM);
  const generated = await findGenerated(bench, options.targetOrg);
  const version = await installedVersion(bench, options.targetOrg);
  if (version !== undefined && options.keepActivityTimes) throw new UserError(NOT_KEPT);
  const remove = removerFor(bench, options);
  if ([...generated.values()].some((names) => names.length > 0)) {
    await remove('generated triggers and their tests', generated);
  }
  await unassign(bench, options.targetOrg);
  if (version === undefined) {
    await removeSource(remove, options);
  } else {
    const target = ['--target-org', options.targetOrg];
    await bench.sf.run(
      ['package', 'uninstall', '--package', version, ...target, '--wait', WAIT_MINUTES],
      projectRoot,
    );
  }
  // The remote site is no part of a version.
  await remove(
    'the remote site and the set-up permission',
    removableComponents(readPackage().filter(({ path }) => path.startsWith('site/'))),
  );
}

type Remove = (what: string, components: Components) => Promise<void>;

/** Each step is a deploy of its own: Salesforce refuses to delete what a later part still refers to. */
function removerFor({ sf, say, withProject }: Workbench, options: UninstallOptions): Remove {
  return async (what, components) => {
    say(`Removing ${what}: ${[...components.values()].flat().length} components`);
    const empty = new Map<string, readonly string[]>();
    const files = new Map([
      ['force-app/package.xml', manifestXml(empty, API_VERSION)],
      ['force-app/destructiveChanges.xml', manifestXml(components, API_VERSION)],
    ]);
    // Production runs tests when Apex goes; elsewhere none is the default.
    const hasApex = components.has('ApexClass') || components.has('ApexTrigger');
    await withProject({ folders: [], files }, (folder) =>
      sf.run(
        [
          ...['project', 'deploy', 'start', '--manifest', 'force-app/package.xml'],
          ...['--post-destructive-changes', 'force-app/destructiveChanges.xml'],
          ...['--target-org', options.targetOrg, '--wait', WAIT_MINUTES, '--ignore-conflicts'],
          ...(options.production && hasApex ? ['--test-level', 'RunLocalTests'] : []),
        ],
        folder,
      ),
    );
  };
}

async function removeSource(
  remove: Remove,
  { keepActivityTimes }: UninstallOptions,
): Promise<void> {
  const all = removableComponents(
    readPackage().filter(({ path }) => path.startsWith('main/') || path.startsWith('test/')),
  );
  const pick = (...types: string[]) =>
    new Map(types.flatMap((type) => (all.has(type) ? [[type, all.get(type) ?? []] as const] : [])));
  await remove(
    'what refers to code and objects',
    pick('PlatformEventSubscriberConfig', 'ApexTestSuite', 'CustomApplication', 'PermissionSet'),
  );
  await remove('code', pick('ApexTrigger', 'ApexClass'));
  const parts = pick('CustomTab', 'CustomField', 'CustomObject');
  if (keepActivityTimes) {
    const fields = parts.get('CustomField') ?? [];
    parts.set(
      'CustomField',
      fields.filter((name) => name !== ACTIVITY_TIME),
    );
  }
  await remove('objects and fields', parts);
}

/** Salesforce deletes no permission set that somebody holds. */
async function unassign({ sf, say, withProject }: Workbench, targetOrg: string): Promise<void> {
  say('Taking the permission sets from their holders');
  const permissionSets = removableComponents(readPackage()).get('PermissionSet') ?? [];
  const names = permissionSets.map((name) => `'${name}'`).join(', ');
  const files = new Map([
    [
      'unassign.apex',
      `delete [SELECT Id FROM PermissionSetAssignment WHERE PermissionSet.Name IN (${names}) AND PermissionSet.NamespacePrefix = NULL];\n`,
    ],
  ]);
  await withProject({ folders: [], files }, (folder) =>
    sf.run(['apex', 'run', '--file', 'unassign.apex', '--target-org', targetOrg], folder),
  );
}

/** @throws UserError naming Apex that calls the package and is not generated: only its owner may change it */
async function findGenerated(bench: Workbench, targetOrg: string): Promise<Components> {
  const triggers = await apexOf(bench, targetOrg, 'ApexTrigger', '');
  const classes = await apexOf(
    bench,
    targetOrg,
    'ApexClass',
    ` AND Name LIKE '${GENERATED_PREFIX.replace('_', '\\_')}%'`,
  );
  const own = new Set(readPackage().map(({ name }) => name));
  const callers = triggers.filter(({ name, body }) => !own.has(name) && callsPackage(body));
  const foreign = callers.filter(({ body }) => !isGeneratedTrigger(body));
  if (foreign.length > 0) {
    const names = foreign.map(({ name }) => name).join(', ');
    throw new UserError(
      `These triggers call Mixmax and are not generated: ${names}. Remove the call from them, then uninstall again.`,
    );
  }
  return new Map([
    ['ApexTrigger', callers.map(({ name }) => name)],
    ['ApexClass', classes.filter(({ body }) => callsPackage(body)).map(({ name }) => name)],
  ]);
}

interface ApexRow {
  readonly name: string;
  readonly body: string;
}

async function apexOf(
  { sf }: Workbench,
  targetOrg: string,
  type: 'ApexTrigger' | 'ApexClass',
  filter: string,
): Promise<readonly ApexRow[]> {
  const query = `SELECT Name, Body FROM ${type} WHERE NamespacePrefix = NULL${filter} ORDER BY Name`;
  const { status, result, message } = await sf.ask(
    ['data', 'query', '--use-tooling-api', '--query', query, '--target-org', targetOrg],
    projectRoot,
  );
  if (status !== 0) throw new UserError(`${type} could not be read: ${message ?? 'no reason'}`);
  return membersOf(result, 'records').map((row) => ({
    name: textOf(row, 'Name'),
    body: textOf(row, 'Body'),
  }));
}

/** @returns 04t… when the package is installed as a version */
async function installedVersion({ sf }: Workbench, targetOrg: string): Promise<string | undefined> {
  const { status, result, message } = await sf.ask(
    ['package', 'installed', 'list', '--target-org', targetOrg],
    projectRoot,
  );
  if (status !== 0) throw new UserError(`Packages could not be read: ${message ?? 'no reason'}`);
  const rows = Array.isArray(result) ? result : [];
  const ours = rows.find((row) => textOf(row, 'SubscriberPackageName') === PACKAGE_NAME);
  return ours === undefined ? undefined : textOf(ours, 'SubscriberPackageVersionId');
}

function membersOf(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const list = (value as Record<string, unknown>)[name];
  return Array.isArray(list) ? list : [];
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null) return '';
  const text = (value as Record<string, unknown>)[name];
  return typeof text === 'string' ? text : '';
}
