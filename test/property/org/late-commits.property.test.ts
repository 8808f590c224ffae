import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { utf8 } from '../../../local/org/api/http.ts';
import { tableName } from '../../../local/org/store/tables.ts';
import { ADMIN_USERNAME, startTestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
const OBJECTS = ['Account', 'Contact', 'Task'];

const org = await startTestOrg();
// A contact that changes writes its account; a task rolls its date up by itself.
org.org.deploy([
  {
    path: 'triggers/Contacts.trigger',
    text:
      'trigger Contacts on Contact (after update) { List<Account> touched = new List<Account>();' +
      ' for (Contact one : Trigger.new) { touched.add(new Account(Id = one.AccountId, Site = one.LastName)); }' +
      ' update touched; }',
  },
]);
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

org.org.store.database.exec('CREATE TEMP TABLE went_back (id TEXT NOT NULL)');
for (const object of OBJECTS) {
  org.org.store.database.exec(`
    CREATE TEMP TRIGGER back_${object} AFTER UPDATE ON main.${tableName(object)}
    WHEN NEW.SystemModstamp < OLD.SystemModstamp
    BEGIN INSERT INTO went_back VALUES (OLD.Id); END;
  `);
}

async function send(method: string, path: string, body: object): Promise<number> {
  const { status } = await org.org.handle({
    method,
    path: `${DATA}/sobjects/${path}`,
    headers: {
      authorization: `Bearer ${org.accessToken}`,
      'content-type': 'application/json',
    },
    body: utf8(JSON.stringify(body)),
  });
  return status;
}

function insert(object: string, input: Readonly<Record<string, unknown>>): string {
  const [result] = org.org.engine.save({
    operation: 'insert',
    records: [{ object, input }],
    allOrNone: true,
    userId: String(org.org.store.findByKey('User', 'Username', ADMIN_USERNAME)[0]),
    source: 'rest',
  });
  if (result?.success !== true) throw new Error(`the ${object} was refused`);
  return result.id;
}

const accounts = ['a0', 'a1', 'a2'].map((Name) => insert('Account', { Name }));
const contacts = accounts.map((AccountId) => insert('Contact', { LastName: 'c', AccountId }));
const tasks = accounts.map((WhatId) => insert('Task', { Subject: 't', WhatId }));

const step = fc.record({
  kind: fc.constantFrom('account', 'contact', 'task'),
  index: fc.nat(2),
  /** Seconds until it commits; 0 for a save that does so at once. */
  late: fc.constantFrom(0, 0, 5, 60, 300),
  /** Seconds until the next. */
  pause: fc.constantFrom(0, 1, 30, 120),
  day: fc.integer({ min: 1, max: 28 }),
});

let changes = 0;

test('whatever commits late, no record’s SystemModstamp goes back, and all locks are let go', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 10 }), async (steps) => {
      const answers: Promise<number>[] = [];
      const alone: Promise<number>[] = [];
      let openUntilMs = 0;
      for (const { kind, index, late, pause, day } of steps) {
        changes += 1;
        const date = `2026-01-${String(day).padStart(2, '0')}`;
        const { path, body } = {
          account: { path: `Account/${accounts[index]}`, body: { Name: `n${changes}` } },
          contact: { path: `Contact/${contacts[index]}`, body: { LastName: `n${changes}` } },
          task: {
            path: `Task/${tasks[index]}`,
            body: { Status: 'Completed', ActivityDate: date },
          },
        }[kind];
        if (late > 0) {
          org.org.faults.arm({ kind: 'late-commit', delayMs: late * 1000, times: 1 });
        }
        const nowMs = org.org.clock.now();
        const answer = send('PATCH', path, body);
        answers.push(answer);
        if (late > 0 && openUntilMs < nowMs) alone.push(answer);
        if (late > 0) openUntilMs = Math.max(openUntilMs, nowMs + late * 1000);
        org.org.faults.clearAll();
        await org.org.clock.advance(pause * 1000);
      }
      await org.org.clock.advance(301_000);
      // 403: five requests that take longer than 20 s are all that an org of this edition lets wait.
      for (const status of await Promise.all(answers)) expect([204, 400, 403]).toContain(status);
      // Nobody takes a row from a save that began when no other was open.
      expect(await Promise.all(alone)).toEqual(alone.map(() => 204));
      expect(org.org.store.database.rows('SELECT id FROM temp.went_back')).toEqual([]);
      expect(org.org.store.rows.locks.inUse).toBe(false);
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('the watch notices a stamp that goes back', () => {
  const table = tableName('Account');
  org.org.store.database.run(`UPDATE ${table} SET SystemModstamp = '2000-01-01T00:00:00.000Z'`);
  expect(org.org.store.database.rows('SELECT id FROM temp.went_back').length).toBe(3);
});
