import { expect, test } from 'vitest';
import { startMs } from '../support.ts';
import { openApexOrg, outcomeOf } from './apex-org.ts';

const DAY_MS = 24 * 3_600_000;

const NIGHTLY = `
public class Nightly implements Schedulable {
  private Integer runs = 0;
  public void execute(SchedulableContext context) {
    runs++;
    CronTrigger fired = [SELECT State, CronJobDetail.Name, TimesTriggered FROM CronTrigger WHERE Id = :context.getTriggerId()];
    System.debug(fired.CronJobDetail.Name + ' ' + fired.State + ' ' + fired.TimesTriggered + ' run ' + runs + ' '
      + System.isScheduled() + ' ' + Limits.getLimitQueries());
    insert new Account(Name = 'night ' + fired.TimesTriggered);
    if (fired.TimesTriggered == 1) { Integer zero = 0; runs = runs / zero; }
  }
  public static String run() { return System.schedule('nightly', '0 0 2 * * ?', new Nightly()); }
  public static String twice() { run(); return run(); }
  public static String never() { return System.schedule('never', '0 0 2 * * ? 2000', new Nightly()); }
  public static String odd() { return System.schedule('odd', '0 0 x * * ?', new Nightly()); }
  public static void stop() { System.abortJob([SELECT Id FROM CronTrigger].Id); }
  public static void many() { for (Integer i = 0; i <= 100; i++) { System.schedule('job ' + i, '0 0 2 * * ?', new Nightly()); } }
}`;

test('a schedule fires at its times, starts from the same fields each time, survives failures and ends when aborted', async () => {
  const org = openApexOrg({ classes: { Nightly: NIGHTLY } });
  const id = await org.call('Nightly', 'run');
  expect(String(id)).toMatch(/^08e/);
  const [first] = org.query('SELECT NextFireTime, State FROM CronTrigger');
  expect(first?.['State']).toBe('WAITING');
  expect(String(first?.['NextFireTime'])).toMatch(/T02:00:00/);
  await org.clock.advance(3 * DAY_MS);
  expect(org.debugged).toEqual([
    'nightly EXECUTING 0 run 1 true 100',
    'nightly EXECUTING 1 run 1 true 100',
    'Nightly failed: MathException: Divide by 0',
    'nightly EXECUTING 2 run 1 true 100',
  ]);
  expect(org.query('SELECT Name FROM Account ORDER BY Name')).toEqual([
    { Name: 'night 0' },
    { Name: 'night 2' },
  ]);
  expect(org.query('SELECT State, TimesTriggered FROM CronTrigger')).toEqual([
    { State: 'WAITING', TimesTriggered: 3 },
  ]);
  await org.call('Nightly', 'stop');
  await org.clock.advance(3 * DAY_MS);
  expect(org.debugged).toHaveLength(4);
  expect(org.query('SELECT Id FROM CronTrigger')).toEqual([]);
  expect(org.query('SELECT JobType, Status FROM AsyncApexJob')).toEqual([
    { JobType: 'ScheduledApex', Status: 'Aborted' },
  ]);
});

test('refuses a name in use, an expression it cannot read, one that never fires, and more than a hundred', async () => {
  const org = openApexOrg({ classes: { Nightly: NIGHTLY } });
  expect(await outcomeOf(org.call('Nightly', 'twice'))).toBe(
    'The Apex job named "nightly" is already scheduled for execution.',
  );
  expect(await outcomeOf(org.call('Nightly', 'never'))).toBe(
    "Based on configured schedule, the given trigger 'never' will never fire.",
  );
  expect(await outcomeOf(org.call('Nightly', 'odd'))).toContain('Hours cannot be X');
  expect(await outcomeOf(org.call('Nightly', 'many'))).toBe(
    'You have exceeded the maximum number (100) of Apex scheduled jobs.',
  );
  expect(org.query('SELECT Id FROM CronTrigger')).toEqual([]);
});

test('scheduled Apex may not call out', async () => {
  const org = openApexOrg({
    classes: {
      Caller: `
public class Caller implements Schedulable {
  public void execute(SchedulableContext context) {
    HttpRequest request = new HttpRequest();
    request.setEndpoint('https://hook.example/');
    request.setMethod('GET');
    try { new Http().send(request); } catch (CalloutException e) { System.debug(e.getMessage()); }
  }
  public static String run() { return System.schedule('caller', '0 0 2 * * ?', new Caller()); }
}`,
    },
  });
  await org.call('Caller', 'run');
  await org.clock.advance(DAY_MS);
  expect(org.debugged).toEqual(['Callout from scheduled Apex not supported.']);
});

test('scheduleBatch starts a batch once, after so many minutes', async () => {
  const org = openApexOrg({
    classes: {
      Once: `
public class Once implements Database.Batchable<String> {
  public List<String> start(Database.BatchableContext context) { return new List<String>{ 'a', 'b', 'c' }; }
  public void execute(Database.BatchableContext context, List<String> names) { System.debug(names.size()); }
  public void finish(Database.BatchableContext context) { System.debug('finished'); }
  public static String run() { return System.scheduleBatch(new Once(), 'once', 90, 2); }
}`,
    },
  });
  await org.call('Once', 'run');
  expect(org.query('SELECT CronExpression FROM CronTrigger')).toHaveLength(1);
  await org.clock.advance(89 * 60_000);
  expect(org.debugged).toEqual([]);
  await org.clock.advance(DAY_MS);
  expect(org.debugged).toEqual(['2', '1', 'finished']);
  expect(org.query('SELECT State, TimesTriggered FROM CronTrigger')).toEqual([
    { State: 'COMPLETE', TimesTriggered: 1 },
  ]);
  expect(org.engine.asyncCounts().jobs).toBe(0);
  expect(org.clock.now()).toBeGreaterThan(startMs);
});
