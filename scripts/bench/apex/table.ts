import type { DelayName } from '../../../local/org/apex/engine/delays.ts';
import type { BoundResult } from './bounds.ts';
import { LOADS } from './loads.ts';
import type { Cell, Spread } from './summary.ts';

const QUEUE_TITLES: Readonly<Record<DelayName, string>> = {
  zero: 'Queues without any delay',
  default: 'Quick queues (bus 0.5 s, queue mean 2 s)',
  slow: 'Slow queues (bus 0.5 s, queue mean 20 s)',
};

const HEAD = [
  'load',
  'package',
  'seeds',
  'executions',
  'events',
  'callouts',
  'SOQL save + later',
  'DML save + later',
  'statements save + later',
  'median',
  'p95',
  'worst',
] as const;

/** One Markdown table for each kind of queue. Counts are medians over seeds; a range is what seeds made of it. */
export function tablesOf(cells: readonly Cell[]): string {
  const queues = (Object.keys(QUEUE_TITLES) as DelayName[]).filter((name) =>
    cells.some(({ queue }) => queue === name),
  );
  return queues
    .map((queue) => {
      const rows = inLoadOrder(cells.filter((cell) => cell.queue === queue)).map(rowOf);
      return `${QUEUE_TITLES[queue]}\n\n${markdown([HEAD, ...rows])}\n`;
    })
    .join('\n');
}

function inLoadOrder(cells: readonly Cell[]): Cell[] {
  const order = Object.keys(LOADS);
  return cells.toSorted((a, b) => order.indexOf(a.load) - order.indexOf(b.load));
}

function rowOf(cell: Cell): string[] {
  const { save, background, latencyMs } = cell;
  return [
    LOADS[cell.load].label,
    cell.subject === 'naive' ? 'naive' : cell.mode,
    number(cell.seeds),
    range(cell.executions),
    number(cell.events),
    range(cell.callouts),
    sum(save.soql, background.soql),
    sum(save.dml, background.dml),
    sum(save.statements, background.statements),
    seconds(latencyMs.median),
    seconds(latencyMs.p95),
    seconds(latencyMs.most),
  ];
}

/** A line per bound. */
export function linesOf(results: readonly BoundResult[]): string {
  const width = Math.max(...results.map(({ what }) => what.length));
  return results
    .map(({ what, measured, bound, unit, held }) => {
      const show = unit === 'ms' ? seconds : number;
      return `${what.padEnd(width)}  ${show(measured)} ≤ ${show(bound)}  ${held ? 'held' : 'MISSED'}`;
    })
    .join('\n');
}

function markdown(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    isNumeric(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.slice(1).map(line)].join('\n');
}

function pad(cell: string, width: number, column: number): string {
  return isNumeric(column) ? cell.padStart(width) : cell.padEnd(width);
}

function isNumeric(column: number): boolean {
  return column > 1;
}

function range({ least, median, most }: Spread): string {
  return least === most ? number(median) : `${number(median)} (${number(least)}–${number(most)})`;
}

function sum(one: number, other: number): string {
  return `${number(one)} + ${number(other)}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
