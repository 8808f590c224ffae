import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deployPackage } from '../../../../scripts/package/deploy.ts';
import { requireHost } from '../../../../scripts/package/gateway-site.ts';
import { installVersion } from '../../../../scripts/package/install.ts';
import { createSf } from '../../../../scripts/package/sf.ts';
import { makeTrigger } from '../../../../scripts/package/trigger.ts';
import { uninstallPackage } from '../../../../scripts/package/uninstall.ts';
import { buildVersion } from '../../../../scripts/package/version.ts';
import {
  createPrintingWorkbench,
  createWorkbench,
  type Workbench,
} from '../../../../scripts/package/workbench.ts';
import { createFakeSf, type FakeSf } from '../../../support/package/fake-sf.ts';

/** Against a program called `sf` that records what it is given; the practice org stands in elsewhere. */

let sf: FakeSf;
let bench: Workbench;
const said: string[] = [];
beforeEach(() => {
  sf = createFakeSf();
  said.length = 0;
  bench = { ...createWorkbench(createSf({ env: sf.env })), say: (line) => void said.push(line) };
});
afterEach(() => sf.close());

const deployOptions = {
  targetOrg: 'acme',
  production: false,
  dryRun: false,
  gatewayHost: undefined,
};

const valuesOf = (args: readonly string[], flag: string) =>
  args.flatMap((arg, index) => (args[index - 1] === flag ? [arg] : []));

/** The command with its flags, without what the next call says too. */
const commandOf = ({ args }: { args: readonly string[] }) => args.slice(0, 3).join(' ');

test('deploy: source and tests, in a project without read-me files or the placeholder site', async () => {
  await deployPackage(bench, deployOptions);
  expect(sf.calls.map(commandOf)).toEqual(['project deploy start']);
  const [{ args, files } = { args: [], files: {} }] = sf.calls;
  expect(valuesOf(args, '--source-dir')).toEqual(['force-app/main', 'force-app/test']);
  expect(valuesOf(args, '--target-org')).toEqual(['acme']);
  expect(valuesOf(args, '--test-level')).toEqual(['RunLocalTests']);
  expect(args).not.toContain('--dry-run');
  const paths = Object.keys(files);
  expect(paths).toContain('force-app/main/default/classes/api/Rts.cls');
  expect(paths).toContain('sfdx-project.json');
  expect(paths.filter((path) => path.endsWith('.md') || path.includes('/site/'))).toEqual([]);
});

test('deploy to production: the classes of the suite for production, and no others', async () => {
  await deployPackage(bench, { ...deployOptions, production: true, dryRun: true });
  const args = sf.calls[0]?.args ?? [];
  expect(valuesOf(args, '--test-level')).toEqual(['RunSpecifiedTests']);
  const suite = readFileSync('force-app/test/testSuites/RtsDeploy.testSuite-meta.xml', 'utf8');
  const classes = [...suite.matchAll(/<testClassName>(\w+)</g)].map(([, name]) => name);
  expect(valuesOf(args, '--tests')).toEqual(classes);
  expect(classes).not.toContain('RtsSaveTest');
  expect(args).toContain('--dry-run');
});

test('deploy with a host: the remote site follows, its host only in the copy', async () => {
  await deployPackage(bench, { ...deployOptions, gatewayHost: 'rts.acme.com' });
  expect(sf.calls).toHaveLength(2);
  const site = 'force-app/site/remoteSiteSettings/Mixmax_Gateway.remoteSite-meta.xml';
  expect(valuesOf(sf.calls[1]?.args ?? [], '--source-dir')).toEqual(['force-app/site']);
  expect(sf.calls[1]?.files[site]).toContain('<url>https://rts.acme.com</url>');
  expect(readFileSync(site, 'utf8')).toContain('<url>https://rts.example</url>');
});

test('a deploy that fails stops there, and leaves no copy behind', async () => {
  sf.answer('project deploy start', null, 1);
  const attempt = deployPackage(bench, { ...deployOptions, gatewayHost: 'rts.acme.com' });
  await expect(attempt).rejects.toThrow('sf project deploy start failed (1)');
  expect(sf.calls).toHaveLength(1);
});

test.each([
  'https://rts.acme.com',
  'rts.acme.com/x',
  'localhost',
  '10.0.0.1',
  'a b.com',
  '-a.com',
  '<x>.com',
  '',
])('the host %j is refused', (host) => {
  expect(() => requireHost(host)).toThrow('is no host name');
});

test('without sf, the way to it is told', async () => {
  const lonely = { ...bench, sf: createSf({ env: { PATH: '/nonexistent' } }) };
  await expect(deployPackage(lonely, deployOptions)).rejects.toThrow(
    'npm install --global @salesforce/cli',
  );
});

