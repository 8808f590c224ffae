import { expect, test } from 'vitest';
import { junitXml } from '../../../../local/org/apex/engine/test-report.ts';
import { type ApexTestReport, runApexTests } from '../../../../local/org/apex-tests.ts';
import { startMs } from '../support.ts';
import { NEUTRAL_METADATA } from './metadata.ts';

function run(sources: Readonly<Record<string, string>>, names: string[] = []): ApexTestReport {
  return runApexTests({
    files: Object.entries({ ...NEUTRAL_METADATA, ...sources }).map(([path, text]) => ({
      path,
      text,
    })),
    names,
    now: () => startMs,
    stopwatch: () => 0,
    seed: 'test runner',
  });
}

function verdicts(report: ApexTestReport): Record<string, string> {
  if (report.kind === 'refused') {
    throw new Error(report.problems.join('\n'));
  }
  return Object.fromEntries(
    report.outcomes.map(({ method, passed, message }) => [method, passed ? 'pass' : message]),
  );
}

const NOTIFIER = `
public class Notifier implements Queueable, Database.AllowsCallouts {
  public static Integer sent = 0;
  private final String text;
  public Notifier(String text) { this.text = text; }
  public void execute(QueueableContext context) {
    HttpRequest request = new HttpRequest();
    request.setEndpoint('https://hook.example/');
    request.setMethod('POST');
    request.setBody(text);
    HttpResponse response = new Http().send(request);
    sent += response.getStatusCode();
    insert new Account(Name = text);
  }
  public static Integer never() {
    return 1;
  }
}`;

const NOTIFIER_TEST = `
@IsTest
private class NotifierTest {
  private class Mock implements HttpCalloutMock {
    public List<String> bodies = new List<String>();
    public HttpResponse respond(HttpRequest request) {
      bodies.add(request.getBody());
      HttpResponse response = new HttpResponse();
      response.setStatusCode(202);
      return response;
    }
  }
  @TestSetup static void prepare() { insert new Account(Name = 'prepared'); }
  @IsTest static void shouldSend() {
    insert new Contact(LastName = 'dml before');
    Mock mock = new Mock();
    Test.startTest();
    Test.setMock(HttpCalloutMock.class, mock);
    System.enqueueJob(new Notifier('hello'));
    System.assertEquals(0, Notifier.sent);
    Test.stopTest();
    System.assertEquals(202, Notifier.sent, 'statics of the job are those of the test');
    System.assertEquals(new List<String>{ 'hello' }, mock.bodies);
    System.assertEquals(2, [SELECT COUNT() FROM Account]);
  }
  @IsTest static void shouldSeeOnlyTheSetup() {
    System.assertEquals(1, [SELECT COUNT() FROM Account]);
    System.assertEquals(0, Notifier.sent);
    Assert.isTrue([SELECT COUNT() FROM User] > 1);
  }
  @IsTest static void shouldFailWithoutMock() {
    Test.startTest();
    System.enqueueJob(new Notifier('x'));
    Test.stopTest();
  }
  @IsTest static void shouldFail() {
    Assert.areEqual('a', 'A', 'letters');
  }
  @IsTest static void shouldGetFreshLimits() {
    List<Account> unused = [SELECT Id FROM Account];
    Test.startTest();
    System.assertEquals(0, Limits.getQueries());
    unused = [SELECT Id FROM Account];
    unused = [SELECT Id FROM Account];
    Test.stopTest();
    System.assertEquals(1, Limits.getQueries());
  }
  @IsTest static void shouldRunAsAnotherUser() {
    User other = [SELECT Id FROM User WHERE Alias = 'sseller'];
    Id before = UserInfo.getUserId();
    System.runAs(other) {
      System.assertEquals(other.Id, UserInfo.getUserId());
      insert new Account(Name = 'owned');
    }
    System.assertEquals(before, UserInfo.getUserId());
    System.assertEquals(other.Id, [SELECT OwnerId FROM Account WHERE Name = 'owned'].OwnerId);
  }
}`;

const SOURCES = {
  'classes/Notifier.cls': NOTIFIER,
  'classes/NotifierTest.cls': NOTIFIER_TEST,
};

