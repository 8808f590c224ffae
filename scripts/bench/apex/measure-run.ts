import type { DelayName } from '../../../local/org/apex/engine/delays.ts';
import type { TransactionReport } from '../../../local/org/apex/engine/transaction-report.ts';
import { seededRandom } from '../../../local/seeded-random.ts';
import { LOADS, type LoadName } from './loads.ts';
import { type MeasuredOrg, type Mode, openMeasuredOrg, type SaveReport } from './measured-org.ts';
import { type SubjectName, subjectNamed } from './subjects.ts';

/** One run: one package, one load, one seed, in an org of its own. */
export interface RunSpec {
  readonly subject: SubjectName;
  readonly mode: Mode;
  readonly queue: DelayName;
  readonly load: LoadName;
  readonly seed: number;
  /** Other source than the real package's. */
  readonly packageFolders?: readonly string[];
}

/** Sums over transactions. */
export interface Spent {
  readonly soql: number;
  readonly dml: number;
  readonly statements: number;
}

export interface RunResult {
  readonly executions: number;
  readonly events: number;
  readonly callouts: number;
  /** In the customer's transactions. */
  readonly save: Spent;
  /** In event triggers, jobs and finalizers. */
  readonly background: Spent;
  readonly worst: WorstTransaction;
  /** Rows by milliseconds from save to the arrival of their first post. */
  readonly latencies: Weights;
  /** Jobs by milliseconds that the queue kept them waiting. */
  readonly waits: Weights;
}

/** How often each value came. */
export type Weights = readonly (readonly [value: number, weight: number])[];

/** The most that one of the customer's transactions had to give. */
export interface WorstTransaction {
  readonly soql: number;
  /** Per trigger run of up to 200 rows. */
  readonly dmlPerTriggerRun: number;
  /** In a transaction that was not the first of its Bulk batch, or beyond the first query of its own. */
  readonly soqlAfterFirstChunk: number;
}

const ROWS_PER_TRIGGER_RUN = 200;

/** @throws Error when a change was not told, or told in another mode: then nothing was measured */
export async function measureRun(spec: RunSpec): Promise<RunResult> {
  const { mode, queue } = spec;
  const seed = `${spec.load}/${spec.seed}`;
  const subject = subjectNamed(spec.subject, spec.packageFolders);
  const org = await openMeasuredOrg({ subject, mode, queue, seed });
  try {
    await LOADS[spec.load].run(org, seededRandom(seed).fork('load'));
    await org.settle();
    if (spec.subject === 'package') checkMode(org, mode);
    return {
      executions: org.executions(),
      events: org.events(),
      callouts: org.posts.length,
      save: spent(org.saves),
      background: spent(org.background),
      worst: worstTransaction(org.saves),
      latencies: latencies(org),
      waits: waits(org.background),
    };
  } finally {
    org.close();
  }
}

function checkMode({ posts }: MeasuredOrg, mode: Mode): void {
  const other = posts.find((post) => post.mode !== mode);
  if (other !== undefined) throw new Error(`A notice was sent in mode ${other.mode}, not ${mode}.`);
}

function spent(reports: readonly TransactionReport[]): Spent {
  const sum = (of: (report: TransactionReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  return {
    soql: sum(({ used }) => used.queries),
    dml: sum(({ used }) => used.dmlStatements),
    statements: sum(({ statements }) => statements),
  };
}

function worstTransaction(saves: readonly SaveReport[]): WorstTransaction {
  const seen = new Set<string>();
  let [soql, dmlPerTriggerRun, soqlAfterFirstChunk] = [0, 0, 0];
  for (const { batch, rows, used } of saves) {
    const triggerRuns = Math.ceil(rows / ROWS_PER_TRIGGER_RUN);
    const later = seen.has(batch) ? used.queries : used.queries - 1;
    seen.add(batch);
    soql = Math.max(soql, used.queries);
    dmlPerTriggerRun = Math.max(dmlPerTriggerRun, used.dmlStatements / triggerRuns);
    soqlAfterFirstChunk = Math.max(soqlAfterFirstChunk, later);
  }
  return { soql, dmlPerTriggerRun, soqlAfterFirstChunk };
}

function latencies({ savedMs, posts }: MeasuredOrg): Weights {
  const heardMs = new Map<string, number>();
  for (const { atMs, ids } of posts) {
    for (const id of ids) if (!heardMs.has(id)) heardMs.set(id, atMs);
  }
  return weigh(
    [...savedMs].map(([id, atMs]) => {
      const arrivedMs = heardMs.get(id);
      if (arrivedMs === undefined) throw new Error(`Contact ${id} was never told.`);
      return arrivedMs - atMs;
    }),
  );
}

function waits(background: readonly TransactionReport[]): Weights {
  return weigh(
    background.flatMap(({ job, startedMs }) =>
      job === null || job.kind === 'finalizer' ? [] : [startedMs - job.dueMs],
    ),
  );
}

function weigh(values: readonly number[]): Weights {
  const weights = new Map<number, number>();
  for (const value of values) weights.set(value, (weights.get(value) ?? 0) + 1);
  return [...weights];
}
