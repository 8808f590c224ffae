import { describe, expect, it } from 'vitest';
import { expectNamedTests, filesBelow, projectText } from '../../support/named-tests.ts';

/*
 * docs/behaviours.md has a row for every numbered behaviour of the activities. Each says what the product does, and by
 * which test whose title has the number it is held; or why there is nothing of ours to hold.
 */

const FOLDER = 'test/integration/activities';
const NUMBER = String.raw`[AFGH]\d+[a-c]?`;
/** One number, several, or from one to another, as a title or the name of a case begins. */
const LIST = `${NUMBER}(?:(?:–|, )${NUMBER})*`;

const rows = [...projectText('docs/behaviours.md').matchAll(rowPattern())].map(
  ([, number = '', does = '', held = '']) => ({ number, does: does.trim(), held: held.trim() }),
);

function rowPattern(): RegExp {
  return new RegExp(String.raw`^\| (${NUMBER}) \| ([^|]+)\| ([^|]+)\|$`, 'gm');
}

/** Numbers that titles in a file begin with. */
function numbersIn(file: string): ReadonlySet<string> {
  const titles = projectText(file).matchAll(new RegExp(`['"\`](${LIST})(?=[\\s:'"\`])`, 'g'));
  return new Set([...titles].flatMap(([, list = '']) => list.split(', ').flatMap(expanded)));
}

function expanded(part: string): readonly string[] {
  const [from = '', to] = part.split('–');
  if (to === undefined) return [from];
  const [letter = '', first, last] = [from[0], Number(from.slice(1)), Number(to.slice(1))];
  return Array.from({ length: last - first + 1 }, (_, n) => `${letter}${first + n}`);
}

const numberedTests = new Map(
  filesBelow(FOLDER, '.test.ts').map((file) => [file.slice(FOLDER.length + 1), numbersIn(file)]),
);
const upTo = (letter: string, last: number) =>
  Array.from({ length: last }, (_, n) => `${letter}${n + 1}`);

describe('docs/behaviours.md', () => {
  it('has one row for each number of the activities', () => {
    const numbers = [
      ...upTo('A', 83),
      ...['A1b', 'A2b', 'A24b', 'A24c'],
      ...upTo('F', 19),
      ...upTo('G', 6),
      ...upTo('H', 10),
    ];
    expect(rows.map(({ number }) => number).sort()).toEqual(numbers.sort());
  });

  it.each(rows)('$number: $does', ({ number, held }) => {
    if (held.startsWith('n/a: ')) {
      expect(held.length, 'the reason').toBeGreaterThan('n/a: '.length + 10);
      return;
    }
    const named = held.replaceAll(/`([\w-]+\.test\.ts)`/g, '`integration/activities/$1`');
    const files = [...held.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, file = '']) => file);
    expect(files, 'the tests').not.toEqual([]);
    expectNamedTests(named);
    const own = files.filter((file) => numberedTests.get(file)?.has(number));
    const elsewhere = files.every((file) => file.includes('/')) && held.includes('"');
    expect(own.length > 0 || elsewhere, `${number} in a title of ${files.join(', ')}`).toBe(true);
  });
});
