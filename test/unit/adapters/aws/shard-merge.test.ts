import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeSorted } from '#adapters/aws/shard-merge.ts';

describe('mergeSorted', () => {
  it('gives the first of all sources in order, and closes every source', async () => {
    const sources = fc.array(fc.uniqueArray(fc.string({ maxLength: 4 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(sources, fc.nat(20), async (lists, limit) => {
        // Keys are unique over all sources, as ids are over shards.
        const shards = lists.map((list, shard) =>
          list.map((text) => `${text}/${shard}`).toSorted(),
        );
        let open = shards.length;
        async function* stream(shard: readonly string[]) {
          try {
            yield* shard;
          } finally {
            open -= 1;
          }
        }
        const streams = shards.map(stream);
        const merged = await mergeSorted(streams, (text) => text, limit);
        expect(merged).toEqual(shards.flat().toSorted().slice(0, limit));
        expect(open).toBe(0);
      }),
    );
  });
});
