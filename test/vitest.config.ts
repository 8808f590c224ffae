import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './support/summary-reporter.ts';

/** Kinds of tests, each a project: `npm test -- --project unit`. A project without tests is an error. */
const projects = [
  { name: 'unit', testTimeout: 15_000 },
  { name: 'property', testTimeout: 60_000 },
  { name: 'contract', testTimeout: 60_000 },
  { name: 'integration', testTimeout: 120_000 },
  { name: 'cdk', testTimeout: 120_000 },
  { name: 'bundle', testTimeout: 120_000 },
  { name: 'browser', testTimeout: 120_000 },
  { name: 'simulation', testTimeout: 1_200_000 },
];

export default defineConfig({
  test: {
    passWithNoTests: false,
    reporters: ['default', new SummaryReporter()],
    maxWorkers: 2,
    projects: projects.map(({ name, testTimeout }) => ({
      test: {
        name,
        root: import.meta.dirname,
        include: [`${name}/**/*.test.ts`, `${name}/**/*.test.tsx`],
        testTimeout,
        hookTimeout: testTimeout,
      },
    })),
  },
});
