import { type ConformanceCase, expectEqual } from './conformance-case.ts';

/** Whatever clients did before: the org never failed by itself, and what it logged of that says so. */
export const ORG_HEALTH_CASE: ConformanceCase = {
  name: 'no request of all these found the org at fault',
  async run({ org }) {
    const faults = (await org.requests()).filter(({ status }) => status >= 500);
    expectEqual(
      faults.map(({ method, path, status }) => `${method} ${path} ${status}`),
      [],
      'requests answered with 500 and above',
    );
    expectEqual(org.complaints(), [], 'what the org wrote to standard error');
  },
};
