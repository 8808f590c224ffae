import { describe, expect, it } from 'vitest';
import {
  HOUR_MS,
  type Purpose,
  parseLimitInfo,
  pauseCauses,
  type QuotaFacts,
  refusalOf,
  shedPurposes,
  usedSince,
} from '#core/quota.ts';

const facts = (used: number, ownUsed: number, sharePercent = 70): QuotaFacts => ({
  quota: { max: 10_000, used, atMs: 0 },
  ownUsed,
  sharePercent,
});

describe('what may spend API requests', () => {
  it.each<[string, QuotaFacts, readonly Purpose[]]>([
    ['little used', facts(100, 50), []],
    ['70 % of our share', facts(5_000, 4_900), ['backfill']],
    ['80 %', facts(6_000, 5_600), ['backfill', 'audit']],
    ['90 %', facts(7_000, 6_300), ['backfill', 'audit', 'check']],
    ['95 %', facts(7_000, 6_650), ['backfill', 'audit', 'check', 'interval']],
    [
      'all of it',
      facts(7_000, 7_000),
      ['backfill', 'audit', 'check', 'interval', 'tracking', 'activities', 'notices'],
    ],
    ['one short of 90 % of the org’s own', facts(8_999, 0), []],
    [
      '90 % of it',
      facts(9_000, 0),
      ['backfill', 'audit', 'check', 'interval', 'tracking', 'activities', 'notices'],
    ],
    ['a share of 10 %', facts(900, 900, 10), ['backfill', 'audit', 'check']],
  ])('%s', (_, given, waiting) => {
    expect(shedPurposes(given)).toEqual(waiting);
  });

  it('never refuses a ping, nor what a person asks for', () => {
    expect(refusalOf('ping', facts(10_000, 10_000))).toBeUndefined();
    expect(refusalOf('admin', facts(10_000, 10_000))).toBeUndefined();
    expect(refusalOf('notices', { ...facts(0, 0), quota: undefined })).toBeUndefined();
  });

  it.each<[QuotaFacts, readonly string[]]>([
    [facts(8_999, 4_899), []],
    [facts(9_000, 0), ['org']],
    [facts(5_000, 4_900), ['share']],
    [facts(9_500, 7_000), ['org', 'share']],
    [{ ...facts(0, 0), quota: undefined }, []],
  ])('names the causes of a pause (%#)', (given, causes) => {
    expect(pauseCauses(given)).toEqual(causes);
  });

  it('says who used how much', () => {
    expect(refusalOf('audit', facts(9_500, 0))).toMatch(/9500 of its 10000/);
    expect(refusalOf('audit', facts(7_000, 7_000))).toMatch(/7000 of the 7000 .*\(70 %/);
  });
});

it.each<[string | undefined, object | undefined]>([
  ['api-usage=22/15000', { used: 22, max: 15_000 }],
  ['api-usage=25/5000; per-app-api-usage=17/250(appName=sample)', { used: 25, max: 5_000 }],
  ['per-app-api-usage=17/250(appName=sample)', undefined],
  ['api-usage=x/15000', undefined],
  ['api-usage=0/0', undefined],
  [undefined, undefined],
])('reads Sforce-Limit-Info %s', (header, quota) => {
  expect(parseLimitInfo(header, 5)).toEqual(quota && { ...quota, atMs: 5 });
});

it('counts calls of the last day, and all of the hour that it begins in', () => {
  const nowMs = 100 * HOUR_MS + 5;
  const uses = [75, 76, 77, 100].map((hour) => ({
    hourMs: hour * HOUR_MS,
    purpose: 'check' as const,
    calls: hour,
  }));
  expect(usedSince(uses, nowMs)).toBe(76 + 77 + 100);
});
