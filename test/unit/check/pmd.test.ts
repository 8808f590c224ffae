import { expect, test } from 'vitest';
import { unexplained, type Violation } from '../../../scripts/check/pmd.ts';

const violation: Violation = { rule: 'EmptyCatchBlock', file: 'A.cls', line: 3, message: 'Empty' };
const excuse = { rule: 'EmptyCatchBlock', files: ['A.cls'], reason: 'told why' };

test('a violation is told with its place', () => {
  expect(unexplained([violation], new Map(), [])).toEqual(['A.cls:3: EmptyCatchBlock: Empty']);
});

test('a violation that is excused, or of a rule left out, is not told', () => {
  expect(unexplained([violation], new Map(), [excuse])).toEqual([]);
  expect(unexplained([violation], new Map([['EmptyCatchBlock', 'why']]), [])).toEqual([]);
});

test('an excuse counts for its own file and rule only', () => {
  const other = { ...violation, file: 'B.cls' };
  expect(unexplained([violation, other], new Map(), [excuse])).toHaveLength(1);
});

test('an excuse that nothing needs is a fault', () => {
  expect(unexplained([], new Map(), [excuse])).toEqual([
    'A.cls does not need its exemption from EmptyCatchBlock any more',
  ]);
});
