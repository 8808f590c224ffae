import { afterEach, beforeEach, expect, test } from 'vitest';
import { runInOrg } from '../../../../scripts/apex-test/real-org.ts';
import { createSf, type Sf } from '../../../../scripts/package/sf.ts';
import { createFakeSf, type FakeSf } from '../../../support/package/fake-sf.ts';

let fake: FakeSf;
let sf: Sf;
beforeEach(() => {
  fake = createFakeSf();
  sf = createSf({ env: fake.env });
});
afterEach(() => fake.close());

const method = (MethodName: string, Outcome: string, Message: string | null = null) => ({
  ApexClass: { Id: '01p', Name: 'RtsTest', NamespacePrefix: null },
  MethodName,
  Outcome,
  RunTime: 12,
  Message,
  StackTrace: Message === null ? null : 'Class.RtsTest: line 9',
});

const covered = (name: string, lines: Record<string, number>) => ({
  id: '01p',
  name,
  totalLines: Object.keys(lines).length,
  totalCovered: Object.values(lines).filter((hits) => hits > 0).length,
  lines,
  coveredPercent: 0,
});

test("tells the suite's results and the coverage of the package's classes only", async () => {
  const result = {
    summary: {},
    tests: [method('b', 'Fail', 'Expected 1'), method('a', 'Pass'), method('c', 'Skip')],
    coverage: { coverage: [covered('Rts', { 3: 1, 9: 0 }), covered('AcmeDeals', { 1: 0 })] },
  };
  // The exit code of the CLI when a test fails.
  fake.answer('apex run test', { status: 100, result }, 100);
  const report = await runInOrg(sf, 'acme', []);
  expect(report.outcomes).toMatchObject([
    { method: 'a', passed: true },
    { method: 'b', passed: false, message: 'Expected 1', stack: 'Class.RtsTest: line 9' },
    { method: 'c', passed: false, message: 'Outcome: Skip' },
  ]);
  expect(report.coverage).toEqual([{ file: 'Rts', lines: 2, covered: 1, missed: [9] }]);
  expect(report.unreached).toContain('RtsLimits');
  expect(report.unreached).not.toContain('Rts');
  const args = fake.calls[0]?.args.join(' ');
  expect(args).toContain('apex run test --suite-names MixmaxRts --code-coverage');
  expect(args).toContain('--target-org acme --json');
});

test('runs single tests by name', async () => {
  fake.answer('apex run test', { status: 0, result: { tests: [method('a', 'Pass')] } });
  await runInOrg(sf, 'acme', ['RtsTest.a', 'RtsLimitsTest']);
  expect(fake.calls[0]?.args.join(' ')).toContain('--tests RtsTest.a --tests RtsLimitsTest');
});

test('an org that runs none is told with its reason', async () => {
  fake.answer('apex run test', { status: 1, message: 'No authorization found for acme' }, 1);
  await expect(runInOrg(sf, 'acme', [])).rejects.toThrow(
    'The org acme ran no tests: No authorization found for acme',
  );
});
