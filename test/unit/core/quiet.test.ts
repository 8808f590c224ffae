import { describe, expect, it } from 'vitest';
import type { OrgState, SyncMode } from '#core/org.ts';
import type { Pass } from '#core/pass.ts';
import { closingBoundMs, decideSync, toClosing, toInterval } from '#core/quiet.ts';
import { aPass } from '../../support/passes-and-jobs.ts';
import { orgIdOf, recordIdOf } from '../../support/salesforce-ids.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 21, 12);
const ago = (minutes: number) => NOW - minutes * MINUTE;

const ORG: OrgState = {
  orgId: orgIdOf(1),
  revision: 1,
  name: 'Org',
  instanceUrl: 'https://x.my.salesforce.com',
  loginUrl: 'https://login.salesforce.com',
  apiVersion: '66.0',
  syncUser: { id: recordIdOf('005', 1), username: 'sync@x.example' },
  phase: 'active',
  phaseSinceMs: ago(600),
  mode: { name: 'realtime', sinceMs: ago(600), epoch: 3 },
  conditions: { on: false },
  objects: { Contact: { fieldSet: { fields: [], hash: '*' }, completeThroughMs: ago(20) } },
  proofs: { sweep: ago(10), check: ago(10), relations: ago(10) },
};

interface Given {
  readonly org?: Partial<OrgState>;
  readonly mode?: Partial<SyncMode>;
  readonly seenMs?: number;
  readonly passes?: readonly Pass[];
}

function decide({ org = {}, mode = {}, seenMs, passes = [] }: Given, nowMs = NOW) {
  const state = { ...ORG, ...org, mode: { ...ORG.mode, ...mode } };
  const liveness = seenMs === undefined ? {} : { lastApexSeenAtMs: seenMs };
  return decideSync({ org: state, liveness, passes }, nowMs).kind;
}

const pass = (changes: Partial<Pass>) => aPass(ORG.orgId, 'p', changes);
const failed = (minutes: number, kind: Pass['kind'] = 'audit') =>
  pass({ kind, state: 'failed', finishedAtMs: ago(minutes) });
const OPEN = { Contact: { fieldSet: { fields: [], hash: '*' } } };

