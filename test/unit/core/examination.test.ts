import { describe, expect, it } from 'vitest';
import { type Examination, isTooOld, verdictOf } from '#core/examination.ts';

const PINGED = 1_000_000_000;
const MINUTE = 60_000;
const seen = (changes: Partial<Examination> = {}): Examination => ({
  atMs: PINGED,
  pingedAtMs: PINGED,
  faults: [],
  untold: [],
  lacks: [],
  ...changes,
});

describe('the verdict', () => {
  it.each<[string, Examination, number | undefined, number, string]>([
    ['the ping came, nothing untold', seen(), PINGED + 1, 0, 'idle'],
    ['the ping came, something untold', seen({ untold: ['Lead'] }), PINGED + 1, 0, 'lagging'],
    ['the ping is on its way', seen({ untold: ['Lead'] }), undefined, 4, 'checking'],
    ['an earlier ping came', seen(), PINGED - 10 * MINUTE, 5, 'broken'],
    ['the ping never came', seen(), undefined, 5, 'broken'],
    ['the org signs with a clock a little behind', seen(), PINGED - 4 * MINUTE, 5, 'idle'],
  ])('%s', (_, examination, lastPingAtMs, minutes, verdict) => {
    const liveness = lastPingAtMs === undefined ? {} : { lastPingAtMs };
    expect(verdictOf(examination, liveness, PINGED + minutes * MINUTE)).toBe(verdict);
  });

  it('is broken when no ping could be published', () => {
    const { pingedAtMs: _, ...unpinged } = seen();
    expect(verdictOf(unpinged, { lastPingAtMs: PINGED }, PINGED)).toBe('broken');
  });
});

it.each([
  ['0.9.9', true],
  ['1.0.0', false],
  ['1.0', false],
  ['1.2.3.4', false],
  ['0.10.0', true],
  ['10.0.0', false],
])('a package of version %s is too old: %s', (version, old) => {
  expect(isTooOld(version)).toBe(old);
});
