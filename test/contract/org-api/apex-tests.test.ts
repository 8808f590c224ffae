import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const SERVICE = `public class Discount {
  public static Decimal rate(Integer years) {
    if (years > 10) {
      return 0.2;
    }
    return 0.1;
  }
}`;
const TESTS = `@IsTest
private class DiscountTest {
  @IsTest
  static void shouldRewardLoyalty() {
    System.assertEquals(0.2, Discount.rate(11));
  }
  @IsTest
  static void shouldFail() {
    System.assertEquals(9, Discount.rate(1));
  }
}`;

const SUITE = `<ApexTestSuite xmlns="http://soap.sforce.com/2006/04/metadata">
  <testClassName>DiscountTest</testClassName>
</ApexTestSuite>`;

const TOOLING = '/services/data/v66.0/tooling';
type Row = Record<string, unknown>;

let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg();
  org.org.deploy([
    { path: 'classes/Discount.cls', text: SERVICE },
    { path: 'classes/DiscountTest.cls', text: TESTS },
    { path: 'testSuites/Discounts.testSuite-meta.xml', text: SUITE },
  ]);
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

async function query(soql: string): Promise<Row[]> {
  const answer = await org.fetch('GET', `${TOOLING}/query?q=${encodeURIComponent(soql)}`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { records: Row[] }).records;
}

async function runAsync(body: unknown): Promise<string> {
  const answer = await org.fetch('POST', `${TOOLING}/runTestsAsynchronous`, body);
  expect(answer.status).toBe(200);
  const id = (await answer.json()) as string;
  await expect
    .poll(async () => (await query(summary(id)))[0]?.['EndTime'], { timeout: 20_000 })
    .not.toBeNull();
  return id;
}

function summary(jobId: string): string {
  return (
    'SELECT Status, StartTime, EndTime, ClassesEnqueued, ClassesCompleted, MethodsEnqueued, MethodsFailed ' +
    `FROM ApexTestRunResult WHERE AsyncApexJobId = '${jobId}'`
  );
}

test('a queued run ends with a result per method, its message and its stack', async () => {
  const id = await runAsync({ tests: [{ className: 'DiscountTest' }] });
  expect(id).toMatch(/^707\w{15}$/);
  const [run] = await query(summary(id));
  expect(run).toMatchObject({
    Status: 'Completed',
    ClassesEnqueued: 1,
    ClassesCompleted: 1,
    MethodsEnqueued: 2,
    MethodsFailed: 1,
  });
  const [item] = await query(
    `SELECT Id, Status, ApexClassId FROM ApexTestQueueItem WHERE ParentJobId = '${id}'`,
  );
  const results = await query(
    `SELECT MethodName, Outcome, Message, StackTrace, ApexClass.Name FROM ApexTestResult WHERE QueueItemId IN ('${item?.['Id']}') ORDER BY MethodName`,
  );
  expect(results).toMatchObject([
    {
      MethodName: 'shouldFail',
      Outcome: 'Fail',
      Message: expect.stringContaining('Expected: 9, Actual: 0.1'),
      StackTrace: expect.stringContaining('DiscountTest.shouldFail: line 9'),
      ApexClass: { Name: 'DiscountTest' },
    },
    { MethodName: 'shouldRewardLoyalty', Outcome: 'Pass', Message: null, StackTrace: null },
  ]);
});

test('a suite runs its classes; an unknown one is named', async () => {
  const id = await runAsync({ suiteNames: 'Discounts' });
  expect((await query(summary(id)))[0]).toMatchObject({ ClassesEnqueued: 1, MethodsEnqueued: 2 });
  const refused = await org.fetch('POST', `${TOOLING}/runTestsAsynchronous`, { suiteNames: 'No' });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('No: there is no test suite of that name');
});

test('coverage tells per test method and for all which lines were reached', async () => {
  await runAsync({ classNames: 'DiscountTest' });
  const perTest = await query(
    'SELECT TestMethodName, ApexClassOrTrigger.Name, NumLinesCovered, NumLinesUncovered, Coverage FROM ApexCodeCoverage ORDER BY TestMethodName',
  );
  expect(perTest).toMatchObject([
    { TestMethodName: 'shouldFail', Coverage: { coveredLines: [3, 6], uncoveredLines: [4] } },
    {
      TestMethodName: 'shouldRewardLoyalty',
      ApexClassOrTrigger: { Name: 'Discount' },
      NumLinesCovered: 2,
      NumLinesUncovered: 1,
      Coverage: { coveredLines: [3, 4], uncoveredLines: [6] },
    },
  ]);
  const [aggregate] = await query(
    'SELECT ApexClassOrTrigger.Name, Coverage FROM ApexCodeCoverageAggregate',
  );
  expect(aggregate).toMatchObject({
    ApexClassOrTrigger: { Name: 'Discount' },
    Coverage: { coveredLines: [3, 4, 6], uncoveredLines: [] },
  });
  expect(await query('SELECT PercentCovered FROM ApexOrgWideCoverage')).toMatchObject([
    { PercentCovered: 100 },
  ]);
});

test('one method may be named, by class id too', async () => {
  const [row] = await query("SELECT Id FROM ApexClass WHERE Name = 'DiscountTest'");
  const id = await runAsync({
    tests: [{ classId: row?.['Id'], testMethods: ['shouldRewardLoyalty'] }],
    skipCodeCoverage: true,
  });
  expect(await query(summary(id))).toMatchObject([{ MethodsEnqueued: 1, MethodsFailed: 0 }]);
});

test('a synchronous run answers when it has run', async () => {
  const answer = await org.fetch('POST', `${TOOLING}/runTestsSynchronous`, {
    tests: [{ className: 'DiscountTest' }],
  });
  expect(await answer.json()).toMatchObject({
    numTestsRun: 2,
    numFailures: 1,
    successes: [{ name: 'DiscountTest', methodName: 'shouldRewardLoyalty' }],
    failures: [{ methodName: 'shouldFail', message: expect.stringContaining('Expected: 9') }],
    codeCoverage: [{ name: 'Discount', numLocations: 3, numLocationsNotCovered: 0 }],
  });
});

test.each([
  [{ tests: [{ className: 'Nobody' }] }, 'Nobody'],
  [{ tests: [{ className: 'DiscountTest', testMethods: ['nothing'] }] }, 'DiscountTest.nothing'],
  [{ tests: [{ classId: '01p000000000000AAA' }] }, '01p000000000000AAA'],
  [{}, 'testLevel'],
  [{ tests: 'DiscountTest' }, 'tests'],
])('%j is refused with what is wrong', async (body, named) => {
  const answer = await org.fetch('POST', `${TOOLING}/runTestsAsynchronous`, body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject([
    { errorCode: 'INVALID_INPUT', message: expect.stringContaining(named) },
  ]);
});
