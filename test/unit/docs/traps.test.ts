import { describe, expect, it } from 'vitest';
import {
  expectNamedTests,
  filesBelow,
  projectText,
  testFilesNamedIn,
} from '../../support/named-tests.ts';

/* docs/traps.md says by which test each trap is held: every file and title it names must be there. */

const STATES = ['held', 'n/a'];

interface Row {
  readonly trap: number;
  readonly state: string;
  readonly text: string;
}

const rows: readonly Row[] = projectText('docs/traps.md')
  .split('\n')
  .flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const trap = /^T(\d+) /.exec(cells[1] ?? '')?.[1];
    if (trap === undefined) return [];
    return [{ trap: Number(trap), state: cells[2] ?? '', text: cells.slice(3).join('|') }];
  });

const apexTests = filesBelow('force-app/test', '.cls');

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
      expectNamedTests(row.text);
      const apex = [...row.text.matchAll(/`(Rts\w+Test)(?:\.(\w+))?`/g)];
      for (const [, className = '', method = ''] of apex) {
        const file = apexTests.find((path) => path.endsWith(`/${className}.cls`));
        expect(file, className).toBeDefined();
        expect(projectText(file ?? ''), className).toContain(method);
      }
      if (row.state !== 'held') return;
      const named = testFilesNamedIn(row.text).length + apex.length;
      const elsewhere = /^as T\d+$/.test(row.text.replaceAll('|', '').trim());
      expect(named > 0 || elsewhere, 'a trap that is held names its test').toBe(true);
    },
  );
});
