import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildId, idChecksum, toId15, toId18 } from '../../../local/org/schema/ids.ts';

const id15 = fc.stringMatching(/^[0-9A-Za-z]{15}$/);

/** The rule as published, letter by letter: each group of five gives one character. */
function referenceChecksum(id: string): string {
  return [0, 5, 10]
    .map((start) => {
      const bits = [...id.slice(start, start + 5)]
        .map((letter) => (/[A-Z]/.test(letter) ? '1' : '0'))
        .reverse()
        .join('');
      return 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'[Number.parseInt(bits, 2)];
    })
    .join('');
}

test('check characters follow the published rule', () => {
  fc.assert(
    fc.property(id15, (id) => {
      expect(idChecksum(id)).toBe(referenceChecksum(id));
    }),
  );
});

test('15 and 18 characters name the same record, in any single case', () => {
  fc.assert(
    fc.property(id15, (id) => {
      const id18 = toId18(id);
      expect(id18).toBe(id + idChecksum(id));
      expect(toId18(id18 ?? '')).toBe(id18);
      expect(toId15(id18 ?? '')).toBe(id);
      expect(toId18((id18 ?? '').toLowerCase())).toBe(id18);
      expect(toId18((id18 ?? '').toUpperCase())).toBe(id18);
    }),
  );
});

test('a letter whose case was changed does not pass', () => {
  fc.assert(
    fc.property(id15, fc.nat(14), (id, at) => {
      const letter = id.charAt(at);
      const flipped = letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
      fc.pre(flipped !== letter);
      const text = id.slice(0, at) + flipped + id.slice(at + 1) + idChecksum(id);
      // With all letters in one case the id is repaired, otherwise refused: never taken as another record.
      expect([undefined, id + idChecksum(id)]).toContain(toId18(text));
    }),
  );
});

test('ids of one object sort as they were made, and never repeat', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 1e12 }), { minLength: 2 }), (counters) => {
      const ids = counters
        .toSorted((a, b) => a - b)
        .map((counter) => buildId('001', 'Dp0', counter));
      expect(ids.toSorted()).toEqual(ids);
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});