test('version: creates the package once, then a version with coverage', async () => {
  await buildVersion(bench, { devHub: 'hub', promote: false });
  expect(sf.calls.map(commandOf)).toEqual(['package create --name', 'package version create']);
  expect(sf.calls[0]?.args).toEqual(expect.arrayContaining(['--package-type', 'Unlocked']));
  expect(sf.calls[1]?.args).toContain('--code-coverage');
  const [definition = ''] = valuesOf(sf.calls[1]?.args ?? [], '--definition-file');
  expect(existsSync(definition)).toBe(true);
});

test('version --promote: the version that was built, and how to install it', async () => {
  const result = { SubscriberPackageVersionId: '04t000000000001AAA' };
  sf.answer('package version create', { status: 0, result });
  await buildVersion(bench, { devHub: 'hub', promote: true });
  expect(valuesOf(sf.calls[2]?.args ?? [], '--package')).toEqual(['04t000000000001AAA']);
  expect(said.join()).toContain('install --package 04t000000000001AAA');
});

test('version --promote: nothing is promoted when the build failed', async () => {
  sf.answer('package version create', { status: 1, message: 'coverage is 60%' }, 1);
  await expect(buildVersion(bench, { devHub: 'hub', promote: true })).rejects.toThrow(
    'The version was not built: coverage is 60%',
  );
  expect(sf.calls.map(commandOf)).not.toContain('package version promote');
});

test('install: for all users, remote site after it', async () => {
  const options = { targetOrg: 'acme', version: '04t1', adminsOnly: false };
  await installVersion(bench, { ...options, gatewayHost: 'rts.acme.com' });
  expect(sf.calls.map(commandOf)).toEqual(['package install --package', 'project deploy start']);
  expect(valuesOf(sf.calls[0]?.args ?? [], '--security-type')).toEqual(['AllUsers']);
  await installVersion(bench, { ...options, adminsOnly: true, gatewayHost: undefined });
  expect(valuesOf(sf.calls[2]?.args ?? [], '--security-type')).toEqual(['AdminsOnly']);
});

const uninstallOptions = {
  targetOrg: 'acme',
  production: false,
  keepActivityTimes: false,
  yes: false,
};
const TRIGGERS = 'data query --use-tooling-api --query SELECT Name, Body FROM ApexTrigger';
const CLASSES = 'data query --use-tooling-api --query SELECT Name, Body FROM ApexClass';
const records = (...rows: { Name: string; Body: string }[]) => ({
  status: 0,
  result: { records: rows },
});

function installed(...packages: object[]): void {
  sf.answer('package installed list', { status: 0, result: packages });
  sf.answer(TRIGGERS, records());
  sf.answer(CLASSES, records());
}

const removedIn = (call: { files: Readonly<Record<string, string>> } | undefined) =>
  [...(call?.files['force-app/destructiveChanges.xml'] ?? '').matchAll(/<members>([^<]+)</g)].map(
    ([, name]) => name,
  );

test('uninstall: nothing without --yes, not even a question', async () => {
  const attempt = uninstallPackage(bench, uninstallOptions);
  await expect(attempt).rejects.toThrow(/tick "Disable Mixmax RTS"[\s\S]*--yes/);
  expect(sf.calls).toEqual([]);
});

test('uninstall of a source deploy: first what refers to code, then code, then objects', async () => {
  installed();
  await uninstallPackage(bench, { ...uninstallOptions, production: true, yes: true });
  expect(sf.calls.map(commandOf)).toEqual([
    'data query --use-tooling-api',
    'data query --use-tooling-api',
    'package installed list',
    'apex run --file',
    ...Array(4).fill('project deploy start'),
  ]);
  expect(sf.calls[3]?.files['unassign.apex']).toContain("'Mixmax_RTS_User'");
  const [first, code, objects, site] = sf.calls.slice(4);
  expect(removedIn(first)).toEqual(expect.arrayContaining(['Mixmax_RTS_Admin', 'MixmaxRts']));
  expect(removedIn(code)).toEqual(
    expect.arrayContaining(['MixmaxContactTrigger', 'Rts', 'RtsTest']),
  );
  expect(removedIn(objects)).toEqual(
    expect.arrayContaining([
      'Mixmax_Error__c',
      'Activity.MixmaxActivityDateTime__c',
      'Activity.Mixmax_Activity_Id__c',
    ]),
  );
  expect(removedIn(site)).toEqual(
    expect.arrayContaining(['Mixmax_Gateway', 'Mixmax_RTS_Sync_User_Setup']),
  );
  expect(valuesOf(code?.args ?? [], '--test-level')).toEqual(['RunLocalTests']);
  expect(valuesOf(objects?.args ?? [], '--test-level')).toEqual([]);
});

