import { join } from 'node:path';
import { bundleFunctions } from './build/bundle-functions.ts';
import { FUNCTION_BUDGETS } from './build/function-budgets.ts';

/** `npm run build:functions`: bundles what Lambda runs into `dist/functions`, and fails above a budget. */
const bundles = await bundleFunctions(join(import.meta.dirname, '../dist/functions'));
const kb = (bytes: number) => `${Math.ceil(bytes / 1_000)} kB`;
for (const { name, startBytes, wholeBytes } of bundles) {
  const budget = FUNCTION_BUDGETS[name];
  const fits = startBytes <= budget.start && wholeBytes <= budget.whole;
  console.log(
    `${name.padEnd(10)} ${kb(startBytes)} of ${kb(budget.start)} at start, ${kb(wholeBytes)} of ${kb(budget.whole)} in all${fits ? '' : '   TOO LARGE'}`,
  );
  if (!fits) process.exitCode = 1;
}
