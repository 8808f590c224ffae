import { expect, test } from 'vitest';
import { planHistory } from '../../../scripts/simulate/plan.ts';
import { onlySteps } from '../../../scripts/simulate/shrink.ts';

test('a seed is one history, and another seed another', () => {
  expect(planHistory('1')).toEqual(planHistory('1'));
  expect(planHistory('1').steps).not.toEqual(planHistory('2').steps);
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
