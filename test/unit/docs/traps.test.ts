import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/* docs/traps.md says by which test each trap is held: every file and title it names must be there. */

const ROOT = join(import.meta.dirname, '../../..');
const STATES = ['held', 'partly', 'not yet', 'n/a'];

interface Row {
  readonly trap: number;
  readonly state: string;
  readonly text: string;
}

const rows: readonly Row[] = readFileSync(join(ROOT, 'docs/traps.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const trap = /^T(\d+) /.exec(cells[1] ?? '')?.[1];
    if (trap === undefined) return [];
    return [{ trap: Number(trap), state: cells[2] ?? '', text: cells.slice(3).join('|') }];
  });

const files = (folder: string, suffix: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(suffix))
    .map((file) => join(folder, file));

const tests = [...files('test', '.test.ts'), ...files('test', '.contract.ts')];
const apexTests = files('force-app/test', '.cls');

/** Quotes and dashes as either of their forms; text between `${…}` is any. */
const plain = (text: string) => text.replaceAll(/[’']/g, "'").replaceAll(/\s+/g, ' ');

/** Test files that a row names in backticks: a whole path, or its end. */
function filesOf({ text }: Row): readonly string[] {
  return [...text.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, named = '']) => {
    const found = tests.filter((file) => file === `test/${named}` || file.endsWith(`/${named}`));
    expect(found, `${named} of a trap`).toHaveLength(1);
    return found[0] ?? '';
  });
}

describe('docs/traps.md', () => {
  it('names each trap from T1 to T58 once, with a state', () => {
    expect(rows.map(({ trap }) => trap)).toEqual(Array.from({ length: 58 }, (_, n) => n + 1));
    for (const { trap, state } of rows) expect(STATES, `T${trap}`).toContain(state);
  });

  it('has at most six that do not apply, each with its reason', () => {
    const none = rows.filter(({ state }) => state === 'n/a');
    expect(none.length).toBeLessThanOrEqual(6);
    for (const { trap, text } of none) expect(text.length, `T${trap}`).toBeGreaterThan(30);
  });

  it.each(rows.map((row) => [row.trap, row] as const))(
    'T%i: the tests it names are there',
    (_, row) => {
      const sources = filesOf(row).map((file) => plain(readFileSync(join(ROOT, file), 'utf8')));
      for (const [, title = ''] of row.text.matchAll(/"([^"]+)"/g)) {
        const parts = plain(title)
          .split('…')
          .map((part) => part.trim());
        const isThere = sources.some((source) => parts.every((part) => source.includes(part)));
        expect(isThere, `"${title}" in ${filesOf(row).join(', ')}`).toBe(true);
      }
      const apex = [...row.text.matchAll(/`(Rts\w+Test)(?:\.(\w+))?`/g)];
      for (const [, className = '', method = ''] of apex) {
        const file = apexTests.find((path) => path.endsWith(`/${className}.cls`));
        expect(file, className).toBeDefined();
        expect(readFileSync(join(ROOT, file ?? ''), 'utf8'), className).toContain(method);
      }
      if (row.state !== 'held') return;
      const named = filesOf(row).length + apex.length;
      const elsewhere = /^as T\d+$/.test(row.text.replaceAll('|', '').trim());
      expect(named > 0 || elsewhere, 'a trap that is held names its test').toBe(true);
    },
  );
});
