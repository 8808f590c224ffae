import { expect, test } from 'vitest';
import { openApexOrg, outcomeOf } from './apex-org.ts';

const WORKER = `
public class Worker implements Queueable {
  private final List<String> names;
  public Worker(List<String> names) { this.names = names; }
  public void execute(QueueableContext context) {
    System.debug('works on ' + String.join(names, ',') + ' ' + System.isQueueable() + ' ' + Limits.getLimitQueries() + '/' + Limits.getLimitQueueableJobs());
    for (String name : names) { insert new Account(Name = name); }
  }
}`;

test('a job runs after the commit, in its own transaction, with the limits of asynchronous Apex', async () => {
  const org = openApexOrg({
    classes: {
      Worker: WORKER,
      Starter: `
public class Starter {
  public static String run() {
    List<String> names = new List<String>{ 'a', 'b' };
    Id jobId = System.enqueueJob(new Worker(names));
    names.add('too late');
    return [SELECT Status FROM AsyncApexJob WHERE Id = :jobId].Status;
  }
}`,
    },
  });
  expect(await org.call('Starter', 'run')).toBe('Queued');
  expect(org.engine.asyncCounts().jobs).toBe(1);
  await org.settle();
  expect(org.debugged[0]).toBe('works on a,b true 200/1');
  expect(org.query('SELECT Name FROM Account ORDER BY Name')).toEqual([
    { Name: 'a' },
    { Name: 'b' },
  ]);
  expect(org.query('SELECT Status, NumberOfErrors, JobType FROM AsyncApexJob')).toEqual([
    { Status: 'Completed', NumberOfErrors: 0, JobType: 'Queueable' },
  ]);
});

test('a rolled back transaction takes its jobs with it', async () => {
  const org = openApexOrg({
    classes: {
      Worker: WORKER,
      Starter: `
public class Starter {
  public static void run() {
    System.enqueueJob(new Worker(new List<String>{ 'a' }));
    Integer zero = 0;
    Integer broken = 1 / zero;
  }
}`,
    },
  });
  expect(await outcomeOf(org.call('Starter', 'run'))).toBe('Divide by 0');
  await org.settle();
  expect(org.query('SELECT Id FROM AsyncApexJob')).toEqual([]);
  expect(org.query('SELECT Id FROM Account')).toEqual([]);
});

test('a signature refuses a second job while one waits and is free once that one runs', async () => {
  const org = openApexOrg({
    classes: {
      Single: `
public class Single implements Queueable {
  public static void start(String text) {
    AsyncOptions options = new AsyncOptions();
    options.DuplicateSignature = new QueueableDuplicateSignature.Builder().addString('Single').addInteger(1).build();
    System.enqueueJob(new Single(text), options);
  }
  private final String text;
  public Single(String text) { this.text = text; }
  public void execute(QueueableContext context) {
    System.debug('runs ' + text);
    if (text == 'first') { start('from within'); }
  }
}`,
      Starter: `
public class Starter {
  public static String run() {
    Single.start('first');
    try { Single.start('second'); return 'both'; } catch (DuplicateMessageException e) { return e.getMessage(); }
  }
}`,
    },
  });
  expect(await org.call('Starter', 'run')).toBe(
    'Attempt to enqueue job with duplicate queueable signature',
  );
  await org.settle();
  expect(org.debugged.filter((line) => line.startsWith('runs'))).toEqual([
    'runs first',
    'runs from within',
  ]);
});

test('delays, stack depth and the limit of one child are kept', async () => {
  const org = openApexOrg({
    classes: {
      Chain: `
public class Chain implements Queueable {
  public void execute(QueueableContext context) {
    System.debug('depth ' + AsyncInfo.getCurrentQueueableStackDepth() + ' of ' + AsyncInfo.getMaximumQueueableStackDepth());
    System.enqueueJob(new Chain());
  }
  public static void run() {
    AsyncOptions options = new AsyncOptions();
    options.MaximumQueueableStackDepth = 2;
    options.MinimumQueueableDelayInMinutes = 3;
    System.enqueueJob(new Chain(), options);
  }
}`,
      Twins: `
public class Twins implements Queueable {
  public void execute(QueueableContext context) {
    System.enqueueJob(new Twins());
    System.enqueueJob(new Twins());
  }
  public static void run() { System.enqueueJob(new Twins()); }
  public static void late() { System.enqueueJob(new Twins(), 11); }
}`,
    },
  });
  const started = org.clock.now();
  await org.call('Chain', 'run');
  await org.settle();
  expect(org.clock.now() - started).toBe(180_000);
  expect(org.debugged.filter((line) => line.startsWith('depth'))).toEqual([
    'depth 1 of 2',
    'depth 2 of 2',
  ]);
  expect(org.query('SELECT Status, ExtendedStatus FROM AsyncApexJob ORDER BY Status')).toEqual([
    { Status: 'Completed', ExtendedStatus: null },
    { Status: 'Failed', ExtendedStatus: 'AsyncException: Maximum stack depth has been reached.' },
  ]);

  await org.call('Twins', 'run');
  await org.settle();
  expect(
    org.query(`SELECT ExtendedStatus FROM AsyncApexJob WHERE ExtendedStatus LIKE '%too many%'`),
  ).toEqual([{ ExtendedStatus: 'LimitException: Too many queueable jobs added to the queue: 2' }]);
  expect(await outcomeOf(org.call('Twins', 'late'))).toContain('between 0 and 10');
});

