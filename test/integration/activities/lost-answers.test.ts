import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFault } from '../../../local/org/faults.ts';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';

let path: ActivityPath;
let user: string;
let contact: string;
/** Without the package nothing in a Task tells which activity it is. */
beforeAll(async () => {
  path = await startActivityPath({ practice: { sources: [] } });
  const [admin] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(admin?.['Email']);
  contact = await path.create('Contact', { LastName: 'Lovelace', Email: 'ada@acme.example' });
  await path.mirrorAll();
});
afterAll(() => path.close());

const sent = (id: string, subject: string) => ({
  id,
  kind: 'email.sent',
  at: '2026-11-20T09:30:00Z',
  user,
  to: ['ada@acme.example'],
  subject,
});
const tasks = (subject: string) =>
  path.soql(`SELECT Id FROM Task WHERE Subject = 'Sent (New): ${subject}'`);
const loseAnswer = (times = 1) =>
  path.practice.org.faults.arm(
    parseFault({ kind: 'answer-lost', object: 'Task', method: 'POST', times }),
  );
const listed = async (state: string, id: string) => {
  const { body } = await path.call('GET', `/activities?state=${state}&limit=200`);
  return body.activities.find((one: { id: string }) => one.id === id);
};

describe('an answer is lost where the org has no Mixmax_Activity_Id__c', () => {
  it('the Task is found by creator, owner, name, subject and time', async () => {
    loseAnswer(2);
    await path.log(sent('one', 'Once'));
    expect(await tasks('Once')).toHaveLength(1);
    expect((await listed('written', 'one')).tasks).toMatchObject([{ id: expect.any(String) }]);
  });

  it('two that say the same stay two, and one that was written before is not taken for another', async () => {
    loseAnswer();
    await path.log(sent('two', 'Twins'), sent('three', 'Twins'));
    expect(await tasks('Twins')).toHaveLength(2);
    path.practice.org.faults.arm(
      parseFault({ kind: 'unavailable', object: 'Task', method: 'POST', times: 1 }),
    );
    await path.log(sent('four', 'Twins'));
    expect(await tasks('Twins')).toHaveLength(3);
  });

  it('what several could be is listed, not written again; told apart by hand, it is found', async () => {
    await path.post(sent('five', 'Double'));
    const byHand = { Subject: 'Sent (New): Double', WhoId: contact };
    const double = await path.create('Task', byHand);
    loseAnswer();
    await path.write();
    expect((await listed('failed', 'five')).problem).toContain('several records there could be it');
    expect(await tasks('Double')).toHaveLength(2);
    await path.practice.fetch('DELETE', `/services/data/v66.0/sobjects/Task/${double}`);
    await path.call('POST', '/activities/retries', { ids: ['five'] });
    await path.write();
    expect(await listed('written', 'five')).toBeDefined();
    expect(await tasks('Double')).toHaveLength(1);
  });
});
