/** Randomness: ids, keys, jitter. Cryptographically strong outside simulations. */
export interface Random {
  uuid(): string;
  bytes(length: number): Uint8Array;
  /** In [0, 1). */
  fraction(): number;
}
