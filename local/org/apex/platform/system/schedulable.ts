import type { Realm } from '../../realm.ts';
import {
  ApexException,
  type ApexObject,
  type ApexValue,
  type PlatformObject,
} from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { batchOf, scopeOf } from './batch.ts';
import type { SchedulableState } from './job-contexts.ts';

const MINUTE_MS = 60_000;

function scheduleBatch(
  realm: Realm,
  _self: null,
  batch: ApexObject | null,
  name: string | null,
  minutes: number | null,
  scope: number | null = null,
): ApexValue {
  if (minutes === null || minutes < 1) {
    throw new ApexException(
      'AsyncException',
      `System.scheduleBatch needs a time from now of at least 1 minute, not ${minutes}.`,
    );
  }
  return realm.system.jobs.schedule(batchOf(realm, batch), {
    name: present(name),
    when: { atMs: realm.now() + minutes * MINUTE_MS },
    batchScope: scopeOf(scope),
  });
}

function present<T>(value: T | null): T {
  if (value === null) {
    throw new ApexException('NullPointerException', 'Argument cannot be null.');
  }
  return value;
}

/** The scheduler's part of `System`. */
export const scheduleMembers: Readonly<Record<string, PlatformMember>> = {
  'static String schedule(String jobName, String cronExpression, Schedulable job)': (
    realm: Realm,
    _self: null,
    name: string | null,
    expression: string | null,
    job: ApexObject | null,
  ) =>
    realm.system.jobs.schedule(present(job), {
      name: present(name),
      when: { expression: present(expression) },
      batchScope: null,
    }),
  'static String scheduleBatch(Object batchable, String jobName, Integer minutesFromNow)':
    scheduleBatch,
  'static String scheduleBatch(Object batchable, String jobName, Integer minutesFromNow, Integer scope)':
    scheduleBatch,
};

export const schedulableTypes = [
  platformType({
    name: 'Schedulable',
    kind: 'interface',
    members: { 'void execute(SchedulableContext context)': null },
  }),
  platformType({
    name: 'SchedulableContext',
    kind: 'interface',
    members: {
      'Id getTriggerId()': (_realm: Realm, self: PlatformObject<SchedulableState>) =>
        self.state.triggerId,
    },
  }),
];
