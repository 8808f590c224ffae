import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApexOrg, type ApexOrgOptions, openApexOrg } from './apex-org.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apex-org-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const SOURCE: ApexOrgOptions = {
  classes: {
    Relay: `
public class Relay implements Queueable, Database.AllowsCallouts, Finalizer {
  private final List<String> texts;
  public Relay(List<String> texts) { this.texts = texts; }
  public void execute(QueueableContext context) {
    System.attachFinalizer(this);
    HttpRequest request = new HttpRequest();
    request.setEndpoint('https://hook.example/');
    request.setMethod('POST');
    request.setBody(String.join(texts, ','));
    new Http().send(request);
    insert new Account(Name = String.join(texts, ','));
  }
  public void execute(FinalizerContext context) { insert new Account(Name = 'finalized ' + context.getResult()); }
}`,
  },
  triggers: {
    Ship: `trigger Ship on Shipment__c (after insert) { EventBus.publish(new Shipped__e(Text__c = Trigger.new[0].Name)); }`,
    OnShipped: `
trigger OnShipped on Shipped__e (after insert) {
  List<String> texts = new List<String>();
  for (Shipped__e event : Trigger.new) { texts.add(event.Text__c); }
  System.enqueueJob(new Relay(texts));
}`,
  },
};

/** Opens the same database with a new engine, as a process does that was killed and started again. */
function restarted(org: ApexOrg, options: ApexOrgOptions = SOURCE): ApexOrg {
  org.engine.stop();
  org.data.store.close();
  return openApexOrg({ ...options, path: join(folder, 'org.db') });
}

test('work goes on after a kill at any step, once', async () => {
  let org = openApexOrg({ ...SOURCE, path: join(folder, 'org.db') });
  org.insert('Shipment__c', { Name: 'one' });
  expect(org.engine.asyncCounts()).toMatchObject({ events: 1, jobs: 0 });

  org = restarted(org);
  expect(org.engine.asyncCounts()).toMatchObject({ events: 1, jobs: 0 });
  await org.clock.step();
  expect(org.engine.asyncCounts()).toMatchObject({ events: 0, jobs: 1 });

  org = restarted(org, { ...SOURCE, respond: () => new Promise(() => {}) });
  await org.clock.step();
  expect(org.engine.asyncCounts()).toMatchObject({ jobs: 1, callouts: 1 });
  expect(org.query('SELECT Status FROM AsyncApexJob')).toEqual([{ Status: 'Processing' }]);

  org = restarted(org);
  await org.settle();
  expect(org.callouts.map(({ body }) => Buffer.from(body).toString())).toEqual(['one']);
  expect(org.query('SELECT Name FROM Account ORDER BY Name')).toEqual([
    { Name: 'finalized SUCCESS' },
    { Name: 'one' },
  ]);
  expect(org.query('SELECT Status FROM AsyncApexJob')).toEqual([{ Status: 'Completed' }]);
  expect(org.engine.asyncCounts()).toEqual({ events: 0, jobs: 0, callouts: 0 });
  org.data.store.close();
});

const BATCH: ApexOrgOptions = {
  classes: {
    Sweep: `
public class Sweep implements Database.Batchable<SObject>, Database.Stateful, Schedulable {
  private Integer rows = 0;
  public static void run() { Database.executeBatch(new Sweep(), 1); }
  public static void plan() { System.schedule('sweep', '0 0 3 * * ?', new Sweep()); }
  public void execute(SchedulableContext context) { insert new Account(Name = 'woken'); }
  public Database.QueryLocator start(Database.BatchableContext context) {
    String wanted = 'a%';
    return Database.getQueryLocator('SELECT Name FROM Account WHERE Name LIKE :wanted ORDER BY Name');
  }
  public void execute(Database.BatchableContext context, List<Account> accounts) {
    rows += accounts.size();
    insert new Contact(LastName = accounts[0].Name + ' ' + rows);
  }
  public void finish(Database.BatchableContext context) { insert new Contact(LastName = 'finished ' + rows); }
}`,
  },
};

test('a batch goes on where a kill stopped it, each chunk once, with its state', async () => {
  let org = openApexOrg({ ...BATCH, path: join(folder, 'org.db') });
  org.insert('Account', { Name: 'a1' }, { Name: 'a2' }, { Name: 'a3' }, { Name: 'b' });
  await org.call('Sweep', 'run');
  for (let step = 0; step < 5; step += 1) {
    org = restarted(org, BATCH);
    expect(org.engine.asyncCounts().jobs).toBe(1);
    await org.clock.step();
  }
  org = restarted(org, BATCH);
  expect(org.engine.asyncCounts().jobs).toBe(0);
  expect(org.query('SELECT LastName FROM Contact ORDER BY LastName')).toEqual(
    ['a1 1', 'a2 2', 'a3 3', 'finished 3'].map((LastName) => ({ LastName })),
  );
  expect(org.query(`SELECT Status FROM AsyncApexJob WHERE JobType = 'BatchApex'`)).toEqual([
    { Status: 'Completed' },
  ]);
  org.data.store.close();
});

test('a schedule outlives a kill', async () => {
  let org = openApexOrg({ ...BATCH, path: join(folder, 'org.db') });
  await org.call('Sweep', 'plan');
  org = restarted(org, BATCH);
  await org.clock.advance(24 * 3_600_000);
  org = restarted(org, BATCH);
  expect(org.query('SELECT Name FROM Account')).toEqual([{ Name: 'woken' }]);
  expect(org.query('SELECT TimesTriggered, State FROM CronTrigger')).toEqual([
    { TimesTriggered: 1, State: 'WAITING' },
  ]);
  org.data.store.close();
});
