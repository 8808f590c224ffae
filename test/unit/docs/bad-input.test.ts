import { describe, expect, it } from 'vitest';
import { ALARMS } from '../../../cdk/alarms.ts';
import { expectNamedTests, projectText, testFilesNamedIn } from '../../support/named-tests.ts';

/* docs/operations.md says of everything that may be wrong from the beginning what happens: alarms and tests must be there. */

const HEADING = '## When something is wrong from the beginning\n';
const [, rest = ''] = projectText('docs/operations.md').split(HEADING);
const [section = ''] = rest.split('\n## ');
const rows = section
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what |'))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()))
  .map(([what = '', error = '', alarms = '', data = '', tried = '']) => ({
    ...{ what, error, alarms, data, tried },
  }));

/** What was asked for, word by word. */
const WORDS = [
  'no credentials',
  'an unknown region',
  'wrong context',
  'a function that fails at its start',
  'a poisoned message',
  'a table throttled',
  'a parameter missing',
];

describe('what may be wrong from the beginning', () => {
  it('is in the runbook, each with its error and what becomes of the data', () => {
    expect(rows.map(({ what }) => what)).toEqual(WORDS);
    for (const { error, data } of rows) expect([error, data]).not.toContain('');
  });

  it.each(rows)('$what: its alarms and its tests are there', ({ alarms, tried }) => {
    const named = alarms === '–' ? [] : alarms.split(', ');
    expect(named.filter((name) => !(name in ALARMS))).toEqual([]);
    expect(testFilesNamedIn(tried)).toHaveLength(1);
    expectNamedTests(tried);
  });
});
