import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConformanceCase, expectEqual, expectTrue, type World } from './conformance-case.ts';

/** The plugin's commands, in the real CLI, against a receiver and a practice org of their own. In this order. */
export const PLUGIN_CASES: readonly ConformanceCase[] = [
  { name: 'sf plugins link (mixmax rts)', run: link },
  { name: 'sf mixmax rts connect --dry-run', run: showPlan },
  { name: 'sf mixmax rts connect', run: connect },
  { name: 'sf mixmax rts connect, again', run: connectAgain },
  { name: 'sf mixmax rts status', run: showStatus },
  { name: 'sf mixmax rts doctor', run: examine },
  { name: 'sf mixmax rts conditions', run: changeConditions },
  { name: 'sf mixmax rts fields', run: followFields },
  { name: 'sf mixmax rts sync', run: syncNow },
  { name: 'sf mixmax rts audit', run: audit },
  { name: 'sf mixmax rts errors, dead-letters', run: showTrouble },
  { name: 'sf mixmax rts keys', run: manageKeys },
  { name: 'sf mixmax rts token rotate', run: rotateToken },
  { name: 'sf mixmax rts disable, enable', run: switchOffAndOn },
  { name: 'sf mixmax rts trigger generate', run: generateTrigger },
  { name: 'sf mixmax rts forget', run: forget },
  { name: 'sf mixmax rts uninstall', run: uninstall },
  { name: 'sf plugins install (mixmax rts)', run: install },
];

const TARGET = ['--target-org', 'plugin'];
const DATA = '/services/data/v66.0';

/** A command of the plugin on its org. */
async function rts<Result>(
  { sf }: World,
  args: readonly string[],
  options: Parameters<World['sf']['run']>[1] = {},
): Promise<Result> {
  return (await sf.run(['mixmax', 'rts', ...args, ...TARGET], options)) as Result;
}

/** @returns what the command said on refusing */
async function refusal(world: World, args: readonly string[]): Promise<string> {
  return rts(world, args).then(
    () => 'nothing: it did it',
    (error: unknown) => String(error),
  );
}

async function link(world: World): Promise<void> {
  const { api, org, orgId, accessToken, plugin } = await world.machine();
  await world.sf.say(['plugins', 'link', plugin, '--no-install']);
  const login = ['org', 'login', 'access-token', '--no-prompt', '--instance-url', org];
  const env = { SF_ACCESS_TOKEN: accessToken };
  await world.sf.run([...login, '--alias', 'plugin'], { env });
  const said = await refusal(world, ['status', '--gateway-url', api]);
  expectTrue(said.includes(orgId), `status of an org that is not connected: ${said}`);
}

interface Plan {
  readonly steps: readonly { readonly title: string; readonly state: string }[];
  readonly state?: string;
}

async function showPlan(world: World): Promise<void> {
  const { api, ask } = await world.machine();
  const plan = await rts<Plan>(world, ['connect', '--gateway-url', api, '--dry-run']);
  expectEqual(
    plan.steps.map(({ state }) => state),
    ['to do', 'to do', 'to do', 'to do'],
    'steps of a new org',
  );
  const poll = ['connect', '--gateway-url', api, '--dry-run', '--poll-only'];
  expectEqual((await rts<Plan>(world, poll)).steps.length, 1, 'steps of --poll-only');
  const { sobjects } = (await ask('GET', `${DATA}/sobjects`)) as { sobjects: { name: string }[] };
  expectTrue(!sobjects.some(({ name }) => /^Mixmax_/.test(name)), 'a dry run changed the org');
}

async function connect(world: World): Promise<void> {
  const { api, setupCode, ask } = await world.machine();
  const args = ['connect', '--gateway-url', api, '--no-prompt', '--wait', '5'];
  const wrong = { MIXMAX_RTS_SETUP_CODE: 'not-the-code' };
  await rts(world, args, { env: wrong, exitCode: 1 });
  const env = { MIXMAX_RTS_SETUP_CODE: setupCode };
  const { state, steps } = await rts<Plan>(world, args, { env });
  expectEqual(state, 'active', 'state');
  expectTrue(
    steps.every((step) => step.state === 'done'),
    'a step was not done',
  );
  const soql = "SELECT Id FROM PermissionSetAssignment WHERE PermissionSet.Name LIKE 'Mixmax%'";
  const assigned = (await ask('GET', `${DATA}/query?q=${encodeURIComponent(soql)}`)) as Page;
  expectTrue(assigned.totalSize >= 2, 'permission sets are not assigned');
  const kept = readFileSync(join(world.sf.home, '.sf/mixmax-rts.json'), 'utf8');
  expectTrue(kept.includes('apiKey') && !kept.includes('rts_'), 'the key is kept in the clear');
  expectTrue(!kept.includes('privateKey'), 'the private key is kept');
}

