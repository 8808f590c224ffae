import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packedBytes, packText, unpackText } from '#adapters/aws/packed-text.ts';

describe('packed texts', () => {
  it('unpack to what they were', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 50 }),
        fc.integer({ min: 0, max: 200 }),
        (text, times) => {
          const long = text.repeat(times);
          const packed = packText(long);
          expect(unpackText(packed)).toBe(long);
          expect(packedBytes(packed)).toBeLessThanOrEqual(Buffer.byteLength(long));
        },
      ),
    );
  });

  it('are packed only where that saves something', () => {
    expect(packText('short')).toBe('short');
    expect(packText('long '.repeat(1_000))).toBeInstanceOf(Uint8Array);
  });

  it('are not unpacked beyond any sense', () => {
    const bomb = deflateRawSync(Buffer.alloc(80 * 1_024 * 1_024));
    expect(() => unpackText(bomb)).toThrow();
  });
});
