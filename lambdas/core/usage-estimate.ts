import { isSwept, MIRRORED_OBJECTS } from './field-sets.ts';
import { type Burst, type ObservedChanges, RowSums } from './observed-changes.ts';
import type { ObjectState, OrgState, ProofName } from './org.ts';
import { decideSync, toClosing, toInterval } from './quiet.ts';

/** Of what an org allots, per day. */
export interface DailyUsage {
  readonly apiCalls: number;
  /** The API calls, by what they are for. */
  readonly callsFor: Readonly<Record<CallReason, number>>;
  readonly bulkJobs: number;
  readonly asyncApexExecutions: number;
  readonly platformEvents: number;
}

type CallReason = 'notices' | 'checks' | 'sweeps' | 'interval' | 'examinations' | 'fields';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Windows overlap by so much (R10). */
const OVERLAP_MS = 10 * MINUTE_MS;
/** As `sweepOrgs` examines an org in real time. */
const GLANCE_EVERY_MS = 60 * MINUTE_MS;
/** Records of a trigger run. */
const ROWS_PER_SAVE = 200;
/** Records that one call reads. */
const ROWS_PER_READ = 2_000;
/** Changes that reach the package's bus so close together are sent by one job. */
const JOINED_MS = 1_000;
/** Records that one sending job takes (of its Apex limits). */
const ROWS_PER_SENDER = 10_000;

/** Calls of each step, as the use cases' docstrings and `test/simulation/estimate.test.ts` have them. */
const CALLS = {
  /** getDeleted, getUpdated, stamps, describe. */
  check: 4,
  /** getDeleted, getUpdated, and the last minute where nothing changed. */
  idleWindow: 3,
  changedWindow: 2,
  /** Describe, create, three polls, one page, delete, and deletes once more. */
  job: 8,
  /** How many rows the org shows: before an audit, to cut it into slices, and after audits and sweeps. */
  count: 1,
  /** Six trials of what the Sync User may do, settings, pause, triggers, remote sites; while quiet, a ping besides. */
  glance: 12,
  ping: 1,
  /** View All. */
  permissions: 2,
} as const;

/**
 * What the sync will spend a day, if the org goes on as observed: the days are lived through again, minute by minute, by
 * the rules that start passes (`decideSync`), and what each step costs is added up.
 *
 * With conditions, values travel and no record is read for a notice; which fields will be changed nobody can tell, so
 * every change counts as one of a synced field: an upper bound.
 *
 * @param org for its objects and how often it is swept
 */
export function estimateUsage(
  org: OrgState,
  observed: ObservedChanges,
  conditions: boolean,
): DailyUsage {
  const days = (observed.toMs - observed.fromMs) / DAY_MS;
  const ledger = new Ledger();
  liveThrough(org, observed, ledger);
  const sent = packageUse(observed);
  ledger.add('notices', conditions ? 0 : sent.reads);
  ledger.add('fields', days * (mirroredIn(org).length + CALLS.permissions));
  return {
    ...ledger.perDay(days),
    // A ping goes the way of all changes: one event, one job.
    asyncApexExecutions: Math.round((sent.senders + ledger.pings) / days),
    platformEvents: Math.round((sent.saves + ledger.pings) / days),
  };
}

export interface InitialUsage {
  readonly rows: number;
  readonly apiCalls: number;
  readonly bulkJobs: number;
}

/** Records of one page of a Bulk job's result, at the least. */
const ROWS_PER_PAGE = 25_000;

/**
 * The first audit: one Bulk job an object, its rows counted twice, and the look at what changed meanwhile.
 * @param rows by object
 */
export function initialUsage(rows: ReadonlyMap<string, number>): InitialUsage {
  const counts = [...rows.values()];
  const pages = counts.reduce((sum, count) => sum + Math.floor(count / ROWS_PER_PAGE), 0);
  return {
    rows: counts.reduce((sum, count) => sum + count, 0),
    apiCalls: counts.length * (CALLS.job + CALLS.idleWindow + 2 * CALLS.count) + pages,
    bulkJobs: counts.length,
  };
}

