import type { Realm } from '../../realm.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import type { LimitName } from './system-services.ts';

/** Names of the getters, without `get` and `getLimit`, and what they count. */
const GETTERS: Readonly<Record<string, LimitName>> = {
  AggregateQueries: 'aggregateQueries',
  Callouts: 'callouts',
  CpuTime: 'cpuTimeMs',
  DmlRows: 'dmlRows',
  DmlStatements: 'dmlStatements',
  EmailInvocations: 'emailInvocations',
  FutureCalls: 'futureCalls',
  HeapSize: 'heapBytes',
  PublishImmediateDml: 'publishImmediate',
  Queries: 'queries',
  QueryLocatorRows: 'queryLocatorRows',
  QueryRows: 'queryRows',
  QueueableJobs: 'queueableJobs',
  SoslQueries: 'soslQueries',
};

function getters(): Record<string, PlatformMember> {
  const members: Record<string, PlatformMember> = {};
  for (const [name, limit] of Object.entries(GETTERS)) {
    members[`static Integer get${name}()`] = (realm: Realm) => used(realm, limit);
    members[`static Integer getLimit${name}()`] = (realm: Realm) =>
      realm.system.limits.allowed(limit);
  }
  return members;
}

function used(realm: Realm, limit: LimitName): number {
  if (limit === 'heapBytes') {
    return realm.system.heldBytes();
  }
  if (limit === 'cpuTimeMs') {
    realm.tick();
  }
  return realm.system.limits.used(limit);
}

export const limitsType = platformType({ name: 'Limits', members: getters() });
