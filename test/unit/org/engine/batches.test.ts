import { expect, test } from 'vitest';
import { openApexOrg, outcomeOf } from './apex-org.ts';

const COUNTER = `
public class Counter implements Database.Batchable<SObject>, Database.Stateful {
  private Integer rows = 0;
  private List<Integer> sizes = new List<Integer>();
  public String wanted = 'a%';
  public Database.QueryLocator start(Database.BatchableContext context) {
    System.debug('start ' + System.isBatch() + ' ' + Limits.getLimitQueryLocatorRows() + ' ' + Limits.getLimitFutureCalls());
    String pattern = wanted;
    return Database.getQueryLocator([SELECT Name FROM Account WHERE Name LIKE :pattern ORDER BY Name DESC]);
  }
  public void execute(Database.BatchableContext context, List<Account> accounts) {
    rows += accounts.size();
    sizes.add(accounts.size());
    System.debug('chunk ' + accounts[0].Name + ' ' + Limits.getQueries() + '/' + Limits.getLimitQueries());
    for (Account account : accounts) { account.Site = 'seen'; }
    update accounts;
  }
  public void finish(Database.BatchableContext context) {
    AsyncApexJob job = [SELECT Status, TotalJobItems, JobItemsProcessed, NumberOfErrors FROM AsyncApexJob WHERE Id = :context.getJobId()];
    System.debug('finish ' + rows + ' ' + sizes + ' ' + job.Status + ' ' + job.JobItemsProcessed + '/' + job.TotalJobItems + ' ' + (context.getChildJobId() == context.getJobId()));
  }
  public static String run() {
    Id jobId = Database.executeBatch(new Counter(), 2);
    return [SELECT Status FROM AsyncApexJob WHERE Id = :jobId].Status;
  }
}`;

test('a batch reads its rows in chunks, each in a transaction of its own', async () => {
  const org = openApexOrg({ classes: { Counter: COUNTER } });
  org.insert('Account', { Name: 'a1' }, { Name: 'a2' }, { Name: 'a3' }, { Name: 'b' });
  expect(await org.call('Counter', 'run')).toBe('Holding');
  await org.settle();
  expect(org.debugged).toEqual([
    'start true 50000000 0',
    'chunk a3 0/200',
    'chunk a1 0/200',
    'finish 3 (2, 1) Processing 2/2 false',
  ]);
  expect(org.query(`SELECT COUNT() FROM Account WHERE Site = 'seen'`)).toEqual([]);
  expect(org.query(`SELECT Name FROM Account WHERE Site = 'seen' ORDER BY Name`)).toHaveLength(3);
  expect(
    org.query(
      `SELECT JobType, Status, TotalJobItems, JobItemsProcessed, NumberOfErrors, ExtendedStatus
       FROM AsyncApexJob ORDER BY JobType`,
    ),
  ).toEqual([
    {
      JobType: 'BatchApex',
      Status: 'Completed',
      TotalJobItems: 2,
      JobItemsProcessed: 2,
      NumberOfErrors: 0,
      ExtendedStatus: null,
    },
    {
      JobType: 'BatchApexWorker',
      Status: 'Completed',
      TotalJobItems: 0,
      JobItemsProcessed: 0,
      NumberOfErrors: 0,
      ExtendedStatus: null,
    },
  ]);
});

const FRAGILE = `
public class Fragile implements Database.Batchable<String> {
  private Integer chunks = 0;
  public Iterable<String> start(Database.BatchableContext context) {
    chunks = 10;
    return new List<String>{ 'a', 'b', 'c' };
  }
  public void execute(Database.BatchableContext context, List<String> names) {
    chunks++;
    for (String name : names) { insert new Account(Name = name); }
    if (names[0] == 'b') { Integer zero = 0; chunks = chunks / zero; }
    System.debug(names + ' ' + chunks);
  }
  public void finish(Database.BatchableContext context) { System.debug('finish ' + chunks); }
  public static void run() { Database.executeBatch(new Fragile(), 1); }
}`;

test('a chunk that fails is undone and counted, the others stay; without Stateful every step starts from the fields of the call', async () => {
  const org = openApexOrg({ classes: { Fragile: FRAGILE } });
  await org.call('Fragile', 'run');
  await org.settle();
  expect(org.debugged).toEqual([
    '(a) 1',
    'Fragile.execute failed: MathException: Divide by 0',
    '(c) 1',
    'finish 0',
  ]);
  expect(org.query('SELECT Name FROM Account ORDER BY Name')).toEqual([
    { Name: 'a' },
    { Name: 'c' },
  ]);
  expect(
    org.query(
      `SELECT Status, NumberOfErrors, ExtendedStatus FROM AsyncApexJob WHERE JobType = 'BatchApex'`,
    ),
  ).toEqual([
    { Status: 'Completed', NumberOfErrors: 1, ExtendedStatus: 'First error: Divide by 0' },
  ]);
});

test('a batch whose start fails has failed and never runs a chunk', async () => {
  const org = openApexOrg({
    classes: {
      Broken: `
public class Broken implements Database.Batchable<SObject> {
  public Database.QueryLocator start(Database.BatchableContext context) { return Database.getQueryLocator('SELECT Nothing FROM Account'); }
  public void execute(Database.BatchableContext context, List<SObject> rows) { System.debug('never'); }
  public void finish(Database.BatchableContext context) { System.debug('never'); }
  public static void run() { Database.executeBatch(new Broken()); }
}`,
    },
  });
  await org.call('Broken', 'run');
  await org.settle();
  expect(org.debugged).toHaveLength(1);
  expect(org.query('SELECT Status, NumberOfErrors, ExtendedStatus FROM AsyncApexJob')).toEqual([
    {
      Status: 'Failed',
      NumberOfErrors: 1,
      ExtendedStatus: expect.stringContaining('Nothing'),
    },
  ]);
  expect(org.engine.asyncCounts().jobs).toBe(0);
});