test('uninstall: the activity times can stay', async () => {
  installed();
  await uninstallPackage(bench, { ...uninstallOptions, keepActivityTimes: true, yes: true });
  const fields = sf.calls.flatMap(removedIn).filter((name) => name?.startsWith('Activity.'));
  expect(fields).toEqual(['Activity.Mixmax_Activity_Id__c']);
});

test('uninstall of a version: generated triggers before it', async () => {
  installed({
    SubscriberPackageName: 'Mixmax Real-Time Sync',
    SubscriberPackageVersionId: '04t000000000001AAA',
  });
  const Body = `trigger MixmaxRts_Deal on Deal__c(after insert) {
    Rts.handle(Trigger.operationType, Trigger.new, Trigger.oldMap);
  }`;
  sf.answer(
    TRIGGERS,
    records({ Name: 'MixmaxRts_Deal', Body }, { Name: 'Other', Body: 'trigger' }),
  );
  const test = 'class MixmaxRts_Deal_Test { void f() { Rts.coverGeneratedTrigger(x); } }';
  sf.answer(CLASSES, records({ Name: 'MixmaxRts_Deal_Test', Body: test }));
  await uninstallPackage(bench, { ...uninstallOptions, yes: true });
  expect(removedIn(sf.calls[3])).toEqual(['MixmaxRts_Deal', 'MixmaxRts_Deal_Test']);
  expect(sf.calls.slice(4).map(commandOf)).toEqual([
    'apex run --file',
    'package uninstall --package',
    'project deploy start',
  ]);
  expect(sf.calls[5]?.args).toContain('04t000000000001AAA');
});

test('uninstall of a version keeps no field, and says so before anything goes', async () => {
  installed({
    SubscriberPackageName: 'Mixmax Real-Time Sync',
    SubscriberPackageVersionId: '04t000000000001AAA',
  });
  const options = { ...uninstallOptions, keepActivityTimes: true, yes: true };
  await expect(uninstallPackage(bench, options)).rejects.toThrow('takes every field of it');
  expect(sf.calls.map(commandOf)).not.toContain('project deploy start');
});

test("uninstall: a customer's own trigger that calls the package stops everything", async () => {
  installed();
  const Body = 'trigger Deals on Deal__c(after insert) { Deals.check(); Rts.handle(a, b, c); }';
  sf.answer(TRIGGERS, records({ Name: 'Deals', Body }));
  const attempt = uninstallPackage(bench, { ...uninstallOptions, yes: true });
  await expect(attempt).rejects.toThrow('call Mixmax and are not generated: Deals');
  expect(sf.calls.map(commandOf)).not.toContain('project deploy start');
});

test('uninstall: what cannot be asked is not taken for absent', async () => {
  installed();
  sf.answer('package installed list', { status: 1, message: 'no access' }, 1);
  const attempt = uninstallPackage(bench, { ...uninstallOptions, yes: true });
  await expect(attempt).rejects.toThrow('Packages could not be read: no access');
});

test('trigger: written beside nothing that is there, deployed with its own test', async () => {
  const output = mkdtempSync(join(tmpdir(), 'trigger-'));
  try {
    const options = { object: 'Deal__c', namespace: '', output, targetOrg: 'acme' };
    await makeTrigger(bench, options);
    expect(readFileSync(join(output, 'triggers/MixmaxRts_Deal.trigger'), 'utf8')).toContain(
      'on Deal__c(',
    );
    expect(valuesOf(sf.calls[0]?.args ?? [], '--tests')).toEqual(['MixmaxRts_Deal_Test']);
    expect(Object.keys(sf.calls[0]?.files ?? {})).toContain(
      'force-app/main/default/triggers/MixmaxRts_Deal.trigger',
    );
    await expect(makeTrigger(bench, options)).rejects.toThrow('is there already');
  } finally {
    rmSync(output, { recursive: true });
  }
});

test('--print shows the commands and runs none', async () => {
  const lines: string[] = [];
  const printing = createPrintingWorkbench((line) => void lines.push(line));
  const output = join(tmpdir(), 'never-written');
  await deployPackage(printing, { ...deployOptions, gatewayHost: 'rts.acme.com' });
  await buildVersion(printing, { devHub: 'hub', promote: true });
  await uninstallPackage(printing, { ...uninstallOptions, yes: true });
  await makeTrigger(printing, { object: 'Deal__c', namespace: '', output, targetOrg: "o'neil" });
  expect(lines.filter((line) => line.startsWith('sf ')).length).toBeGreaterThan(10);
  expect(lines.join('\n')).toContain(`--target-org 'o'\\''neil'`);
  expect(existsSync(output)).toBe(false);
  expect(sf.calls).toEqual([]);
});
