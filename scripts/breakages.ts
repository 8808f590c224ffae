import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { readSourceFolders } from '../local/org/source-files.ts';
import type { Breakage, PlanItem, Verdict } from './breakages/breakage.ts';
import { breakagePlan } from './breakages/breakage-plan.ts';
import { soundnessFaults, tryBreakage } from './breakages/try-breakage.ts';

const USAGE = `Breaks the package's Apex on purpose, one way at a time, and runs the tests that must notice.

  npm run apex:breakages -- [--item NUMBER …] [--name TEXT]

  --item NUMBER  only this item of the test plan, may be repeated
  --name TEXT    only breakages whose name holds this text
  --help         this text

Nothing is written to disk. Exit code: 0 all found, 1 one was not found or could not be tried, 2 the call was wrong.`;

interface Options {
  /** Empty: all. */
  readonly items: readonly number[];
  readonly name: string;
}

/** Undefined when only help was asked for. @throws TypeError naming an unknown option or item */
function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      item: { type: 'string', multiple: true },
      name: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const items = (values.item ?? []).map(Number);
  const known = new Set(breakagePlan.map(({ item }) => item));
  const unknown = items.find((item) => !known.has(item));
  if (unknown !== undefined) throw new TypeError(`--item: the plan has items 1 to ${known.size}.`);
  return { items, name: values.name.toLowerCase() };
}

function selected({ items, name }: Options): readonly PlanItem[] {
  return breakagePlan
    .filter(({ item }) => items.length === 0 || items.includes(item))
    .map((plan) => ({
      ...plan,
      breakages: plan.breakages.filter((one) => one.name.toLowerCase().includes(name)),
    }))
    .filter(({ breakages }) => breakages.length > 0);
}

async function main(options: Options): Promise<number> {
  const plan = selected(options);
  const breakages = plan.flatMap((item) => item.breakages);
  if (breakages.length === 0) throw new TypeError('--name: no breakage is called so.');
  const files = await readSourceFolders([join(import.meta.dirname, '../force-app')]);
  const faults = soundnessFaults(breakages, files);
  if (faults.length > 0) {
    process.stdout.write(`${faults.join('\n')}\n`);
    return 1;
  }
  let failed = 0;
  for (const { item, title, breakages: tried } of plan) {
    process.stdout.write(`\n${item}. ${title}\n`);
    for (const breakage of tried) {
      const started = performance.now();
      const verdict = tryBreakage(breakage, files);
      if (verdict.kind !== 'found') failed++;
      print(breakage, verdict, performance.now() - started);
    }
  }
  process.stdout.write(`\nbreakages: ${breakages.length - failed} found, ${failed} not\n`);
  return failed === 0 ? 0 : 1;
}

function print({ name, file, foundBy }: Breakage, verdict: Verdict, durationMs: number): void {
  const seconds = `${(durationMs / 1000).toFixed(1)} s`;
  process.stdout.write(`  ${wordFor(verdict)} ${file}: ${name} (${seconds})\n`);
  if (verdict.kind === 'found') process.stdout.write(`            ${foundBy.join(', ')}\n`);
  if (verdict.kind === 'fault') process.stdout.write(`            ${verdict.reason}\n`);
  if (verdict.kind === 'not found') {
    process.stdout.write(`            still passing: ${verdict.passing.join(', ')}\n`);
  }
}

function wordFor({ kind }: Verdict): string {
  return { found: 'found    ', 'not found': 'NOT FOUND', fault: 'FAULT    ' }[kind];
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(`${USAGE}\n`);
  else process.exitCode = await main(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
