import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { benchApex } from '../../../scripts/bench/apex/bench-apex.ts';
import { type BoundResult, judge } from '../../../scripts/bench/apex/bounds.ts';
import type { LoadName } from '../../../scripts/bench/apex/loads.ts';
import { measureRun, type RunSpec } from '../../../scripts/bench/apex/measure-run.ts';
import type { Mode } from '../../../scripts/bench/apex/measured-org.ts';
import { runAll } from '../../../scripts/bench/apex/run-all.ts';
import { type Cell, type Run, summarize } from '../../../scripts/bench/apex/summary.ts';
import { linesOf } from '../../../scripts/bench/apex/table.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const FORCE_APP = join(import.meta.dirname, '../../../force-app');

function specsOf(mode: Mode, load: LoadName, seeds: number): RunSpec[] {
  return Array.from({ length: seeds }, (_, index) => ({
    subject: 'package',
    mode,
    queue: 'default',
    load,
    seed: index + 1,
  }));
}

async function cellsOf(specs: readonly RunSpec[]): Promise<Cell[]> {
  const runs: Run[] = [];
  for (const spec of specs) runs.push({ spec, result: await measureRun(spec) });
  return summarize(runs);
}

/** Medians are left out: those of three seeds are chance. */
function missedOf(measured: readonly Cell[]): BoundResult[] {
  return judge(measured).filter(({ what, held }) => !held && !what.endsWith('median'));
}

/** The package with one line changed, in a folder of its own. */
function brokenPackage(file: string, line: string, replacement: string): string[] {
  const folder = temporaryFolder();
  cpSync(join(FORCE_APP, 'main'), join(folder, 'main'), { recursive: true });
  const path = join(folder, 'main/default/classes', file);
  const text = readFileSync(path, 'utf8');
  expect(text.split(line)).toHaveLength(2);
  writeFileSync(path, text.replace(line, replacement));
  return [join(folder, 'main'), join(FORCE_APP, 'site')];
}

let cells: Cell[] = [];

beforeAll(async () => {
  cells = await cellsOf([
    ...specsOf('immediate', 'save', 3),
    ...specsOf('coalescing', 'bulkSerial', 3),
    ...specsOf('coalescing', 'bulkParallel', 1),
    ...specsOf('economy', 'bulkSerial', 1),
    ...specsOf('economy', 'together', 1),
    ...specsOf('immediate', 'updates', 1),
  ]);
});

describe('the package', () => {
  test('holds every bound that three seeds can tell of', () => {
    expect(missedOf(cells)).toEqual([]);
  });

  test('asks little of the customer’s transaction: no query, one statement per 200 rows', () => {
    for (const { worst } of cells) {
      expect(worst).toMatchObject({ soql: 0, dmlPerTriggerRun: 1 });
    }
  });

  test('is counted at the org: an event per chunk, a job and a post at least', () => {
    const cell = cells.find(({ load }) => load === 'bulkSerial');
    expect(cell).toMatchObject({ seeds: 3, events: 50, save: { soql: 0, dml: 50 } });
    expect(cell?.executions.least).toBeGreaterThan(1);
    expect(cell?.executions.most).toBeLessThan(50);
    expect(cell?.callouts.least).toBeGreaterThanOrEqual(10_000 / 500);
  });

  test('of updates, only the updates are measured, and not the inserts before them', () => {
    const cell = cells.find(({ load }) => load === 'updates');
    expect(cell).toMatchObject({ events: 50, save: { soql: 0, dml: 50 } });
    expect(cell?.executions).toEqual({ least: 50, median: 50, most: 50 });
    expect(cell?.callouts.most).toBe(50);
  });
});

test('the naive package spends one execution on every trigger run', async () => {
  const spec = { subject: 'naive', mode: 'immediate', queue: 'zero', seed: 1 } as const;
  const { executions, callouts } = await measureRun({ ...spec, load: 'bulkParallel' });
  expect([executions, callouts]).toEqual([50, 50]);
});

describe('a broken package is reported', () => {
  test('with the gate switched off: too many executions', async () => {
    const packageFolders = brokenPackage(
      'notice/RtsChangeSubscriber.cls',
      'if (batch.mode == RtsLimits.Mode.IMMEDIATE) {',
      'if (true) {',
    );
    const specs = specsOf('coalescing', 'bulkSerial', 1);
    const broken = await cellsOf(specs.map((spec) => ({ ...spec, packageFolders })));
    const others = cells.filter(({ mode, load }) => mode !== 'coalescing' || load !== 'bulkSerial');
    const results = judge([...others, ...broken]);
    expect(linesOf(results)).toMatch(
      /coalescing, 10,000 by Bulk, serial: executions, worst +50 ≤ 20 +MISSED/,
    );
  });

  test('with conditions read for every chunk: SOQL after the first', async () => {
    const packageFolders = brokenPackage(
      'config/RtsSyncConditions.cls',
      `if (cached == null) {
            String copy = RtsConditionsCopy.read();`,
      `if (true) {
            String copy = null;`,
    );
    const specs = specsOf('immediate', 'updates', 1);
    const broken = await cellsOf(specs.map((spec) => ({ ...spec, packageFolders })));
    expect(broken[0]?.worst.soql).toBe(1);
    expect(missedOf([...cells, ...broken])).toMatchObject([
      { what: 'SOQL after the first chunk', measured: 1, bound: 0 },
    ]);
  });

  test('that loses changes: there is nothing to measure then', async () => {
    const packageFolders = brokenPackage(
      'trigger/RtsChangePublisher.cls',
      'events.add(toEvent(changeSet));',
      'toEvent(changeSet);',
    );
    const [spec] = specsOf('immediate', 'save', 1);
    await expect(measureRun({ ...spec, packageFolders } as RunSpec)).rejects.toThrow('never told');
  });
});

test('a run that fails in its process ends the bench and is named', async () => {
  const specs = specsOf('immediate', 'save', 1).map((spec) => ({
    ...spec,
    packageFolders: ['no/such/folder'],
  }));
  await expect(runAll(specs, 1, () => {})).rejects.toThrow(/"load":"save".*no\/such\/folder/s);
});

test.each([
  ['--seeds', '0', '--seeds takes a whole number from 1, not 0.'],
  ['--speed', '3', "Unknown option '--speed'"],
  [
    '--json',
    'no/such/folder/x.json',
    '--json no/such/folder/x.json: the file cannot be written (ENOENT).',
  ],
])('%s %s is refused before anything is measured', async (option, value, message) => {
  await expect(benchApex([option, value])).rejects.toThrow(message);
});