describe('decideSync', () => {
  it.each<[string, Given, string]>([
    ['Apex seen lately', { seenMs: ago(29) }, 'rest'],
    ['Apex seen half an hour ago', { seenMs: ago(30) }, 'claim-interval'],
    ['Apex never seen', {}, 'claim-interval'],
    ['just become active', { org: { phaseSinceMs: ago(29) } }, 'rest'],
    ['just returned to real time', { mode: { sinceMs: ago(29) } }, 'rest'],
    ['not installed', { org: { phase: 'not-installed' } }, 'rest'],
    ['removed', { org: { phase: 'removed' } }, 'rest'],
  ])('in real time: %s', (_, given, decision) => {
    expect(decide(given)).toBe(decision);
  });

  const interval = (changes: Partial<SyncMode> = {}): Partial<SyncMode> => ({
    name: 'interval',
    sinceMs: ago(90),
    lastPassAtMs: ago(10),
    ...changes,
  });
  it.each<[string, Given, string]>([
    ['a pass lately', { mode: interval() }, 'rest'],
    [
      'a pass half an hour ago',
      { mode: interval({ lastPassAtMs: ago(30) }) },
      'start-interval-pass',
    ],
    ['no pass yet', { mode: { name: 'interval', sinceMs: NOW } }, 'start-interval-pass'],
    [
      'a pass still running',
      { mode: interval({ lastPassAtMs: ago(40) }), passes: [pass({ kind: 'interval' })] },
      'rest',
    ],
    ['Apex seen since', { mode: interval(), seenMs: ago(89) }, 'claim-closing'],
    ['Apex seen just then', { mode: interval(), seenMs: ago(90) }, 'rest'],
    ['Apex seen before', { mode: interval(), seenMs: ago(91) }, 'rest'],
  ])('in interval sync: %s', (_, given, decision) => {
    expect(decide(given)).toBe(decision);
  });

  it.each<[string, Given, string]>([
    ['a pass running', { passes: [pass({ kind: 'closing' })] }, 'rest'],
    ['no pass', {}, 'start-closing-pass'],
    ['only another pass running', { passes: [pass({ kind: 'gap' })] }, 'start-closing-pass'],
    ['a pass that failed just now', { passes: [failed(1, 'closing')] }, 'rest'],
    ['a pass that failed a while ago', { passes: [failed(10, 'closing')] }, 'start-closing-pass'],
    ['only an audit that failed just now', { passes: [failed(1)] }, 'start-closing-pass'],
  ])('while closing: %s', (_, given, decision) => {
    expect(decide({ ...given, mode: { name: 'closing' } })).toBe(decision);
  });

  const auditing = { phase: 'auditing', objects: OPEN } as const;
  const proven = { phase: 'auditing' } as const;
  it.each<[string, Given, string]>([
    ['an object not proven', { org: auditing }, 'start-audit'],
    ['its audit running', { org: auditing, passes: [pass({ kind: 'audit' })] }, 'rest'],
    ['its audit failed just now', { org: auditing, passes: [failed(9)] }, 'rest'],
    ['its audit failed a while ago', { org: auditing, passes: [failed(10)] }, 'start-audit'],
    ['all proven, not caught up', { org: proven }, 'start-catch-up'],
    ['catching up failed just now', { org: proven, passes: [failed(9, 'gap')] }, 'rest'],
    ['catching up', { org: proven, passes: [pass({ kind: 'gap' })] }, 'rest'],
    ['an active org with a new field', { org: { objects: OPEN }, seenMs: NOW }, 'start-audit'],
    [
      'quiet although a new field is audited',
      { org: { objects: OPEN }, passes: [pass({ kind: 'audit' })] },
      'claim-interval',
    ],
  ])('while auditing: %s', (_, given, decision) => {
    expect(decide(given)).toBe(decision);
  });

  const gap = {
    objects: {
      Contact: { ...ORG.objects['Contact'], fieldSet: { fields: [], hash: '*' }, gapSinceMs: 5 },
    },
  };
  it.each<[string, Given, string]>([
    ['a stretch not read', { org: gap, seenMs: NOW }, 'start-gap-pass'],
    [
      'the pass that failed just ended',
      { org: gap, seenMs: NOW, passes: [failed(9, 'gap')] },
      'rest',
    ],
    [
      'only an audit failed just now',
      { org: gap, seenMs: NOW, passes: [failed(9)] },
      'start-gap-pass',
    ],
    ['it is being read', { org: gap, seenMs: NOW, passes: [pass({ kind: 'gap' })] }, 'rest'],
    ['the object is audited', { org: gap, seenMs: NOW, passes: [pass({ kind: 'audit' })] }, 'rest'],
  ])('with a gap: %s', (_, given, decision) => {
    expect(decide(given)).toBe(decision);
  });

  const proofs = (sweep: number, check: number, relations: number) => ({
    proofs: { sweep: ago(sweep), check: ago(check), relations: ago(relations) },
  });
  const proofOf = (org: Partial<OrgState>, given: Omit<Given, 'org'> = {}) => {
    const state = { ...ORG, ...org, mode: { ...ORG.mode, ...given.mode } };
    const { passes = [] } = given;
    const decision = decideSync({ org: state, liveness: { lastApexSeenAtMs: NOW }, passes }, NOW);
    return decision.kind === 'start-proof' ? decision.proof : decision.kind;
  };
  it.each<[string, Partial<OrgState>, string]>([
    ['nothing', proofs(359, 59, 14), 'rest'],
    ['a sweep after six hours', proofs(360, 10, 10), 'sweep'],
    ['a sweep as often as it is set', { ...proofs(15, 9, 9), sweepEveryMs: 15 * MINUTE }, 'sweep'],
    ['a check after an hour', proofs(100, 60, 10), 'check'],
    ['no check within an hour of a sweep', proofs(59, 100, 10), 'rest'],
    ['relations after 15 minutes', proofs(100, 16, 15), 'relations'],
    ['no relations within 15 minutes of a check', proofs(100, 14, 40), 'rest'],
    ['the first sweep six hours after it became active', { proofs: {} }, 'sweep'],
    ['nothing when it has just become active', { proofs: {}, phaseSinceMs: ago(14) }, 'rest'],
  ])('while healthy: %s', (_, org, decision) => {
    expect(proofOf(org)).toBe(decision);
  });

  it('runs one proof at a time, and only relations besides interval sync', () => {
    expect(proofOf(proofs(400, 400, 400), { passes: [pass({ kind: 'check' })] })).toBe('rest');
    const mode = { name: 'interval', sinceMs: NOW, lastPassAtMs: ago(10) } as const;
    expect(proofOf(proofs(400, 400, 400), { mode })).toBe('relations');
  });

  it('counts the epoch up at each change of mode', () => {
    const quiet = toInterval(ORG, NOW);
    expect(quiet.mode).toEqual({ name: 'interval', sinceMs: NOW, epoch: 4 });
    expect(toClosing(quiet, NOW + 5).mode).toEqual({
      name: 'closing',
      sinceMs: NOW + 5,
      epoch: 5,
      closeThroughMs: NOW + 5,
    });
  });

  it.each([
    // The org's clock as it is known, and where a window must end when the first notice came 300 ms ago.
    ['in the middle of a second', '09:00:05.900', '09:00:07'],
    ['at the beginning of a second', '09:00:05.300', '09:00:07'],
    ['in the second before', '09:00:05.299', '09:00:06'],
  ])('closes behind the second of the first notice: %s', (_, orgTime, bound) => {
    const at = (time: string) => Date.parse(`2026-11-21T${time}Z`);
    const mode = { closeThroughMs: NOW };
    expect(closingBoundMs(mode, at(orgTime), NOW + 300)).toBe(at(bound));
  });
});
