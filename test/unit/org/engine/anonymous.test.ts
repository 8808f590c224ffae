import { expect, test } from 'vitest';
import { createOrg, type Org } from '../../../../local/org/org.ts';
import { createVirtualScheduler } from '../../../../local/virtual-scheduler.ts';
import { orgId, startMs } from '../support.ts';
import { NEUTRAL_METADATA } from './metadata.ts';

async function openOrg(): Promise<{ org: Org; userId: string }> {
  const org = await createOrg({
    database: ':memory:',
    orgId,
    instanceUrl: 'https://practice.example',
    delays: 'zero',
    seed: 'anonymous',
    scheduler: createVirtualScheduler({ startMs }),
    sender: {
      send: () =>
        Promise.resolve({ status: 204, statusText: 'OK', headers: {}, body: Buffer.alloc(0) }),
    },
    adminToken: 'admin',
  });
  const files = Object.entries({
    ...NEUTRAL_METADATA,
    'classes/Greeter.cls': `public class Greeter {
  public static Integer count = 0;
  public static String greet(String name) { count++; return 'Hello ' + name; }
}`,
  });
  org.deploy(files.map(([path, text]) => ({ path, text })));
  const [userId] = org.store.findByKey('User', 'Username', 'alex@practice.example');
  return { org, userId: userId ?? '' };
}

const DONE = {
  compiled: true,
  success: true,
  line: -1,
  column: -1,
  compileProblem: null,
  exceptionMessage: null,
  exceptionStackTrace: null,
};

test('a block runs with the deployed classes, its own methods and classes, and callouts, and is committed', async () => {
  const { org, userId } = await openOrg();
  const outcome = await org.executeAnonymous(
    `String shout(String text) { return text.toUpperCase(); }
class Pair { public Integer a = 1; public Integer b = 2; }
HttpRequest request = new HttpRequest();
request.setEndpoint('https://hook.example/');
request.setMethod('GET');
System.debug(new Http().send(request).getStatusCode());
System.debug(shout(Greeter.greet('you')) + Greeter.count);
Pair pair = new Pair();
System.debug(LoggingLevel.WARN, pair.a + pair.b);
insert new Account(Name = UserInfo.getUserId());`,
    userId,
  );
  expect(outcome).toEqual({ ...DONE, logs: ['204', 'HELLO YOU1', 'WARN: 3'] });
  const plan = org.soql.plan('SELECT Name FROM Account');
  const rows = [...org.soql.run(plan, { nowMs: startMs, userId })];
  expect(rows.map((row) => row.values.get('Name'))).toEqual([userId]);
});

test('a block that fails is undone and says where', async () => {
  const { org, userId } = await openOrg();
  const outcome = await org.executeAnonymous(
    `insert new Account(Name = 'undone');
System.debug('so far');
Integer zero = 0;
Integer broken = 1 / zero;`,
    userId,
  );
  expect(outcome).toEqual({
    compiled: true,
    success: false,
    line: 4,
    column: 1,
    compileProblem: null,
    exceptionMessage: 'System.MathException: Divide by 0',
    exceptionStackTrace: 'AnonymousBlock: line 4, column 1',
    logs: ['so far'],
  });
  expect(org.store.count('Account')).toBe(0);
});

test('a block that does not compile runs nothing and names line, column and reason', async () => {
  const { org, userId } = await openOrg();
  expect(await org.executeAnonymous(`insert new Account();\nnothing();`, userId)).toEqual({
    ...DONE,
    compiled: false,
    success: false,
    line: 2,
    column: 1,
    compileProblem: 'Method does not exist or incorrect signature: nothing()',
    logs: [],
  });
  const broken = await org.executeAnonymous('Integer = ;', userId);
  expect(broken.compiled).toBe(false);
  expect(broken.compileProblem).not.toBe(null);
  expect(org.store.count('Account')).toBe(0);
});

test('an empty block does nothing, successfully', async () => {
  const { org, userId } = await openOrg();
  expect(await org.executeAnonymous('', userId)).toEqual({ ...DONE, logs: [] });
});
