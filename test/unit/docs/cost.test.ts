import { describe, expect, it } from 'vitest';
import type { CloudMeasurement } from '../../../scripts/bench/cloud.ts';
import { month, totalOf, type Usage } from '../../../scripts/cost/month.ts';
import { projectText } from '../../support/named-tests.ts';

/* README shows what three deployments cost a month: by the measurement and the prices that come with the project. */

const measured = JSON.parse(projectText('scripts/cost/measured.json')) as CloudMeasurement;
const [, table = ''] = projectText('README.md').split('| a month ');
const rows = table
  .split('\n')
  .slice(2)
  .map((line) => /^\| (.+?) +\| (\d+) +\|$/.exec(line))
  .flatMap((match) => (match === null ? [] : [{ what: match[1] ?? '', usd: Number(match[2]) }]));

/** `50 orgs with 20,000 a day and 200,000 in the mirror each`, as `npm run cost` takes it. */
function usageOf(what: string): Usage {
  const number = (pattern: RegExp, otherwise: number) => {
    const found = pattern.exec(what)?.[1];
    return found === undefined ? otherwise : Number(found.replaceAll(',', ''));
  };
  return {
    orgs: number(/([\d,]+) orgs/, 1),
    changesPerDay: number(/([\d,]+)(?: changed records)? a day/, 0),
    recordsPerNotice: number(/notices of ([\d,]+)/, 20),
    records: number(/([\d,]+) in the mirror/, 0),
    recordKb: 1,
  };
}

describe('what README says of the cost', () => {
  it('are three cases', () => {
    expect(rows).toHaveLength(3);
    for (const { what } of rows) expect(usageOf(what).changesPerDay).toBeGreaterThan(0);
  });

  it.each(rows)('$what costs $usd dollars', ({ what, usd }) => {
    expect(Math.round(totalOf(month(measured, usageOf(what))))).toBe(usd);
  });
});
