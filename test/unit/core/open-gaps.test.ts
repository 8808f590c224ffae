import { expect, it } from 'vitest';
import { openGaps } from '#core/open-gaps.ts';
import { aPass } from '../../support/passes-and-jobs.ts';
import { orgIdOf } from '../../support/salesforce-ids.ts';

const fieldSet = { fields: [], hash: '*' };
const part = (state: 'waiting' | 'running' | 'done', sinceMs: number | null) => ({
  state,
  sinceMs,
  rows: 0,
});

it('a gap is open from its earliest start until the pass that reads it has', () => {
  const objects = { Contact: { fieldSet, gapSinceMs: 50 }, Task: { fieldSet }, Lead: { fieldSet } };
  const gap = aPass(orgIdOf(1), 'gap', {
    kind: 'gap',
    parts: {
      Contact: part('waiting', 40),
      Task: part('running', 70),
      Lead: part('done', 10),
      User: part('waiting', null),
    },
  });
  const interval = aPass(orgIdOf(1), 'i', {
    kind: 'interval',
    parts: { Lead: part('running', 5) },
  });
  expect(openGaps({ objects }, [gap, interval])).toEqual({ Contact: 40, Task: 70 });
  expect(openGaps({ objects }, [])).toEqual({ Contact: 50 });
});