test('each method runs on the set-up alone, with mocks, limits and users of its own', () => {
  expect(verdicts(run(SOURCES))).toEqual({
    shouldSend: 'pass',
    shouldSeeOnlyTheSetup: 'pass',
    shouldFailWithoutMock:
      'System.TypeException: Methods defined as TestMethod do not support Web service callouts',
    shouldFail: 'System.AssertException: Assertion Failed: letters: Expected: a, Actual: A',
    shouldGetFreshLimits: 'pass',
    shouldRunAsAnotherUser: 'pass',
  });
});

test('failures carry the Apex stack, coverage names the lines that were not reached', () => {
  const report = run(SOURCES);
  if (report.kind === 'refused') throw new Error('refused');
  expect(report.outcomes.find(({ method }) => method === 'shouldFail')?.stack).toBe(
    'Class.NotifierTest.shouldFail: line 37, column 1',
  );
  const [coverage] = report.coverage;
  expect(report.coverage).toHaveLength(1);
  expect(coverage).toMatchObject({ file: 'classes/Notifier.cls', missed: [16] });
});

test('tests are chosen by class or method, in any case; an unknown name is an error', () => {
  expect(Object.keys(verdicts(run(SOURCES, ['notifiertest.SHOULDSEND'])))).toEqual(['shouldSend']);
  expect(Object.keys(verdicts(run(SOURCES, ['NotifierTest'])))).toHaveLength(6);
  expect(() => run(SOURCES, ['NotifierTest.shouldFly'])).toThrow(
    'There is no test notifiertest.shouldfly',
  );
});

test('events are delivered by deliver and by stopTest, retries on the next delivery', () => {
  const report = run({
    'triggers/OnShipped.trigger': `
trigger OnShipped on Shipped__e (after insert) {
  for (Shipped__e event : Trigger.new) {
    if (event.Text__c == 'twice' && EventBus.TriggerContext.currentContext().retries == 0) {
      throw new EventBus.RetryableException('again');
    }
    insert new Account(Name = event.Text__c);
  }
}`,
    'classes/OnShippedTest.cls': `
@IsTest
private class OnShippedTest {
  @IsTest static void shouldDeliverAtStop() {
    Test.startTest();
    EventBus.publish(new Shipped__e(Text__c = 'a'));
    System.assertEquals(0, [SELECT COUNT() FROM Account]);
    Test.stopTest();
    System.assertEquals(1, [SELECT COUNT() FROM Account]);
  }
  @IsTest static void shouldDeliverOnRequest() {
    EventBus.publish(new Shipped__e(Text__c = 'twice'));
    Test.getEventBus().deliver();
    System.assertEquals(0, [SELECT COUNT() FROM Account]);
    System.assertEquals(1, [SELECT Retries FROM EventBusSubscriber WHERE Topic = 'Shipped__e'].Retries);
    Test.getEventBus().deliver();
    System.assertEquals(1, [SELECT COUNT() FROM Account]);
  }
  @IsTest static void shouldNotDeliverWhatFailed() {
    EventBus.publish(new Shipped__e(Text__c = 'a'));
    Test.getEventBus().fail();
    Test.getEventBus().deliver();
    System.assertEquals(0, [SELECT COUNT() FROM Account]);
  }
}`,
  });
  expect(verdicts(report)).toEqual({
    shouldDeliverAtStop: 'pass',
    shouldDeliverOnRequest: 'pass',
    shouldNotDeliverWhatFailed: 'pass',
  });
});

test('source that does not compile is refused with file, line and reason', () => {
  const report = run({ 'classes/Broken.cls': 'public class Broken {\n  Integer x = nothing;\n}' });
  expect(report.kind).toBe('refused');
  expect(report.kind === 'refused' && report.problems[0]).toMatch(/^classes\/Broken\.cls:2:\d+: /);
});

test('JUnit XML carries messages that contain markup', () => {
  const xml = junitXml([
    {
      className: 'ATest',
      method: 'shouldEscape',
      passed: false,
      message: 'Expected: <a & "b">\u0000',
      stack: 'Class.ATest.shouldEscape: line 1, column 1',
      durationMs: 1500,
      reached: [],
    },
  ]);
  expect(xml).toContain(
    '<testcase classname="ATest" name="shouldEscape" time="1.500"><failure message="Expected: &lt;a &amp; &quot;b&quot;&gt;\uFFFD">Class.ATest.shouldEscape: line 1, column 1</failure></testcase>',
  );
});