const RETRIER = `
public class Retrier implements Queueable, Finalizer {
  private Integer runs = 0;
  private List<String> log = new List<String>();
  public static void run() { System.enqueueJob(new Retrier()); }
  public void execute(QueueableContext context) {
    System.attachFinalizer(this);
    runs++;
    log.add('run ' + runs);
    insert new Account(Name = 'undone');
    Integer zero = 0;
    Integer broken = runs / zero;
  }
  public void execute(FinalizerContext context) {
    System.debug(log + ' ' + context.getResult() + ' ' + context.getException().getTypeName() + ' ' + context.getException().getMessage()
      + ' ' + context.getException().getStackTraceString());
    Id again = System.enqueueJob(this);
  }
}`;

test('a finalizer sees the failure with its state and may enqueue the job again, five times in a row', async () => {
  const org = openApexOrg({ classes: { Retrier: RETRIER } });
  await org.call('Retrier', 'run');
  await org.settle();
  const seen = org.debugged.filter((line) => line.startsWith('('));
  expect(seen).toHaveLength(6);
  expect(seen[0]).toBe(
    '(run 1) UNHANDLED_EXCEPTION System.MathException Divide by 0 Class.Retrier.execute: line 12, column 1',
  );
  expect(seen[5]).toContain('run 6');
  expect(org.query('SELECT Id FROM Account')).toEqual([]);
  expect(org.query(`SELECT Id FROM AsyncApexJob WHERE Status = 'Failed'`)).toHaveLength(6);
  expect(org.engine.asyncCounts()).toEqual({ events: 0, jobs: 0, callouts: 0 });
});

test('finalizers do not count as asynchronous executions, jobs do, and at the limit enqueueing throws', async () => {
  const org = openApexOrg({
    maximumAsyncExecutions: 2,
    classes: {
      Job: `
public class Job implements Queueable, Finalizer {
  public void execute(QueueableContext context) { System.attachFinalizer(this); }
  public void execute(FinalizerContext context) { System.debug('finalized ' + context.getResult()); }
  public static String run() {
    System.enqueueJob(new Job());
    OrgLimit executions = OrgLimits.getMap().get('DailyAsyncApexExecutions');
    return executions.getValue() + ' of ' + executions.getLimit();
  }
}`,
    },
  });
  expect(await org.call('Job', 'run')).toBe('0 of 2');
  await org.settle();
  expect(await org.call('Job', 'run')).toBe('1 of 2');
  await org.settle();
  expect(org.debugged.filter((line) => line.startsWith('finalized'))).toHaveLength(2);
  expect(await outcomeOf(org.call('Job', 'run'))).toBe('AsyncApexExecutions Limit exceeded.');
  await org.clock.advance(25 * 3_600_000);
  expect(await org.call('Job', 'run')).toBe('0 of 2');
});

test('an aborted job does not run', async () => {
  const org = openApexOrg({
    classes: {
      Worker: WORKER,
      Starter: `
public class Starter {
  public static void run() { System.abortJob(System.enqueueJob(new Worker(new List<String>{ 'a' }))); }
}`,
    },
  });
  await org.call('Starter', 'run');
  await org.settle();
  expect(org.query('SELECT Status FROM AsyncApexJob')).toEqual([{ Status: 'Aborted' }]);
  expect(org.query('SELECT Id FROM Account')).toEqual([]);
});

test('a future method runs after the commit, with the arguments of its call and room for no other future', async () => {
  const org = openApexOrg({
    classes: {
      Later: `
public class Later {
  public static void run() {
    Integer calls = Limits.getFutureCalls();
    work(new List<String>{ 'a', 'b' }, 7);
    System.debug('called ' + (Limits.getFutureCalls() - calls) + ' of ' + Limits.getLimitFutureCalls());
  }
  @future(callout=true)
  public static void work(List<String> names, Integer size) {
    System.debug('works on ' + String.join(names, ',') + size + ' ' + System.isFuture() + ' ' + Limits.getLimitQueries() + ' ' + Limits.getLimitFutureCalls());
    HttpRequest request = new HttpRequest();
    request.setEndpoint('https://hook.example/');
    request.setMethod('GET');
    System.debug('answered ' + new Http().send(request).getStatusCode());
    try { work(names, 8); } catch (AsyncException e) { System.debug(e.getMessage()); }
  }
}`,
    },
  });
  await org.call('Later', 'run');
  expect(org.debugged).toEqual(['called 1 of 50']);
  await org.settle();
  expect(org.debugged.slice(1)).toEqual([
    'works on a,b7 true 200 0',
    'answered 200',
    'Future method cannot be called from a future or batch method: Later.work',
  ]);
  expect(org.query('SELECT JobType, MethodName, Status FROM AsyncApexJob')).toEqual([
    { JobType: 'Future', MethodName: 'work', Status: 'Completed' },
  ]);
});

test('a finalizer that cannot be stored fails its job, and the org goes on', async () => {
  const org = openApexOrg({
    classes: {
      Light: `
public class Light implements Queueable {
  public void execute(QueueableContext context) {
    System.attachFinalizer(new Bad());
    insert new Account(Name = 'undone');
  }
  public class Bad implements Finalizer {
    private HttpRequest kept = new HttpRequest();
    public void execute(FinalizerContext context) { System.debug('finalized'); }
  }
}`,
      Starter: `public class Starter { public static void run() { System.enqueueJob(new Light()); } }`,
    },
  });
  await org.call('Starter', 'run');
  await org.settle();
  expect(org.query('SELECT Status, ExtendedStatus FROM AsyncApexJob')).toEqual([
    {
      Status: 'Failed',
      ExtendedStatus: expect.stringContaining('Not Serializable: HttpRequest'),
    },
  ]);
  expect(org.engine.asyncCounts().jobs).toBe(0);
  expect(org.insert('Account', { Name: 'next' })).toMatchObject([{ success: true }]);
  expect(org.query('SELECT Name FROM Account')).toEqual([{ Name: 'next' }]);
});
