/** Randomness of the org: every draw comes from a seed, so that a run can be repeated. */
export interface Random {
  /** In [0, 1). */
  next(): number;
}

/** Mulberry32: small, fast, good enough for delays and identifiers that only must not repeat by accident. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}

/** A version 4 UUID of the seeded generator (event ids, request ids). */
export function randomUuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random.next() * 16).toString(16));
  hex[12] = '4';
  hex[16] = (8 + Math.floor(random.next() * 4)).toString(16);
  const text = hex.join('');
  return [8, 12, 16, 20].reduceRight((uuid, at) => `${uuid.slice(0, at)}-${uuid.slice(at)}`, text);
}
