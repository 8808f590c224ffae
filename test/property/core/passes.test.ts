import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrgState, SyncMode } from '#core/org.ts';
import type { Pass, PassKind } from '#core/pass.ts';
import {
  advancePart,
  endPass,
  joinedPass,
  newPass,
  type PartEvent,
  passStep,
  withPartEnded,
  withPartProven,
  withPassEnded,
} from '#core/passes.ts';
import { orgIdOf, recordIdOf } from '../../support/salesforce-ids.ts';

const OBJECTS = ['Account', 'Contact', 'Task'];
const time = fc.integer({ min: 0, max: 50 });
const kind = fc.constantFrom<PassKind>('audit', 'interval', 'closing', 'gap', 'sweep', 'check');

const mode = fc.record({
  name: fc.constantFrom<SyncMode['name']>('realtime', 'interval', 'closing'),
  sinceMs: time,
  epoch: fc.integer({ min: 1, max: 3 }),
  closeThroughMs: time,
});

const org: fc.Arbitrary<OrgState> = fc
  .record({
    mode,
    phase: fc.constantFrom('auditing', 'active'),
    proven: fc.array(fc.option(time, { nil: undefined }), { minLength: 3, maxLength: 3 }),
  })
  .map(({ mode: given, phase, proven }) => ({
    orgId: orgIdOf(1),
    revision: 1,
    name: 'Org',
    instanceUrl: 'https://x.my.salesforce.com',
    loginUrl: 'https://login.salesforce.com',
    apiVersion: '66.0',
    syncUser: { id: recordIdOf('005', 1), username: 'sync@x.example' },
    phase: phase === 'active' ? 'active' : 'auditing',
    phaseSinceMs: 0,
    mode: given,
    conditions: { on: false },
    objects: Object.fromEntries(
      OBJECTS.map((object, index) => {
        const completeThroughMs = proven[index];
        const state = { fieldSet: { fields: [], hash: '*' } };
        return [object, completeThroughMs === undefined ? state : { ...state, completeThroughMs }];
      }),
    ),
  }));

const event: fc.Arbitrary<PartEvent> = fc.oneof(
  fc.record({ type: fc.constant('opened' as const), upperMs: time }),
  fc.record({ type: fc.constant('planned' as const), coveredMs: time, jobId: fc.constant('j') }),
  fc.record({ type: fc.constant('idle' as const), coveredMs: time }),
  fc.record({ type: fc.constant('done' as const), rows: fc.nat(9) }),
  fc.record({ type: fc.constant('failed' as const), error: fc.constant('e') }),
);
const events = fc.array(fc.record({ object: fc.constantFrom(...OBJECTS, 'Lead'), event }), {
  maxLength: 30,
});

const started = fc
  .record({
    org,
    kind,
    since: fc.array(fc.option(time), { minLength: 3, maxLength: 3 }),
  })
  .map((given) => {
    const since = OBJECTS.map((object, index) => [object, given.since[index] ?? null] as const);
    const request = { id: 'p', org: given.org, kind: given.kind, reason: 'test' };
    return {
      org: given.org,
      pass: newPass({ ...request, sinceMs: Object.fromEntries(since) }, 0),
    };
  });

const proofs = (state: OrgState) =>
  OBJECTS.map((object) => state.objects[object]?.completeThroughMs ?? Number.NEGATIVE_INFINITY);

function run(pass: Pass, list: readonly { object: string; event: PartEvent }[]): Pass {
  return list.reduce((current, step) => advancePart(current, step.object, step.event, 1), pass);
}

