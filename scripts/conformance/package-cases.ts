import { runInOrg } from '../apex-test/real-org.ts';
import { deployPackage } from '../package/deploy.ts';
import type { Sf } from '../package/sf.ts';
import { makeTrigger } from '../package/trigger.ts';
import { uninstallPackage } from '../package/uninstall.ts';
import { createWorkbench, type Workbench } from '../package/workbench.ts';
import { type ConformanceCase, expectEqual, expectTrue, type World } from './conformance-case.ts';
import { ALIAS } from './sf-login-cases.ts';

/** The project's own commands for admins, with the real CLI beneath them. The last one leaves an org without the package. */
export const PACKAGE_CASES: readonly ConformanceCase[] = [
  { name: 'npm run package -- deploy', run: deploy },
  { name: 'npm run apex:test -- --target-org', run: test },
  { name: 'npm run package -- trigger', run: addTrigger },
  { name: 'npm run package -- uninstall', run: uninstall },
];

const OBJECT = 'Conformance_Deal__c';
const HOST = 'rts.example.com';

/** The commands' own view of the CLI, on the CLI with a home of its own. */
function workbenchOf({ sf }: World): Workbench {
  const bridge: Sf = {
    run: async (args, cwd) => void (await sf.run(args, { cwd })),
    ask: async (args, cwd) => ({ status: 0, result: await sf.run(args, { cwd }) }),
  };
  return { ...createWorkbench(bridge), say: () => undefined };
}

async function deploy(world: World): Promise<void> {
  await deployPackage(workbenchOf(world), {
    targetOrg: ALIAS,
    production: true,
    dryRun: false,
    gatewayHost: HOST,
  });
  const sites = await world.org.toolingQuery('SELECT SiteName, EndpointUrl FROM RemoteProxy');
  const site = sites.find((row) => row['SiteName'] === 'Mixmax_Gateway');
  expectEqual(site?.['EndpointUrl'], `https://${HOST}`, 'remote site');
  const settings = await world.org.fetch('/services/data/v66.0/sobjects/Mixmax_Settings__c');
  expectEqual(settings.status, 200, 'status of the settings object');
}

async function test(world: World): Promise<void> {
  const { outcomes, coverage, unreached } = await runInOrg(workbenchOf(world).sf, ALIAS, []);
  const failed = outcomes.filter(({ passed }) => !passed).map(({ method }) => method);
  expectEqual(failed, [], 'failed tests');
  expectTrue(outcomes.length > 200, `only ${outcomes.length} tests ran`);
  const weak = coverage.filter(({ lines, covered }) => covered < 0.9 * lines);
  expectEqual(
    weak.map(({ file }) => file),
    [],
    'classes under 90 %',
  );
  expectEqual(unreached, [], 'classes and triggers that no test reached');
}

async function addTrigger(world: World): Promise<void> {
  const bench = workbenchOf(world);
  await bench.withProject({ folders: [], files: customObject() }, (folder) =>
    bench.sf.run(
      ['project', 'deploy', 'start', '--source-dir', 'force-app', '--target-org', ALIAS],
      folder,
    ),
  );
  const options = { object: OBJECT, namespace: '', output: undefined, targetOrg: ALIAS };
  await makeTrigger(bench, options);
  const triggers = await world.org.toolingQuery(
    `SELECT Name FROM ApexTrigger WHERE TableEnumOrId = '${OBJECT}'`,
  );
  expectEqual(
    triggers.map((row) => row['Name']),
    ['MixmaxRts_Conformance_Deal'],
    'triggers on the object',
  );
}

/** Somebody holds a permission set, and a generated trigger is there. */
async function uninstall(world: World): Promise<void> {
  const assign = ['org', 'assign', 'permset', '--name', 'Mixmax_RTS_Admin'];
  await world.sf.run([...assign, '--target-org', ALIAS]);
  await uninstallPackage(workbenchOf(world), {
    targetOrg: ALIAS,
    production: false,
    keepActivityTimes: false,
    yes: true,
  });
  for (const type of ['ApexClass', 'ApexTrigger', 'RemoteProxy']) {
    const name = type === 'RemoteProxy' ? 'SiteName' : 'Name';
    const left = await world.org.toolingQuery(`SELECT ${name} FROM ${type}`);
    const ours = left.map((row) => String(row[name])).filter((one) => /^(Rts|Mixmax)/.test(one));
    expectEqual(ours, [], `${type} left`);
  }
  const held = await world.org.query("SELECT Id FROM PermissionSet WHERE Name LIKE 'Mixmax%'");
  expectEqual(held.length, 0, 'permission sets left');
  const settings = await world.org.fetch('/services/data/v66.0/sobjects/Mixmax_Settings__c');
  expectEqual(settings.status, 404, 'status of the settings object');
  const deals = await world.org.query(`SELECT Id FROM ${OBJECT}`);
  expectEqual(deals.length, 0, "records of the customer's object, which stays");
}

function customObject(): ReadonlyMap<string, string> {
  const xml = (root: string, inner: string) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://soap.sforce.com/2006/04/metadata">${inner}</${root}>\n`;
  const base = `force-app/main/default/objects/${OBJECT}`;
  const object =
    '<deploymentStatus>Deployed</deploymentStatus><label>Deal</label>' +
    '<nameField><label>Name</label><type>Text</type></nameField>' +
    '<pluralLabel>Deals</pluralLabel><sharingModel>ReadWrite</sharingModel>';
  const field =
    '<fullName>Stage__c</fullName><label>Stage</label><length>20</length>' +
    '<required>true</required><type>Text</type>';
  return new Map([
    [`${base}/${OBJECT}.object-meta.xml`, xml('CustomObject', object)],
    [`${base}/fields/Stage__c.field-meta.xml`, xml('CustomField', field)],
  ]);
}
