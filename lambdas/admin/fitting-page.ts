/** Lambda answers with at most 6 MB, and the headers and the envelope want some of it. */
const MAX_PAGE_BYTES = 5_000_000;

/**
 * A page that an answer can carry: reads it with the limit that was asked for, and if it is too large, with half of
 * that, and so on. One entry is answered in any case.
 */
export async function fittingPage<T>(
  limit: number,
  read: (limit: number) => Promise<T>,
  maxBytes: number = MAX_PAGE_BYTES,
): Promise<T> {
  for (let size = limit; ; size = Math.ceil(size / 2)) {
    const page = await read(size);
    if (size === 1 || Buffer.byteLength(JSON.stringify(page)) <= maxBytes) return page;
  }
}