describe('passes', () => {
  it('never move complete-through backwards, and never over a hole', () => {
    fc.assert(
      fc.property(started, events, (given, list) => {
        let state = given.org;
        let pass = given.pass;
        for (const step of list) {
          pass = advancePart(pass, step.object, step.event, 1);
          for (const [object, part] of Object.entries(pass.parts)) {
            const before = state.objects[object]?.completeThroughMs;
            state = withPartProven(state, object, part);
            const after = state.objects[object]?.completeThroughMs;
            if (after === before) continue;
            expect(part.state).toBe('done');
            expect(after).toBe(part.coveredMs);
            expect(after).toBeGreaterThan(before ?? Number.NEGATIVE_INFINITY);
            if (part.sinceMs !== null) expect(part.sinceMs).toBeLessThanOrEqual(before ?? -1);
          }
        }
        proofs(state).forEach((proof, index) => {
          expect(proof).toBeGreaterThanOrEqual(proofs(given.org)[index] ?? 0);
        });
      }),
    );
  });

  it('prove the same whichever way their parts are proven twice', () => {
    fc.assert(
      fc.property(started, events, (given, list) => {
        const parts = Object.entries(run(given.pass, list).parts);
        const once = parts.reduce(
          (s, [object, part]) => withPartProven(s, object, part),
          given.org,
        );
        const twice = [...parts, ...parts.toReversed()].reduce(
          (s, [object, part]) => withPartProven(s, object, part),
          given.org,
        );
        expect(twice).toEqual(once);
      }),
    );
  });

  it('remember what they failed to read until something has read all of it', () => {
    fc.assert(
      fc.property(fc.array(started, { minLength: 1, maxLength: 4 }), events, (list, steps) => {
        let state = list[0]?.org;
        if (state === undefined) return;
        const open = new Map<string, number>();
        for (const { pass } of list) {
          for (const [object, part] of Object.entries(run(pass, steps).parts)) {
            state = withPartEnded(state, object, part, pass.kind);
            const sinceMs = part.sinceMs ?? Number.NEGATIVE_INFINITY;
            const gapMs = open.get(object);
            if (part.state === 'failed' && part.sinceMs !== null) {
              open.set(object, Math.min(gapMs ?? sinceMs, sinceMs));
            } else if (part.state === 'done' && gapMs !== undefined && sinceMs <= gapMs) {
              open.delete(object);
            }
            expect(state.objects[object]?.gapSinceMs).toBe(open.get(object));
          }
        }
      }),
    );
  });

  it('change the mode only when they close it under its own epoch and have reached far enough', () => {
    fc.assert(
      fc.property(started, events, fc.integer({ min: 1, max: 3 }), (given, list, epoch) => {
        const pass = endPass({ ...run(given.pass, list), epoch }, 9);
        const next = withPassEnded(given.org, pass, 9);
        const { mode: before } = given.org;
        const closes =
          before.name === 'closing' &&
          pass.kind === 'closing' &&
          epoch === before.epoch &&
          Object.values(pass.parts).every((part) => part.state === 'done');
        expect(next.mode).toEqual(
          closes ? { name: 'realtime', sinceMs: 9, epoch: before.epoch + 1 } : before,
        );
        if (closes) expect(withPassEnded(next, pass, 10).mode).toEqual(next.mode);
      }),
      { numRuns: 500 },
    );
  });

  it('always have a next step, and end only when no part is open', () => {
    fc.assert(
      fc.property(started, events, ({ pass }, list) => {
        const reached = run(pass, list);
        const open = Object.values(reached.parts).filter(
          ({ state }) => state === 'waiting' || state === 'running',
        );
        expect(passStep(reached).kind === 'finish').toBe(open.length === 0);
        expect(endPass(reached, 9).state === 'running').toBe(open.length > 0);
        if (open.length === 0) expect(passStep(endPass(reached, 9)).kind).toBe('over');
      }),
    );
  });

  it('take up a gap only where no window has been opened, and never narrow one', () => {
    fc.assert(
      fc.property(
        started,
        events,
        fc.dictionary(fc.constantFrom(...OBJECTS, 'Lead'), time, { minKeys: 1 }),
        ({ pass }, list, wanted) => {
          const reached = run(pass, list);
          const joined = joinedPass(reached, wanted);
          const fits =
            reached.kind === 'gap' &&
            Object.keys(wanted).every((object) => reached.parts[object]?.state === 'waiting');
          expect(joined !== undefined).toBe(fits);
          for (const [object, sinceMs] of Object.entries(wanted)) {
            const before = reached.parts[object]?.sinceMs ?? null;
            const after = joined?.parts[object]?.sinceMs ?? null;
            if (joined !== undefined) {
              expect(after).toBe(before === null ? null : Math.min(before, sinceMs));
            }
          }
        },
      ),
    );
  });

  it('leave the phase of an audit only with every object proven and caught up', () => {
    fc.assert(
      fc.property(started, events, (given, list) => {
        const pass = endPass(run(given.pass, list), 9);
        const { phase } = withPassEnded(given.org, pass, 9);
        const complete = proofs(given.org).every(Number.isFinite);
        const leaves =
          given.org.phase === 'auditing' &&
          complete &&
          pass.kind !== 'audit' &&
          pass.state === 'done';
        expect(phase).toBe(given.org.phase === 'active' || leaves ? 'active' : 'auditing');
      }),
    );
  });
});
