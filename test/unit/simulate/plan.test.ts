import { expect, test } from 'vitest';
import { planHistory } from '../../../scripts/simulate/plan.ts';
import { SCENARIOS } from '../../../scripts/simulate/scenarios.ts';
import { onlySteps } from '../../../scripts/simulate/shrink.ts';

test.each(Object.entries(SCENARIOS))('of %s a seed is one history', (_, { plan }) => {
  expect(plan('1')).toEqual(plan('1'));
  expect(plan('1').steps).not.toEqual(plan('2').steps);
});

test('steps that are left happen when they happened among all', () => {
  const { steps } = planHistory('3');
  const ids = new Set(steps.filter((_, place) => place % 3 === 2).map(({ id }) => id));
  const kept = onlySteps(steps, ids);
  expect(kept.map(({ id }) => id)).toEqual([...ids]);
  const timeOf = (some: typeof steps, id: number) => {
    const upTo = some.slice(0, some.findIndex((step) => step.id === id) + 1);
    return upTo.reduce((sum, { afterMs }) => sum + afterMs, 0);
  };
  for (const id of ids) expect(timeOf(kept, id)).toBe(timeOf(steps, id));
});
