import { expect, test } from 'vitest';
import { openApexOrg, userId } from './apex-org.ts';
import { subscriberConfig } from './metadata.ts';

const PUBLISHER = `
public class Publisher {
  public static void three() { publish(3); }
  public static void five() { publish(5); }
  private static void publish(Integer count) {
    List<Shipped__e> events = new List<Shipped__e>();
    for (Integer i = 1; i <= count; i++) { events.add(new Shipped__e(Text__c = 'e' + i)); }
    EventBus.publish(events);
  }
  public static String tooLong() {
    Database.SaveResult result = EventBus.publish(new Shipped__e(Text__c = 'x'.repeat(300)));
    return result.isSuccess() + ' ' + result.getErrors()[0].getStatusCode();
  }
  public static String accepted() {
    Database.SaveResult result = EventBus.publish(new Shipped__e(Text__c = 'x'));
    return result.isSuccess() + ' ' + result.getErrors()[0].getStatusCode() + ' ' + (EventBus.getOperationId(result) == null ? 0 : EventBus.getOperationId(result).length());
  }
}`;

const LOGGER = `
trigger Logger on Shipped__e (after insert) {
  List<String> texts = new List<String>();
  for (Shipped__e event : Trigger.new) { texts.add(event.ReplayId + ':' + event.Text__c); }
  System.debug(String.join(texts, ' ') + ' ' + Limits.getLimitQueries() + ' ' + Limits.getLimitQueueableJobs());
  insert new Account(Name = UserInfo.getUserId());
}`;

test('events come in replay order, in batches of the configured size, to Automated Process', async () => {
  const org = openApexOrg({
    classes: { Publisher: PUBLISHER },
    triggers: { Logger: LOGGER },
    metadata: subscriberConfig('Logger', 2),
  });
  await org.call('Publisher', 'three');
  expect(org.engine.asyncCounts().events).toBe(3);
  await org.settle();
  expect(org.debugged).toEqual(['1:e1 2:e2 100 50', '3:e3 100 50']);
  expect(org.query('SELECT Name FROM Account')).toEqual([
    { Name: userId(org.data, 'autoproc') },
    { Name: userId(org.data, 'autoproc') },
  ]);
});

test('a publish answers for each event and throws for none', async () => {
  const org = openApexOrg({ classes: { Publisher: PUBLISHER }, maximumPublishedEvents: 1 });
  expect(await org.call('Publisher', 'tooLong')).toBe('false STRING_TOO_LONG');
  expect(await org.call('Publisher', 'accepted')).toBe('true OPERATION_ENQUEUED 36');
  expect(await org.call('Publisher', 'accepted')).toBe('false LIMIT_EXCEEDED 0');
});

test('RetryableException asks for the batch again, later and with newer events, its work undone', async () => {
  const org = openApexOrg({
    delays: 'default',
    classes: { Publisher: PUBLISHER },
    triggers: {
      Picky: `
trigger Picky on Shipped__e (after insert) {
  EventBus.TriggerContext context = EventBus.TriggerContext.currentContext();
  System.debug(Trigger.new.size() + ' after ' + context.retries + ' ' + context.lastError);
  insert new Account(Name = 'run ' + context.retries);
  if (context.retries < 2) { throw new EventBus.RetryableException('not yet'); }
}`,
    },
  });
  const started = org.clock.now();
  await org.call('Publisher', 'three');
  await org.clock.advance(1_000);
  await org.call('Publisher', 'five');
  await org.settle();
  expect(org.debugged.filter((line) => line.includes('after'))).toEqual([
    '3 after 0 null',
    '8 after 1 not yet',
    '8 after 2 not yet',
  ]);
  expect(org.query('SELECT Name FROM Account')).toEqual([{ Name: 'run 2' }]);
  expect(org.clock.now() - started).toBe(500 + 5_000 + 10_000);
});

test('after nine retries a trigger stands still, loses what comes, and goes on after a deploy', async () => {
  const options = {
    classes: { Publisher: PUBLISHER },
    triggers: {
      Never: `
trigger Never on Shipped__e (after insert) {
  System.debug('try ' + EventBus.TriggerContext.currentContext().retries);
  throw new EventBus.RetryableException('never');
}`,
    },
  };
  const org = openApexOrg(options);
  await org.call('Publisher', 'three');
  await org.settle();
  expect(org.debugged.filter((line) => line.startsWith('try'))).toHaveLength(10);
  await org.call('Publisher', 'three');
  await org.settle();
  expect(org.debugged.filter((line) => line.startsWith('try'))).toHaveLength(10);
  expect(org.query(`SELECT Name, Status, Retries FROM EventBusSubscriber`)).toEqual([
    { Name: 'Never', Status: 'Error', Retries: 9 },
  ]);

  org.engine.stop();
  const again = openApexOrg({ ...options, data: org.data });
  await again.settle();
  expect(again.debugged).toEqual([]);
  again.engine.resumeEventTriggers();
  await again.call('Publisher', 'three');
  await again.settle();
  expect(again.debugged.filter((line) => line.startsWith('try'))).toHaveLength(10);
});

test('a checkpoint starts the next batch after that event, whether the trigger returns or fails', async () => {
  const org = openApexOrg({
    classes: { Publisher: PUBLISHER },
    triggers: {
      Steps: `
trigger Steps on Shipped__e (after insert) {
  System.debug('from ' + Trigger.new[0].Text__c + ' ' + Trigger.new.size());
  EventBus.TriggerContext.currentContext().setResumeCheckpoint(Trigger.new[0].ReplayId);
  if (Trigger.new[0].Text__c == 'e2') { Integer zero = 0; Integer broken = 1 / zero; }
}`,
    },
  });
  await org.call('Publisher', 'three');
  await org.settle();
  expect(org.debugged.filter((line) => line.startsWith('from'))).toEqual([
    'from e1 3',
    'from e2 2',
    'from e3 1',
  ]);
});

test('an exception nobody caught keeps what was written and does not bring the batch again', async () => {
  const org = openApexOrg({
    classes: { Publisher: PUBLISHER },
    triggers: {
      Broken: `
trigger Broken on Shipped__e (after insert) {
  insert new Account(Name = 'written');
  Integer zero = 0;
  Integer broken = 1 / zero;
}`,
    },
  });
  await org.call('Publisher', 'three');
  await org.settle();
  expect(org.query('SELECT Name FROM Account')).toEqual([{ Name: 'written' }]);
  expect(org.engine.asyncCounts().events).toBe(0);
});

test('events are kept for 72 hours', async () => {
  const org = openApexOrg({ classes: { Publisher: PUBLISHER } });
  await org.call('Publisher', 'three');
  await org.clock.advance(73 * 3_600_000);
  await org.call('Publisher', 'three');
  const kept = org.data.store.documents.list('events:Shipped__e');
  expect(kept).toHaveLength(3);
});

test('events sent by API reach the triggers', async () => {
  const org = openApexOrg({ triggers: { Logger: LOGGER } });
  const results = org.engine.publish(
    'Shipped__e',
    [{ Text__c: 'api' }, { Nonsense__c: 1 }],
    org.data.userId,
  );
  expect(results.map(({ success }) => success)).toEqual([true, false]);
  await org.settle();
  expect(org.debugged).toEqual(['1:api 100 50']);
});
