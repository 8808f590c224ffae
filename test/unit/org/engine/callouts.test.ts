import { expect, test } from 'vitest';
import type { CalloutResponse } from '../../../../local/org/apex/values.ts';
import { openApexOrg, outcomeOf } from './apex-org.ts';

const CALLER = `
public class Caller {
  public static String post() {
    HttpRequest request = new HttpRequest();
    request.setEndpoint('https://hook.example/path?x=1');
    request.setMethod('POST');
    request.setHeader('X-Kind', 'test');
    request.setBody('grüße');
    HttpResponse response = new Http().send(request);
    return response.getStatusCode() + ' ' + response.getBody() + ' ' + response.getHeader('x-answer') + ' ' + Limits.getCallouts();
  }
  public static String elsewhere() {
    HttpRequest request = new HttpRequest();
    request.setEndpoint('https://other.example/');
    request.setMethod('GET');
    return String.valueOf(new Http().send(request).getStatusCode());
  }
  public static String afterDml() {
    insert new Account(Name = 'a');
    return post();
  }
  public static String afterPublish() {
    EventBus.publish(new Shipped__e(Text__c = 'x'));
    return post();
  }
  public static String afterSavepoint(Boolean release) {
    Savepoint point = Database.setSavepoint();
    insert new Account(Name = 'undone');
    Database.rollback(point);
    if (release) { Database.releaseSavepoint(point); }
    return post();
  }
  public static String released() { return afterSavepoint(true); }
  public static String held() { return afterSavepoint(false); }
  public static String releasedAfterDml() {
    insert new Account(Name = 'a');
    return afterSavepoint(true);
  }
  public static String thenDml() {
    String answer = post();
    insert new Account(Name = answer.left(3));
    return answer;
  }
  public static String impatient() {
    HttpRequest request = new HttpRequest();
    request.setEndpoint('https://hook.example/');
    request.setMethod('GET');
    request.setTimeout(2000);
    try { new Http().send(request); return 'answered'; } catch (CalloutException e) { return e.getMessage() + ' ' + Limits.getCallouts(); }
  }
  public static String injected() {
    HttpRequest request = new HttpRequest();
    request.setHeader('X-Kind', 'a\\r\\nX-Other: b');
    return 'set';
  }
  public static void hundredAndOne() {
    for (Integer i = 0; i < 101; i++) { post(); }
  }
}`;

function answer(body: string): CalloutResponse {
  return {
    status: 201,
    statusText: 'Created',
    headers: { 'X-Answer': 'yes' },
    body: Buffer.from(body),
  };
}

test('a callout leaves as Apex set it up and its answer comes back', async () => {
  const org = openApexOrg({
    classes: { Caller: CALLER },
    respond: () => Promise.resolve(answer('né')),
  });
  expect(await org.call('Caller', 'post')).toBe('201 né yes 1');
  const [sent] = org.callouts;
  expect(sent).toMatchObject({
    method: 'POST',
    url: 'https://hook.example/path?x=1',
    headers: { 'X-Kind': 'test' },
    timeoutMs: 10_000,
  });
  expect(Buffer.from(sent?.body ?? []).toString()).toBe('grüße');
});

test('only active remote sites may be called', async () => {
  const org = openApexOrg({ classes: { Caller: CALLER } });
  expect(await outcomeOf(org.call('Caller', 'elsewhere'))).toBe(
    'Unauthorized endpoint, please check Setup->Security->Remote site settings. endpoint = https://other.example/',
  );
  org.engine.setRemoteSites([{ url: 'https://other.example', isActive: true }]);
  expect(await outcomeOf(org.call('Caller', 'elsewhere'))).toBe('200');
  expect(await outcomeOf(org.call('Caller', 'post'))).toContain('Unauthorized endpoint');
});

test('uncommitted work forbids a callout; publishing and later DML do not', async () => {
  const org = openApexOrg({ classes: { Caller: CALLER } });
  expect(await outcomeOf(org.call('Caller', 'afterDml'))).toBe(
    'You have uncommitted work pending. Please commit or rollback before calling out',
  );
  expect(await outcomeOf(org.call('Caller', 'afterPublish'))).toContain('200');
  expect(await outcomeOf(org.call('Caller', 'thenDml'))).toContain('200');
  expect(org.query('SELECT Name FROM Account')).toEqual([{ Name: '200' }]);
});

