import { describe, expect, it } from 'vitest';
import {
  afterLook,
  awaitsPackage,
  LOOK_EVERY_MS,
  LOOK_FOR_MS,
  LOOK_LATER_EVERY_MS,
  lookIsDue,
  newLook,
  readerNeedsLook,
} from '#core/package-look.ts';
import { anOrgState } from '../../support/org-states.ts';
import { orgIdOf } from '../../support/salesforce-ids.ts';

const NOW = 1_000_000_000;
const org = (change: object = {}) => anOrgState(orgIdOf(1), { phase: 'not-installed', ...change });
const gone = { atMs: NOW, faults: [{ code: 'package-gone' }], untold: [], lacks: [] } as const;

describe('looking for the package', () => {
  it('is for orgs that have none, or have lost it', () => {
    expect(awaitsPackage(org())).toBe(true);
    expect(awaitsPackage(org({ phase: 'setting-up' }))).toBe(true);
    expect(awaitsPackage(org({ phase: 'active' }))).toBe(false);
    expect(awaitsPackage(org({ phase: 'active', examination: gone }))).toBe(true);
    expect(awaitsPackage(org({ phase: 'removed', examination: gone }))).toBe(false);
  });

  it('goes on every 10 s for half an hour, then leaves it to the sweep', () => {
    const look = newLook(org(), NOW);
    expect(look).toEqual({ untilMs: NOW + LOOK_FOR_MS, chain: 1, atMs: NOW });
    const soon = afterLook(look, NOW + LOOK_FOR_MS - 1);
    expect(soon.againAfterMs).toBe(LOOK_EVERY_MS);
    const last = afterLook(look, NOW + LOOK_FOR_MS);
    expect(last.againAfterMs).toBeUndefined();
    const waiting = org({ look: last.look });
    const endMs = NOW + LOOK_FOR_MS;
    expect(lookIsDue(waiting, endMs + LOOK_LATER_EVERY_MS - 1)).toBe(false);
    expect(lookIsDue(waiting, endMs + LOOK_LATER_EVERY_MS)).toBe(true);
  });

  it('is begun anew when its message was lost', () => {
    const look = newLook(org(), NOW);
    expect(lookIsDue(org({ look }), NOW + 59_999)).toBe(false);
    expect(lookIsDue(org({ look }), NOW + 60_000)).toBe(true);
    expect(newLook(org({ look }), NOW + 60_000, 0)).toEqual({
      untilMs: NOW + LOOK_FOR_MS,
      chain: 2,
      atMs: NOW + 60_000,
    });
  });

  it('remembers what is in the way until the next look', () => {
    const obstacle = { code: 'settings-refused', detail: 'no' } as const;
    const { look } = afterLook(newLook(org(), NOW), NOW + 1, obstacle);
    expect(look.obstacle).toEqual(obstacle);
    expect(afterLook(look, NOW + 2).look.obstacle).toBeUndefined();
  });

  it('goes on for who reads the status, with one write a minute at most', () => {
    expect(readerNeedsLook(org(), NOW)).toBe(true);
    const look = newLook(org(), NOW, 120_000);
    expect(readerNeedsLook(org({ look }), NOW + 59_999)).toBe(false);
    expect(readerNeedsLook(org({ look }), NOW + 60_000)).toBe(true);
    expect(readerNeedsLook(org({ phase: 'active', look }), NOW + 90_000)).toBe(false);
  });
});
