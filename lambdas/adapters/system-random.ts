import { randomBytes, randomUUID } from 'node:crypto';
import type { Random } from '#ports/random.ts';

/** The operating system's cryptographic randomness. */
export class SystemRandom implements Random {
  uuid(): string {
    return randomUUID();
  }

  bytes(length: number): Uint8Array {
    return randomBytes(length);
  }

  /** 48 bits, all of which a double can hold. */
  fraction(): number {
    return randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
  }
}
