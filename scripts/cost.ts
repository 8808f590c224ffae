import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { CloudMeasurement } from './bench/cloud.ts';
import { type Line, month, perMillion, totalOf, type Usage } from './cost/month.ts';
import { PRICES, PRICES_DATE } from './cost/prices.ts';
import { runMain, UserError } from './one-machine/user-error.ts';

/**
 * What a month on AWS costs, by list prices and by what was measured here:
 *
 *   npm run cost -- --orgs 1 --changes-per-day 10000 [--records-per-notice 20] [--records 100000] [--record-kb 1]
 *     [--measured FILE] [--json]
 *
 * FILE is what `npm run bench -- cloud --json FILE` wrote; by default the measurement that comes with the project.
 * Not in it: taxes, data transfer out, free tiers, Salesforce.
 */
const { values } = parseArgs({
  options: {
    orgs: { type: 'string', default: '1' },
    'changes-per-day': { type: 'string', default: '10000' },
    'records-per-notice': { type: 'string', default: '20' },
    records: { type: 'string', default: '100000' },
    'record-kb': { type: 'string', default: '1' },
    measured: { type: 'string', default: join(import.meta.dirname, 'cost/measured.json') },
    json: { type: 'boolean', default: false },
  },
});

/** What the project is to cost at the most, a million changed records of 1 kB. */
const BOUNDS = [
  { recordsPerNotice: 200, usd: 2.5 },
  { recordsPerNotice: 1, usd: 6 },
];

await runMain(async () => {
  const usage: Usage = {
    orgs: numberOf('orgs', 0),
    changesPerDay: numberOf('changes-per-day', 0),
    recordsPerNotice: numberOf('records-per-notice', 1, 500),
    records: numberOf('records', 0),
    recordKb: numberOf('record-kb', 0.1, 400),
  };
  const measured = readMeasured(values.measured);
  const lines = month(measured, usage);
  if (values.json) {
    console.log(
      JSON.stringify({ usage, pricesOf: PRICES_DATE, usd: totalOf(lines), lines }, null, 2),
    );
    return;
  }
  tellBasis(measured);
  tell(`A month: ${usage.orgs} orgs, ${usage.changesPerDay} changes a day each`, lines);
  for (const { recordsPerNotice, usd } of BOUNDS) {
    const growth = perMillion(measured, recordsPerNotice);
    tell(`A million changed records, ${recordsPerNotice} a notice`, growth);
    const held = totalOf(growth) <= usd;
    console.log(`  ${held ? 'held' : 'MISSED'}: at most $${usd.toFixed(2)}`);
    if (!held) process.exitCode = 1;
  }
});

function numberOf(name: keyof typeof values, min: number, max = 1e12): number {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= min && value <= max) return value;
  throw new UserError(
    `--${name} takes a number from ${min} to ${max}, not ${String(values[name])}.`,
  );
}

function readMeasured(file: string): CloudMeasurement {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as CloudMeasurement;
  } catch (error) {
    const way = 'npm run bench -- cloud --json FILE makes one';
    throw new UserError(`${file} holds no measurement (${String(error)}): ${way}.`);
  }
}

function tellBasis({ machine, date }: CloudMeasurement): void {
  console.log(`Measured on ${date} on ${machine}; list prices of ${PRICES_DATE}, us-east-1.`);
  console.log(
    'Waiting for a request to DynamoDB or SQS is taken to be 5 ms. Never compared with a real bill.',
  );
}

function tell(title: string, lines: readonly Line[]): void {
  console.log(`\n${title}`);
  for (const { quantity, what, usd, because, price } of lines) {
    const amount =
      quantity >= 100 ? Math.round(quantity).toLocaleString('en') : quantity.toFixed(3);
    const { usd: each, per } = PRICES[price];
    const rate = `$${each} per ${per.toLocaleString('en')}`;
    console.log(
      `  ${usd.toFixed(2).padStart(9)}  ${amount.padStart(13)} ${what} (${rate}): ${because}`,
    );
  }
  console.log(`  ${totalOf(lines).toFixed(2).padStart(9)}  in all, US dollars`);
}
