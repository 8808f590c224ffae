import type { Claims } from './mirror-facts.ts';
import { completenessFaults, faultsThroughTime, type Violation } from './oracle.ts';
import { VerdictWatch } from './verdict-watch.ts';
import type { World } from './world.ts';

/** Salesforce ends every transaction within ten minutes: what has a stamp older than that is visible or never will be. */
const LATE_COMMIT_MS = 600_000;

/** Holds the receiver to its word at every moment, not only at the end. */
export class Watch {
  readonly #world: World;
  readonly #verdicts: VerdictWatch;
  #violation: Violation | undefined;
  #before: Claims | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#verdicts = new VerdictWatch(world, (wrong) => this.report('wrong-verdict', wrong));
    world.onClaims = () => this.#lookAtClaims();
    world.onLateCommit = () => this.lookAgain();
  }

  get violation(): Violation | undefined {
    return this.#violation;
  }

  /** Only the first counts: what follows from it would hide it. */
  report(kind: Violation['kind'], details: readonly string[]): void {
    const [detail] = details;
    if (detail === undefined || this.#violation !== undefined) return;
    const atMs = this.#world.scheduler.now();
    const more = details.length > 1 ? ` (and ${details.length - 1} more)` : '';
    this.#violation = { kind, atMs, detail: detail + more };
    this.#world.trace.note(atMs, `VIOLATION ${kind}: ${detail}`);
  }

  /** Whether everything that is claimed now is true now: asked when something became visible behind its stamp. */
  lookAgain(): void {
    this.#before = undefined;
    this.#lookAtClaims();
  }

  /** What is known at any time: versions that went backwards, errors of nobody's. */
  finish(): void {
    this.report('backwards', this.#world.mirror.backwards());
    this.report('over-quota', this.#world.quota.breaches);
    this.report('error', this.#world.errors);
  }

  #lookAtClaims(): void {
    const { view, mirror, reached } = this.#world;
    const claims = mirror.claims(view.org.orgId);
    if (claims === undefined || this.#violation !== undefined) return;
    const before = this.#before;
    this.#before = claims;
    if (before?.mode.name !== claims.mode.name) reached(`mode-${claims.mode.name}`);
    if (before?.phase !== claims.phase) reached(`phase-${claims.phase}`);
    this.report('not-complete', completenessFaults(view, movedOnly(before, claims)));
    this.report('backwards', mirror.backwards());
    this.report('over-quota', this.#world.quota.breaches);
    this.#verdicts.look(claims);
    this.#lookAtQuiet(before, claims);
    this.#lookAtReturn(before, claims);
  }

  /** R7: real time returns when a closing pass has read everything up to the first notice. */
  #lookAtReturn(before: Claims | undefined, claims: Claims): void {
    if (before === undefined || claims.mode.name !== 'realtime') return;
    const { name, closeThroughMs } = before.mode;
    if (name === 'interval') this.report('not-closed', ['real time returned without closing']);
    if (name !== 'closing' || closeThroughMs === undefined) return;
    const throughMs = closeThroughMs - LATE_COMMIT_MS;
    this.report('not-closed', faultsThroughTime(this.#world.view, claims, throughMs));
  }

  /** R7: only a notice of changes that came since ends interval sync. */
  #lookAtQuiet(before: Claims | undefined, { mode }: Claims): void {
    if (before?.mode.name !== 'interval' || mode.name !== 'closing') return;
    const { lastChangesMs } = this.#world.channel;
    if (lastChangesMs > before.mode.sinceMs) return;
    this.report('not-quiet', ['interval sync ended although no changes were told since']);
  }
}

/** A claim that is what it was when it was looked at is still true: what is saved later has later stamps. */
function movedOnly(before: Claims | undefined, claims: Claims): Claims {
  if (before === undefined) return claims;
  const moved = Object.entries(claims.objects).filter(([object, state]) => {
    const known = before.objects[object];
    return (
      known?.completeThroughMs !== state.completeThroughMs ||
      known?.fieldSet.hash !== state.fieldSet.hash ||
      // With conditions off the hash is the same whatever the Sync User may read.
      known?.fieldSet.fields.length !== state.fieldSet.fields.length
    );
  });
  return { ...claims, objects: Object.fromEntries(moved) };
}
