import { expect, test } from 'vitest';
import { type Coverage, printReport } from '../../../../scripts/apex-test/print-report.ts';

const passing = {
  className: 'PartsTest',
  method: 'shouldWork',
  passed: true,
  durationMs: 3,
  message: '',
  stack: '',
  reached: [],
};
const file = (name: string, covered: number, lines = 1000): Coverage => ({
  file: name,
  lines,
  covered,
  missed: [7],
});

function print(report: Parameters<typeof printReport>[0], minimumPercent = 90) {
  const lines: string[] = [];
  const code = printReport(report, { listMissed: true, minimumPercent }, (line) => {
    lines.push(line);
  });
  return { code, text: lines.join('\n') };
}

test('passes when every class is covered enough', () => {
  const { code, text } = print({ outcomes: [passing], coverage: [file('Parts.cls', 900)] });
  expect(code).toBe(0);
  expect(text).toContain('pass  PartsTest.shouldWork');
  expect(text).toContain(' 90 %  Parts.cls 900/1000  missed: 7');
  expect(text).toContain('1 passed, 0 failed, 90 % of lines covered');
});

test('fails and names the class that is covered too little, however well the others are', () => {
  const coverage = [file('Parts.cls', 1000), file('Weak.cls', 899)];
  const { code, text } = print({ outcomes: [passing], coverage });
  expect(code).toBe(1);
  expect(text).toContain('Covered too little: Weak.cls, 89 % of at least 90 %');
  expect(text).not.toContain('little: Parts.cls');
});

test('a class without executable lines is covered', () => {
  expect(print({ outcomes: [passing], coverage: [file('Empty.cls', 0, 0)] }).code).toBe(0);
});

test('a class that no test reached fails too, unless nothing is demanded', () => {
  const report = { outcomes: [passing], coverage: [file('Parts.cls', 1000)], unreached: ['Lost'] };
  const { code, text } = print(report);
  expect(code).toBe(1);
  expect(text).toContain('Covered too little: Lost, reached by no test');
  expect(print(report, 0).code).toBe(0);
});

test('demands nothing when asked not to', () => {
  expect(print({ outcomes: [passing], coverage: [file('Weak.cls', 1)] }, 0).code).toBe(0);
});

test('fails with a failing test, and tells why', () => {
  const failing = { ...passing, passed: false, message: 'Expected 1', stack: 'line 3' };
  const { code, text } = print({ outcomes: [failing], coverage: [] });
  expect(code).toBe(1);
  expect(text).toContain('FAIL  PartsTest.shouldWork');
  expect(text).toContain('      Expected 1\n      line 3');
});

test('a run without tests is no success', () => {
  expect(print({ outcomes: [], coverage: [] }).code).toBe(1);
});
