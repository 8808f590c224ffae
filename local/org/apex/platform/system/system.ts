import { sameValue } from '../../equality.ts';
import type { Realm } from '../../realm.ts';
import { apexText } from '../../runtime/text.ts';
import { ApexDate, ApexDatetime } from '../../temporal.ts';
import type { ApexEnumValue, ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import { enumValue } from '../enums.ts';
import { hashOf } from '../language/object-type.ts';
import { systemAssertMembers } from './assert.ts';
import { systemJobMembers } from './jobs.ts';
import { currentPage } from './page-reference.ts';
import { scheduleMembers } from './schedulable.ts';

/** The day it is in the running user's time zone. */
function today(realm: Realm): ApexDate {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: realm.timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  }).formatToParts(realm.now());
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  return ApexDate.of(part('year'), part('month'), part('day'));
}

export const systemType = platformType({
  name: 'System',
  members: {
    ...systemJobMembers,
    ...scheduleMembers,
    ...systemAssertMembers,
    'static void debug(Object message)': (realm: Realm, _self: null, message: ApexValue) => {
      realm.debug(apexText(message));
      return null;
    },
    'static void debug(LoggingLevel level, Object message)': (
      realm: Realm,
      _self: null,
      level: ApexEnumValue,
      message: ApexValue,
    ) => {
      realm.debug(`${level.name}: ${apexText(message)}`);
      return null;
    },
    'static Boolean equals(Object first, Object second)': (
      _realm: Realm,
      _self: null,
      first: ApexValue,
      second: ApexValue,
    ) => sameValue(first, second),
    'static Integer hashCode(Object value)': (_realm: Realm, _self: null, value: ApexValue) =>
      value === null ? 0 : hashOf(value),
    'static Datetime now()': (realm: Realm) => new ApexDatetime(realm.now()),
    'static Date today()': today,
    'static Long currentTimeMillis()': (realm: Realm) => BigInt(realm.now()),
    'static PageReference currentPageReference()': currentPage,
    'static ApplicationReadWriteMode getApplicationReadWriteMode()': () =>
      enumValue('ApplicationReadWriteMode', 'DEFAULT'),
    'static Boolean isBatch()': (realm: Realm) => realm.system.quiddity === 'BATCH_APEX',
    'static Boolean isFuture()': (realm: Realm) => realm.system.quiddity === 'FUTURE',
    'static Boolean isScheduled()': (realm: Realm) => realm.system.quiddity === 'SCHEDULED',
    'static Boolean isQueueable()': (realm: Realm) => realm.system.quiddity === 'QUEUEABLE',
  },
});

/** This org is never read-only. */
export const readWriteModeType = platformType({
  name: 'ApplicationReadWriteMode',
  kind: 'enum',
  enumValues: ['DEFAULT', 'READ_ONLY'],
  members: {},
});

export const loggingLevelType = platformType({
  name: 'LoggingLevel',
  kind: 'enum',
  enumValues: ['NONE', 'INTERNAL', 'FINEST', 'FINER', 'FINE', 'DEBUG', 'INFO', 'WARN', 'ERROR'],
  members: {},
});
