import { describe, expect, it } from 'vitest';
import { expectNamedTests, projectText, testFilesNamedIn } from '../../support/named-tests.ts';

/* local/org/API.md says by which tests the practice org is held to each fact: they must be there. */

const rows = projectText('local/org/API.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:fact|-)/.test(line))
  .map((line): readonly [string, string] => {
    const [, fact = '', ...held] = line.split('|').map((cell) => cell.trim());
    return [fact, held.join('|')];
  });

describe('local/org/API.md', () => {
  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(40);
  });

  it.each(rows)('%s', (_, held) => {
    expect(testFilesNamedIn(held).length).toBeGreaterThan(0);
    expect(held).toMatch(/"[^"]+"/);
    expectNamedTests(held);
  });
});
