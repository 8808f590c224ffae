import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

interface StepRecord {
  readonly step: number;
  readonly title: string;
  readonly seconds: number;
  readonly lines: readonly string[];
}

/** Prints the demo's steps as they happen: number, title, time taken, and what was seen. `--json`: one object a line. */
export class Story {
  readonly #json: boolean;
  #step = 0;

  constructor(json: boolean) {
    this.#json = json;
  }

  /** Runs one step; `say` adds a line of what it saw. */
  async step<T>(title: string, run: (say: (line: string) => void) => Promise<T>): Promise<T> {
    const number = ++this.#step;
    const lines: string[] = [];
    const started = performance.now();
    const result = await run((line) => lines.push(line));
    this.#print({ step: number, title, seconds: (performance.now() - started) / 1000, lines });
    return result;
  }

  #print(record: StepRecord): void {
    if (this.#json) {
      process.stdout.write(`${JSON.stringify(record)}\n`);
      return;
    }
    const head = `${String(record.step).padStart(2)}  ${record.title}`;
    process.stdout.write(`${head.padEnd(66)} ${record.seconds.toFixed(2).padStart(7)} s\n`);
    for (const line of record.lines)
      process.stdout.write(`      ${line.replaceAll('\n', '\n      ')}\n`);
  }
}

/** Polls until the value is there. @throws Error naming what did not come */
export async function until<T>(
  what: string,
  timeoutMs: number,
  read: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (performance.now() > deadline)
      throw new Error(`${what} did not come within ${timeoutMs / 1000} s.`);
    await sleep(50);
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
