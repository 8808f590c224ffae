import { expect, test } from 'vitest';
import { SCENARIOS } from '../../../scripts/simulate/scenarios.ts';

test.each(Object.entries(SCENARIOS))(
  'of %s every mutant has a name of its own, and needs what seeds can come across',
  (_, { mutants, reachable }) => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
    for (const { name, needs } of mutants) {
      for (const what of needs) expect(reachable, name).toContain(what);
    }
  },
);
