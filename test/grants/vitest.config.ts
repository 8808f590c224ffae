import { defineConfig } from 'vitest/config';
import { SummaryReporter } from '../support/summary-reporter.ts';
import { GrantsReporter } from './grants-reporter.ts';

/** `npm run grants`: minutes long, so it is no part of `npm test`. Each test goes on where the one before stopped. */
export default defineConfig({
  test: {
    passWithNoTests: false,
    reporters: ['verbose', new SummaryReporter(), new GrantsReporter()],
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: './synthesize-once.ts',
    // Both want the whole machine.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
