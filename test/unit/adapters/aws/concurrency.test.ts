import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf, mapLimit } from '#adapters/aws/concurrency.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('mapLimit', () => {
  it('runs at most so many at once, and answers in order', async () => {
    let running = 0;
    let most = 0;
    const results = await mapLimit([5, 1, 4, 2, 3, 0], 3, async (turns) => {
      running += 1;
      most = Math.max(most, running);
      for (let n = 0; n < turns; n += 1) await turn();
      running -= 1;
      return turns * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30, 0]);
    expect(most).toBe(3);
  });

  it('begins nothing more after a failure, awaits what is under way, and throws the first', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = async (n: number) => {
      begun.push(n);
      for (let t = 0; t < n; t += 1) await turn();
      ended.push(n);
      if (n === 1 || n === 4) throw new Error(`failed ${n}`);
    };
    await expect(mapLimit([4, 1, 9, 9, 9], 2, work)).rejects.toThrow('failed 1');
    expect(begun).toEqual([4, 1]);
    expect(ended).toEqual([1, 4]);
  });

  it('takes no items', async () => {
    expect(await mapLimit([], 4, async () => 1)).toEqual([]);
  });
});

describe('chunksOf', () => {
  it('loses nothing, and no chunk is empty or too large', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 7 }), (items, size) => {
        const chunks = chunksOf(items, size);
        expect(chunks.flat()).toEqual(items);
        for (const chunk of chunks) expect(chunk.length > 0 && chunk.length <= size).toBe(true);
      }),
    );
  });
});
