import { expect, it } from 'vitest';
import { fittingPage } from '../../../lambdas/admin/fitting-page.ts';

/** A page of as many texts of 100 bytes as asked for. */
function reader() {
  const asked: number[] = [];
  const read = async (limit: number) => {
    asked.push(limit);
    return Array.from({ length: limit }, () => 'x'.repeat(97));
  };
  return { asked, read };
}

it('reads once when the page fits', async () => {
  const { asked, read } = reader();
  expect(await fittingPage(10, read, 1_001)).toHaveLength(10);
  expect(asked).toEqual([10]);
});

it('halves the page until it fits, and answers one entry in any case', async () => {
  const { asked, read } = reader();
  expect(await fittingPage(10, read, 350)).toHaveLength(3);
  expect(asked).toEqual([10, 5, 3]);
  expect(await fittingPage(4, read, 1)).toHaveLength(1);
});
