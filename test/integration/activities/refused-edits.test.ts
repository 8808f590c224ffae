import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { claim } from '#core/activities/ledger-steps.ts';
import { type Fault, parseFault } from '../../../local/org/faults.ts';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';

let path: ActivityPath;
let user: string;
beforeAll(async () => {
  path = await startActivityPath();
  const [admin] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(admin?.['Email']);
  await path.create('Contact', { LastName: 'Lovelace', Email: 'ada@acme.example' });
  await path.mirrorAll();
}, 600_000);
afterEach(() => path.practice.org.faults.clearAll());
afterAll(() => path.close());

/** Longer than a claim. */
const LONG_AGO_MS = 11 * 60_000;

const todo = (id: string, version: number) => ({
  id,
  version,
  kind: 'todo',
  at: '2026-11-20T09:30:00Z',
  user,
  person: 'ada@acme.example',
  done: false,
  subject: `${id}, version ${version}`,
});

const subjects = async (id: string) =>
  (await path.soql(`SELECT Subject FROM Task WHERE Mixmax_Activity_Id__c = '${id}/0'`)).map(
    (task) => task['Subject'],
  );

const FAULTS: readonly Fault['kind'][] = ['rows-locked', 'unavailable', 'reset', 'server-error'];

it.each(FAULTS)(
  'an edit that could not be written the first time (%s) is written',
  async (kind) => {
    await path.log(todo(kind, 1));
    const where = kind === 'rows-locked' ? { object: 'Task' } : { path: '/composite' };
    path.practice.org.faults.arm(parseFault({ kind, times: 1, ...where }));
    await path.log(todo(kind, 2));
    expect(await subjects(kind)).toEqual([`${kind}, version 2`]);
  },
);

it('an edit of what a worker wrote that died before it could write down so is written', async () => {
  const { ports, orgId } = path;
  await path.post(todo('died', 1));
  const entry = (await ports.activityLedger.getMany(orgId, ['died'])).get('died');
  if (entry === undefined) throw new Error('It is not in the ledger.');
  const step = claim(entry, 'dead worker', ports.clock.now() - LONG_AGO_MS);
  if (step.outcome !== 'claimed') throw new Error(`It is ${step.outcome}.`);
  await ports.activityLedger.put(orgId, [step.next]);
  await path.create('Task', { Subject: 'died, version 1', Mixmax_Activity_Id__c: 'died/0' });
  await path.log(todo('died', 2));
  expect(await subjects('died')).toEqual(['died, version 2']);
});

it('what was excluded meanwhile is logged on the same Task when it is logged again', async () => {
  await path.log(todo('again', 1));
  await path.call('PUT', '/roles/default', { notLogged: ['todo'] });
  await path.log(todo('again', 2));
  expect(await subjects('again')).toEqual(['again, version 1']);
  await path.call('PUT', '/roles/default', { notLogged: [] });
  await path.log(todo('again', 3));
  expect(await subjects('again')).toEqual(['again, version 3']);
});
