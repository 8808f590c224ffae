import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import { type SweepPorts, sweepOrgs } from '#usecases/sweep-orgs.ts';

/** Run by the clock every minute. Rethrows: a failed sweep counts as a failed invocation, and alarms see it. */
export function makeScheduler(ports: SweepPorts) {
  return middy<ScheduledEvent, void>().handler(async () => {
    await sweepOrgs(ports);
  });
}
