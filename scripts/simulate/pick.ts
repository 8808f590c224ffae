import type { Random } from '../../local/seeded-random.ts';

/** @throws Error when there is nothing to pick from */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random.integer(items.length)];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}
