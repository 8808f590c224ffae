import { describe, expect, it } from 'vitest';
import { MUTANTS } from '../../../scripts/simulate/mutants.ts';
import { expectNamedTests, projectText, testFilesNamedIn } from '../../support/named-tests.ts';

/* docs/rules.md says by which tests each rule is held: every file, title and mutant it names must be there. */

const rules = projectText('docs/rules.md')
  .split(/^## /m)
  .filter((section) => /^R\d+ /.test(section))
  .map((section) => ({
    rule: section.split(' ', 1)[0] ?? '',
    heldBy: section.split('_Held by_')[1] ?? '',
  }));

describe('docs/rules.md', () => {
  it('has the rules R1 to R20', () => {
    expect(rules.map(({ rule }) => rule)).toEqual(
      Array.from({ length: 20 }, (_, n) => `R${n + 1}`),
    );
  });

  it.each(rules)('$rule: is held by tests that are there', ({ heldBy }) => {
    expectNamedTests(heldBy);
    expect(testFilesNamedIn(heldBy)).not.toEqual([]);
    const names = MUTANTS.map(({ name }) => name);
    for (const [, mutant] of heldBy.matchAll(/ _([a-z-]+)_/g)) expect(names).toContain(mutant);
  });
});
