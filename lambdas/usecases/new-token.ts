import type { Random } from '#ports/random.ts';

/** A Mixmax Token, as Standard Webhooks writes a secret: 32 random bytes in base64. */
export function newToken(random: Random): string {
  return `whsec_${Buffer.from(random.bytes(32)).toString('base64')}`;
}