test('start, each chunk and finish count as one execution each', async () => {
  const org = openApexOrg({
    classes: {
      Fragile: FRAGILE,
      Meter: `
public class Meter {
  public static Integer used() { return OrgLimits.getMap().get('DailyAsyncApexExecutions').getValue(); }
}`,
    },
  });
  await org.call('Fragile', 'run');
  await org.settle();
  expect(await org.call('Meter', 'used')).toBe(5);
});

const CALLER = `
public class Caller implements Database.Batchable<SObject>, Database.AllowsCallouts {
  public Database.QueryLocator start(Database.BatchableContext context) {
    try { Database.executeBatch(new Caller()); } catch (AsyncException e) { System.debug(e.getMessage()); }
    return Database.getQueryLocator('SELECT Id FROM Account');
  }
  public void execute(Database.BatchableContext context, List<SObject> rows) {
    HttpRequest request = new HttpRequest();
    request.setEndpoint('https://hook.example/');
    request.setMethod('GET');
    System.debug('answered ' + new Http().send(request).getStatusCode());
    try { later(); } catch (AsyncException e) { System.debug(e.getMessage()); }
  }
  @future public static void later() { System.debug('never'); }
  public void finish(Database.BatchableContext context) {
    if ([SELECT COUNT() FROM AsyncApexJob WHERE JobType = 'BatchApex'] == 1) { Database.executeBatch(new Caller()); }
  }
  public static void run() { Database.executeBatch(new Caller()); }
}`;

test('a batch may call out when it says so, starts others from finish only, and no future method', async () => {
  const org = openApexOrg({ classes: { Caller: CALLER } });
  org.insert('Account', { Name: 'a' });
  await org.call('Caller', 'run');
  await org.settle();
  const once = [
    'Database.executeBatch cannot be called from a batch start, batch execute, or future method.',
    'answered 200',
    'Future method cannot be called from a future or batch method: Caller.later',
  ];
  expect(org.debugged).toEqual([...once, ...once]);
});

const QUEUED = `
public class Queued implements Database.Batchable<String> {
  public List<String> start(Database.BatchableContext context) { return new List<String>{ 'x' }; }
  public void execute(Database.BatchableContext context, List<String> names) { }
  public void finish(Database.BatchableContext context) { System.debug('finished'); }
  public static void hundred() { for (Integer i = 0; i < 100; i++) { Database.executeBatch(new Queued()); } }
  public static void one() { Database.executeBatch(new Queued()); }
  public static void abortAll() {
    for (AsyncApexJob job : [SELECT Id FROM AsyncApexJob WHERE JobType = 'BatchApex']) { System.abortJob(job.Id); }
  }
  public static void none() { Database.executeBatch(new Queued(), 0); }
}`;

test('a hundred batches wait at most; an aborted one does not run; a scope below 1 is refused', async () => {
  const org = openApexOrg({ classes: { Queued: QUEUED } });
  await org.call('Queued', 'hundred');
  expect(await outcomeOf(org.call('Queued', 'one'))).toContain(
    "You've exceeded the limit of 100 jobs in the flex queue for org",
  );
  await org.settle();
  expect(org.debugged.filter((line) => line === 'finished')).toHaveLength(100);
  org.debugged.length = 0;
  await org.call('Queued', 'one');
  expect(await outcomeOf(org.call('Queued', 'none'))).toContain('must be greater than 0');
  expect(await outcomeOf(org.call('Queued', 'abortAll'))).toContain('Job does not exist');
});

test('an abort while chunks are left ends the batch after the running one', async () => {
  const org = openApexOrg({
    classes: {
      Halting: `
public class Halting implements Database.Batchable<String> {
  public List<String> start(Database.BatchableContext context) { return new List<String>{ 'a', 'b' }; }
  public void execute(Database.BatchableContext context, List<String> names) {
    insert new Account(Name = names[0]);
    System.abortJob(context.getJobId());
  }
  public void finish(Database.BatchableContext context) { System.debug('never'); }
  public static void run() { Database.executeBatch(new Halting(), 1); }
}`,
    },
  });
  await org.call('Halting', 'run');
  await org.settle();
  expect(org.debugged).toEqual([]);
  expect(org.query('SELECT Name FROM Account')).toEqual([{ Name: 'a' }]);
  expect(org.query('SELECT JobType, Status FROM AsyncApexJob ORDER BY JobType')).toEqual([
    { JobType: 'BatchApex', Status: 'Aborted' },
    { JobType: 'BatchApexWorker', Status: 'Aborted' },
  ]);
  expect(org.engine.asyncCounts().jobs).toBe(0);
});

test('a class that is no batch does not compile as one', () => {
  const bad = (start: string) =>
    openApexOrg({
      classes: {
        Bad: `
public class Bad implements Database.Batchable<SObject> {
  public ${start} start(Database.BatchableContext context) { return null; }
  public void execute(Database.BatchableContext context, List<SObject> rows) { }
}`,
      },
    });
  expect(() => bad('Database.QueryLocator')).toThrow(
    'must implement the method: void Database.Batchable<SObject>.finish',
  );
  expect(() => bad('String')).toThrow(
    'Return type of start must be Database.QueryLocator or Iterable<SObject>, not String',
  );
});