interface Page {
  readonly totalSize: number;
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

async function connectAgain(world: World): Promise<void> {
  const { api } = await world.machine();
  const { steps, state } = await rts<Plan>(world, ['connect', '--gateway-url', api]);
  expectEqual(
    steps.map((step) => step.state),
    ['was done', 'was done', 'was done', 'was done'],
    'steps',
  );
  expectEqual(state, 'active', 'state');
}

async function showStatus(world: World): Promise<void> {
  const { orgId } = await world.machine();
  const status = await rts<{ orgId: string; state: string; objects: readonly object[] }>(world, [
    'status',
  ]);
  expectEqual([status.orgId, status.state], [orgId, 'active'], 'org and state');
  expectTrue(status.objects.length > 5, 'few objects are mirrored');
}

interface Examination {
  readonly worst: string;
  readonly findings: readonly { readonly check: string; readonly level: string }[];
}

/** Everything is in order but one thing; then the settings look like those of another org. */
async function examine(world: World): Promise<void> {
  const { ask, orgId } = await world.machine();
  await ask('POST', `${DATA}/sobjects/Contact`, { LastName: 'Conformance' });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const well = await rts<Examination>(world, ['doctor']);
  const troubled = well.findings.filter(({ level }) => level !== 'green');
  expectEqual(troubled, [], 'findings');
  expectTrue(well.findings.length >= 15, `only ${well.findings.length} findings`);
  const soql = `SELECT Id FROM Mixmax_Settings__c WHERE SetupOwnerId = '${orgId}'`;
  const { records } = (await ask('GET', `${DATA}/query?q=${encodeURIComponent(soql)}`)) as Page;
  const path = `${DATA}/sobjects/Mixmax_Settings__c/${records[0]?.['Id']}`;
  await ask('PATCH', path, { Org_Id__c: '00D000000000001' });
  const copied = await rts<Examination>(world, ['doctor'], { exitCode: 20 });
  const red = copied.findings.filter(({ level }) => level === 'red').map(({ check }) => check);
  expectTrue(red.includes('Sandbox pin'), `red is ${red.join(', ')}`);
  await ask('PATCH', path, { Org_Id__c: orgId });
}

interface Conditions {
  readonly on: boolean;
  readonly objects?: Readonly<Record<string, readonly string[]>>;
}

async function changeConditions(world: World): Promise<void> {
  const run = (...args: string[]) => rts<Conditions>(world, ['conditions', ...args]);
  const none = await refusal(world, ['conditions', 'enable']);
  expectTrue(none.includes('No field'), `enabling without a field: ${none}`);
  const enabled = await run('enable', '--field', 'Contact.Title', '--field', 'Lead.Title');
  expectTrue(enabled.objects?.['Contact']?.includes('Title') === true, 'Contact.Title is not in');
  await run('add', '--field', 'Contact.Department');
  await run('remove', '--field', 'Contact.Title');
  const { on, objects } = await run('list');
  const listed = objects?.['Contact'] ?? [];
  expectEqual(
    [on, listed.includes('Department'), listed.includes('Title')],
    [true, true, false],
    'conditions, Department, Title',
  );
  const formless = await refusal(world, ['conditions', 'add', '--field', 'Title']);
  expectTrue(formless.includes('Object.Field'), `a field without object: ${formless}`);
  expectEqual((await run('disable')).on, false, 'conditions after disable');
}

async function followFields(world: World): Promise<void> {
  const { ask } = await world.machine();
  const created = await rts<{ created: string[] }>(world, ['fields', 'create-activity-datetime']);
  const { fields } = (await ask('GET', `${DATA}/sobjects/Task/describe`)) as {
    fields: { name: string; type: string }[];
  };
  const field = fields.find(({ name }) => name === 'MixmaxActivityDateTime__c');
  expectEqual(field?.type, 'datetime', 'type of the field');
  expectTrue(Array.isArray(created.created), 'no list of what was created');
  await rts(world, ['fields', 'refresh']);
}

async function syncNow(world: World): Promise<void> {
  const { state } = await rts<{ state: string }>(world, ['sync', '--wait', '5']);
  expectEqual(state, 'done', 'state');
}

interface Audit {
  readonly id: string;
  readonly state: string;
  readonly rows: number;
  readonly findings?: readonly object[];
}

async function audit(world: World): Promise<void> {
  const run = <Result>(...args: string[]) => rts<Result>(world, ['audit', ...args]);
  const { rows } = await run<{ rows: Record<string, number> }>('estimate', '--object', 'Contact');
  expectTrue((rows['Contact'] ?? 0) > 0, 'no contact would be read');
  const { id, state } = await run<Audit>('start', '--object', 'Contact', '--wait', '5');
  expectEqual(state, 'done', 'state');
  const report = await run<Audit>('report', '--id', id, '--records');
  expectEqual([report.rows > 0, report.findings], [true, []], 'rows read, findings');
  for (const verb of ['pause', 'resume']) {
    const said = await refusal(world, ['audit', verb, '--id', id]);
    expectTrue(!said.startsWith('nothing'), `${verb} of an audit that has ended: ${said}`);
  }
}

async function showTrouble(world: World): Promise<void> {
  const { errors } = await rts<{ errors: readonly object[] }>(world, ['errors']);
  expectEqual(errors, [], 'errors');
  const { total } = await rts<{ total: number }>(world, ['dead-letters', 'list']);
  const redriven = await rts<object>(world, ['dead-letters', 'redrive']);
  expectEqual([total, redriven], [0, { redriven: 0, left: 0 }], 'dead letters');
}

async function manageKeys(world: World): Promise<void> {
  const list = () => rts<readonly { id: string; label: string }[]>(world, ['keys', 'list']);
  const { id, key } = await rts<{ id: string; key: string }>(world, [
    ...['keys', 'create', '--label', 'conformance'],
  ]);
  expectTrue(key.startsWith('rts_'), 'no key was shown');
  expectTrue(
    (await list()).some((one) => one.id === id),
    'the new key is not listed',
  );
  const env = { MIXMAX_RTS_API_KEY: key };
  await rts(world, ['status'], { env });
  await rts(world, ['keys', 'revoke', '--id', id, '--no-prompt']);
  expectTrue(!(await list()).some((one) => one.id === id), 'the revoked key is listed');
  await rts(world, ['status'], { env, exitCode: 1 });
}

async function rotateToken(world: World): Promise<void> {
  const { previousValidUntil } = await rts<{ previousValidUntil: string }>(world, [
    ...['token', 'rotate'],
  ]);
  expectTrue(Date.parse(previousValidUntil) > Date.now(), 'the token before is not valid any more');
}

async function switchOffAndOn(world: World): Promise<void> {
  const { ask, orgId } = await world.machine();
  const soql = `SELECT Disable_RTS__c FROM Mixmax_Settings__c WHERE SetupOwnerId = '${orgId}'`;
  const ticked = async () => {
    const { records } = (await ask('GET', `${DATA}/query?q=${encodeURIComponent(soql)}`)) as Page;
    return records[0]?.['Disable_RTS__c'];
  };
  const unasked = await refusal(world, ['disable']);
  expectTrue(unasked.includes('not confirmed'), `disable without consent: ${unasked}`);
  await rts(world, ['disable', '--no-prompt']);
  expectEqual(await ticked(), true, 'Disable Mixmax RTS');
  await rts(world, ['enable']);
  expectEqual(await ticked(), false, 'Disable Mixmax RTS');
}

async function generateTrigger(world: World): Promise<void> {
  const folder = join(world.folder, 'generated');
  await world.sf.run([
    ...['mixmax', 'rts', 'trigger', 'generate', '--object', 'Deal__c', '--output-dir', folder],
  ]);
  const trigger = join(folder, 'triggers/MixmaxRts_Deal.trigger');
  expectTrue(existsSync(trigger), 'the trigger is not there');
}

async function forget(world: World): Promise<void> {
  await rts(world, ['forget', '--no-prompt']);
  const said = await refusal(world, ['status']);
  expectTrue(said.includes('knows no receiver'), `status of a forgotten org: ${said}`);
}

async function uninstall(world: World): Promise<void> {
  const { ask } = await world.machine();
  await rts(world, ['uninstall', '--no-prompt']);
  const settings = await ask('GET', `${DATA}/sobjects/Mixmax_Settings__c`).then(
    () => 'there',
    (error: unknown) => String(error),
  );
  expectTrue(settings.includes('404'), `the settings object is ${settings}`);
}

/** From its archive, with what it needs from the registry, as an admin installs it. */
async function install(world: World): Promise<void> {
  const { plugin } = await world.machine();
  const packed = spawnSync(
    'npm',
    ['pack', plugin, '--json', '--pack-destination', world.folder, '--loglevel=error'],
    { encoding: 'utf8' },
  );
  const [archive] = JSON.parse(packed.stdout) as readonly { filename: string }[];
  const url = `file://${join(world.folder, archive?.filename ?? '')}`;
  // Nobody is there to say that a plugin without Salesforce's signature is meant.
  mkdirSync(join(world.sf.home, 'config'), { recursive: true });
  const allowed = join(world.sf.home, 'config/unsignedPluginAllowList.json');
  writeFileSync(allowed, JSON.stringify([url]));
  await world.sf.say(['plugins', 'unlink', 'mixmax-rts-sf-plugin']);
  await world.sf.say(['plugins', 'install', url]);
  await world.sf.say(['mixmax', 'rts', 'doctor', '--help']);
  const said = await refusal(world, ['status']);
  expectTrue(said.includes('knows no receiver'), `status by the installed plugin: ${said}`);
}
