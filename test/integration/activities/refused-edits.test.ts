import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
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
});
afterEach(() => path.practice.org.faults.clearAll());
afterAll(() => path.close());

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

const FAULTS: readonly Fault['kind'][] = ['rows-locked', 'unavailable', 'reset', 'server-error'];

it.each(FAULTS)(
  'an edit that could not be written the first time (%s) is written',
  async (kind) => {
    await path.log(todo(kind, 1));
    const where = kind === 'rows-locked' ? { object: 'Task' } : { path: '/composite' };
    path.practice.org.faults.arm(parseFault({ kind, times: 1, ...where }));
    await path.log(todo(kind, 2));
    const tasks = await path.soql(
      `SELECT Subject FROM Task WHERE Mixmax_Activity_Id__c = '${kind}/0'`,
    );
    expect(tasks.map((task) => task['Subject'])).toEqual([`${kind}, version 2`]);
  },
);