test('a savepoint forbids callouts until everything since is rolled back and it is released', async () => {
  const org = openApexOrg({ classes: { Caller: CALLER } });
  expect(await outcomeOf(org.call('Caller', 'held'))).toContain('uncommitted work pending');
  expect(await outcomeOf(org.call('Caller', 'released'))).toContain('200');
  expect(await outcomeOf(org.call('Caller', 'releasedAfterDml'))).toContain(
    'uncommitted work pending',
  );
});

test('a callout that does not answer in time ends with Read timed out, on the clock of the org', async () => {
  const org = openApexOrg({
    classes: { Caller: CALLER },
    respond: (_request, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      }),
  });
  const started = org.clock.now();
  const outcome = outcomeOf(org.call('Caller', 'impatient'));
  await org.settle();
  expect(await outcome).toBe('Read timed out 1');
  expect(org.clock.now() - started).toBe(2_000);
});

test('a header cannot smuggle in another, and the hundred and first callout is one too many', async () => {
  const org = openApexOrg({ classes: { Caller: CALLER } });
  expect(await outcomeOf(org.call('Caller', 'injected'))).toContain('Invalid value of HTTP header');
  expect(await outcomeOf(org.call('Caller', 'hundredAndOne'))).toBe('Too many callouts: 101');
});

test('triggers cannot call out, and jobs only with Database.AllowsCallouts', async () => {
  const org = openApexOrg({
    classes: {
      Caller: CALLER,
      Allowed: `
public class Allowed implements Queueable, Database.AllowsCallouts {
  public static void run() { System.enqueueJob(new Allowed()); System.enqueueJob(new Forbidden()); }
  public void execute(QueueableContext context) { System.debug('allowed ' + Caller.post()); }
}`,
      Forbidden: `
public class Forbidden implements Queueable {
  public void execute(QueueableContext context) {
    try { Caller.post(); } catch (CalloutException e) { System.debug('forbidden'); }
  }
}`,
    },
    triggers: { T: 'trigger T on Shipment__c (after insert) { Caller.post(); }' },
  });
  const [result] = org.insert('Shipment__c', { Name: 'a' });
  expect(result?.success === false && result.errors[0]?.message).toContain(
    'System.CalloutException: Callout from triggers are currently not supported.',
  );
  await org.call('Allowed', 'run');
  await org.settle();
  expect(org.debugged).toEqual(
    expect.arrayContaining([expect.stringMatching(/^allowed 200/), 'forbidden']),
  );
});

test('other work goes on while a job waits for its callout, and each keeps its own statics', async () => {
  const waiting: (() => void)[] = [];
  const org = openApexOrg({
    classes: {
      Caller: CALLER,
      Slow: `
public class Slow implements Queueable, Database.AllowsCallouts {
  private static Integer runs = 0;
  private final String name;
  public Slow(String name) { this.name = name; }
  public static void run() { System.enqueueJob(new Slow('a')); System.enqueueJob(new Slow('b')); }
  public void execute(QueueableContext context) {
    runs++;
    System.debug('before ' + name + runs);
    Caller.post();
    insert new Account(Name = name + runs);
  }
}`,
    },
    respond: () =>
      new Promise((resolve) => {
        waiting.push(() => {
          resolve(answer(''));
        });
      }),
  });
  await org.call('Slow', 'run');
  await org.clock.advance(1);
  expect(org.debugged).toEqual(['before a1', 'before b1']);
  expect(org.engine.asyncCounts().callouts).toBe(2);
  org.insert('Account', { Name: 'meanwhile' });
  for (const resume of waiting.toReversed()) {
    resume();
  }
  await org.engine.whenIdle();
  expect(org.query('SELECT Name FROM Account ORDER BY Name')).toEqual([
    { Name: 'a1' },
    { Name: 'b1' },
    { Name: 'meanwhile' },
  ]);
});