class Ledger {
  readonly #calls = new Map<CallReason, number>();
  #jobs = 0;
  pings = 0;

  add(reason: CallReason, calls: number): void {
    this.#calls.set(reason, (this.#calls.get(reason) ?? 0) + calls);
  }

  addJob(): void {
    this.#jobs += 1;
  }

  perDay(days: number): Pick<DailyUsage, 'apiCalls' | 'callsFor' | 'bulkJobs'> {
    const of = (reason: CallReason) => Math.round((this.#calls.get(reason) ?? 0) / days);
    const callsFor = {
      notices: of('notices'),
      checks: of('checks'),
      sweeps: of('sweeps'),
      interval: of('interval'),
      examinations: of('examinations'),
      fields: of('fields'),
    };
    const apiCalls = Object.values(callsFor).reduce((sum, calls) => sum + calls, 0);
    return { apiCalls, callsFor, bulkJobs: Math.round(this.#jobs / days) };
  }
}

function mirroredIn(org: OrgState): readonly string[] {
  const known = Object.keys(org.objects);
  return known.length > 0 ? known : MIRRORED_OBJECTS;
}

/** The events that saves publish, the jobs that send them, and the calls that read what they name. */
function packageUse({ bursts }: ObservedChanges): {
  saves: number;
  senders: number;
  reads: number;
} {
  const all = [...bursts].flatMap(([object, list]) => list.map((burst) => ({ ...burst, object })));
  all.sort((left, right) => left.atMs - right.atMs);
  const use = { saves: 0, senders: 0, reads: 0 };
  for (const group of joined(all)) {
    const times = Math.max(...group.map((burst) => burst.times));
    const rows = [...Map.groupBy(group, ({ object }) => object).values()].map((list) =>
      list.reduce((sum, burst) => sum + burst.rows, 0),
    );
    const total = rows.reduce((sum, count) => sum + count, 0);
    use.saves += group.reduce((sum, burst) => sum + burst.times * savesOf(burst), 0);
    use.senders += times * Math.max(1, total / ROWS_PER_SENDER);
    use.reads += times * rows.reduce((sum, count) => sum + Math.max(1, count / ROWS_PER_READ), 0);
  }
  return use;
}

/** Trigger runs, each with an event of its own. */
function savesOf({ rows }: Burst): number {
  return Math.ceil(rows / ROWS_PER_SAVE);
}

/** Bursts that one job sends. */
function joined<B extends Burst>(sorted: readonly B[]): readonly (readonly B[])[] {
  const groups: B[][] = [];
  for (const burst of sorted) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group === undefined || last === undefined || burst.atMs - last.atMs > JOINED_MS) {
      groups.push([burst]);
    } else group.push(burst);
  }
  return groups;
}

/** The receiver's schedule over the observed time: what `sweepOrgs` would start, each pass done at once. */
function liveThrough(org: OrgState, observed: ObservedChanges, ledger: Ledger): void {
  let state = activeAt(org, observed.fromMs);
  const costs = new PassCosts(mirroredIn(org), observed, ledger);
  const seen = [...observed.bursts.values()].flat().map(({ atMs }) => atMs);
  seen.sort((left, right) => left - right);
  let next = 0;
  let lastApexSeenAtMs: number | undefined;
  let examinedMs = observed.fromMs;
  for (let nowMs = observed.fromMs; nowMs < observed.toMs; nowMs += MINUTE_MS) {
    for (; (seen[next] ?? Number.POSITIVE_INFINITY) <= nowMs; next += 1) {
      lastApexSeenAtMs = seen[next];
    }
    const liveness = lastApexSeenAtMs === undefined ? {} : { lastApexSeenAtMs };
    if (state.mode.name !== 'realtime') examinedMs = nowMs;
    if (examinedMs + GLANCE_EVERY_MS <= nowMs) {
      costs.glance();
      examinedMs = nowMs;
    }
    const decision = decideSync({ org: state, liveness, passes: [] }, nowMs);
    switch (decision.kind) {
      case 'claim-interval':
        state = toInterval(state, nowMs);
        state = withIntervalPass(state, costs, nowMs);
        break;
      case 'start-interval-pass':
        state = withIntervalPass(state, costs, nowMs);
        break;
      case 'claim-closing':
        costs.windows('interval', nowMs);
        state = backToRealTime(state, nowMs);
        break;
      case 'start-proof':
        costs.proof(decision.proof, nowMs);
        state = { ...state, proofs: { ...state.proofs, [decision.proof]: nowMs } };
        break;
      default:
    }
  }
}

function activeAt(org: OrgState, nowMs: number): OrgState {
  const proven = (state: ObjectState): ObjectState => ({
    fieldSet: state.fieldSet,
    completeThroughMs: nowMs,
  });
  const objects = Object.entries(org.objects).map(([name, state]) => [name, proven(state)]);
  return {
    ...org,
    phase: 'active',
    phaseSinceMs: nowMs,
    proofs: {},
    mode: { name: 'realtime', sinceMs: nowMs, epoch: 1 },
    objects: Object.fromEntries(objects),
  };
}

function withIntervalPass(org: OrgState, costs: PassCosts, nowMs: number): OrgState {
  costs.windows('interval', nowMs);
  costs.examination();
  return { ...org, mode: { ...org.mode, lastPassAtMs: nowMs } };
}

function backToRealTime(org: OrgState, nowMs: number): OrgState {
  const { epoch } = toClosing(org, nowMs).mode;
  return { ...org, mode: { name: 'realtime', sinceMs: nowMs, epoch: epoch + 1 } };
}

/** What passes cost, each beginning where the last one of its kind ended. */
class PassCosts {
  readonly #objects: readonly string[];
  readonly #observed: ObservedChanges;
  readonly #rows: ReadonlyMap<string, RowSums>;
  readonly #ledger: Ledger;
  readonly #provenMs = new Map<string, number>();
  readonly #sweptMs = new Map<string, number>();

  constructor(objects: readonly string[], observed: ObservedChanges, ledger: Ledger) {
    this.#objects = objects;
    this.#observed = observed;
    this.#rows = new Map([...observed.bursts].map(([name, list]) => [name, new RowSums(list)]));
    this.#ledger = ledger;
  }

  proof(proof: ProofName, nowMs: number): void {
    if (proof === 'sweep') {
      this.windows('sweeps', nowMs);
      return;
    }
    for (const object of this.#objects) {
      if (proof === 'relations' && !isSwept(object)) continue;
      const rows = this.#changedSince(object, this.#provenMs, nowMs);
      // What was read within seconds of its stamp is read once more.
      const reads = rows === 0 ? 0 : Math.ceil(rows / ROWS_PER_READ);
      this.#ledger.add('checks', CALLS.check + reads);
      this.#provenMs.set(object, nowMs);
    }
  }

  /** A pass over windows: a Bulk job for each object in which something changed. */
  windows(reason: 'sweeps' | 'interval', nowMs: number): void {
    for (const object of this.#objects) {
      const since = reason === 'sweeps' ? this.#sweptMs : this.#provenMs;
      const changed = this.#changedSince(object, since, nowMs) > 0;
      this.#ledger.add(reason, changed ? CALLS.changedWindow + CALLS.job : CALLS.idleWindow);
      if (reason === 'sweeps') this.#ledger.add(reason, CALLS.count);
      if (changed) this.#ledger.addJob();
      since.set(object, nowMs);
      this.#provenMs.set(object, nowMs);
    }
  }

  /** A look at the path from the org to here, hourly while changes are told. */
  glance(): void {
    this.#ledger.add('examinations', CALLS.glance);
  }

  /** While Apex is quiet, also what it should have told. */
  examination(): void {
    const announced = this.#objects.filter((object) => !isSwept(object));
    this.#ledger.add('examinations', CALLS.glance + CALLS.ping + announced.length);
    this.#ledger.pings += 1;
  }

  #changedSince(object: string, since: ReadonlyMap<string, number>, nowMs: number): number {
    const fromMs = (since.get(object) ?? this.#observed.fromMs) - OVERLAP_MS;
    return this.#rows.get(object)?.between(fromMs, nowMs) ?? 0;
  }
}
