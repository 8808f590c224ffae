/**
 * The first `limit` items of several sorted sources, sorted. Sources are read ahead by their own pages only as far as
 * needed.
 *
 * @param keyOf what the sources are sorted by, ascending; no two items have the same
 */
export async function mergeSorted<Item>(
  sources: readonly AsyncIterator<Item>[],
  keyOf: (item: Item) => string,
  limit: number,
): Promise<Item[]> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  const merged: Item[] = [];
  while (merged.length < limit) {
    const first = indexOfFirst(heads, keyOf);
    const head = heads[first];
    const source = sources[first];
    if (head === undefined || head.done === true || source === undefined) break;
    merged.push(head.value);
    heads[first] = await source.next();
  }
  await Promise.all(sources.map((source) => source.return?.()));
  return merged;
}

function indexOfFirst<Item>(
  heads: readonly IteratorResult<Item>[],
  keyOf: (item: Item) => string,
): number {
  let first = -1;
  let firstKey = '';
  heads.forEach((head, index) => {
    if (head.done === true) return;
    const key = keyOf(head.value);
    if (first === -1 || key < firstKey) {
      first = index;
      firstKey = key;
    }
  });
  return first;
}
