import { expect, test } from 'vitest';
import { histogram } from '../../../scripts/simulate/histogram.ts';
import { MUTANTS } from '../../../scripts/simulate/mutants.ts';

test('every mutant has a name of its own, and needs what seeds can come across', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  const reachable = histogram([]);
  for (const { name, needs } of MUTANTS) {
    for (const what of needs) expect([...reachable.keys()], name).toContain(what);
  }
});
