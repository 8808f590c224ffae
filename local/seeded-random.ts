/** The only source of randomness on one machine: the same seed gives the same run. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** In [0, below). */
  integer(below: number): number;
  bytes(count: number): Uint8Array;
  /** A generator of its own, so that one consumer's draws do not shift another's. */
  fork(label: string): Random;
}

/**
 * sfc32, seeded with a hash of the text. Not for secrets that strangers could attack: a server that listens beyond a
 * simulation must be given an unguessable seed.
 */
export function seededRandom(seed: string): Random {
  let [a, b, c, d] = hash128(seed);
  const nextUint32 = (): number => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 15; round += 1) nextUint32();

  return {
    next: () => nextUint32() / 0x1_0000_0000,
    integer: (below) => Math.floor((nextUint32() / 0x1_0000_0000) * below),
    bytes: (count) => Uint8Array.from({ length: count }, () => nextUint32() & 0xff),
    fork: (label) => seededRandom(`${seed}/${label}`),
  };
}

/** Four 32-bit words from a text of any length (cyrb128). */
function hash128(text: string): [number, number, number, number] {
  let [h1, h2, h3, h4] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    h1 = h2 ^ Math.imul(h1 ^ code, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ code, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ code, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ code, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  return [h1 ^ h2 ^ h3 ^ h4, h2 ^ h1, h3 ^ h1, h4 ^ h1];
}
