import type { OrgId, RecordId } from '#core/ids.ts';

/**
 * Every key of every table is built here and nowhere else. All of them begin with a kind, and all but those of API keys
 * and set-up codes go on with the org id, so that no org can reach another's items. No part may contain `#`: ids,
 * object names and hashes never do.
 */
export type PartitionKey = string & { readonly __brand: 'PartitionKey' };
export type SortKey = string & { readonly __brand: 'SortKey' };
/** Partition key of an index. */
export type IndexKey = string & { readonly __brand: 'IndexKey' };

/** A type, not an interface: the SDK's index signatures take nothing else. */
export type ItemKey = { readonly pk: PartitionKey; readonly sk: SortKey };

const partition = (...parts: readonly string[]) => parts.join('#') as PartitionKey;
const sort = (...parts: readonly string[]) => parts.join('#') as SortKey;
const index = (...parts: readonly string[]) => parts.join('#') as IndexKey;

/** Sorts like the number: 13 digits reach to the year 2286 in milliseconds. */
const ordered = (ms: number): string => String(ms).padStart(13, '0');

// Control

/** Of the sparse index that lists the orgs. */
export const ORG_KIND = index('ORG');

export const orgPartition = (orgId: OrgId): PartitionKey => partition('ORG', orgId);
export const orgKey = (orgId: OrgId): ItemKey => ({ pk: orgPartition(orgId), sk: sort('STATE') });
export const livenessKey = (orgId: OrgId): ItemKey => ({
  pk: orgPartition(orgId),
  sk: sort('LIVENESS'),
});

export const PASS_PREFIX = sort('PASS', '');
export const JOB_PREFIX = sort('JOB', '');
export const FINDING_PREFIX = sort('FINDING', '');
export const KEY_PREFIX = sort('KEY', '');

export const passKey = (orgId: OrgId, passId: string): ItemKey => ({
  pk: orgPartition(orgId),
  sk: sort('PASS', passId),
});
export const jobKey = (orgId: OrgId, jobId: string): ItemKey => ({
  pk: orgPartition(orgId),
  sk: sort('JOB', jobId),
});

/** Sorts a pass's findings by object and record. */
export const findingKey = (
  orgId: OrgId,
  passId: string,
  object: string,
  recordId: string,
): ItemKey => ({ pk: orgPartition(orgId), sk: sort('FINDING', passId, object, recordId) });
export const findingPrefix = (passId: string): SortKey => sort('FINDING', passId, '');

/** Sorts an org's passes by state, then by start. */
export const passOrder = (state: string, startedAtMs: number, passId: string): SortKey =>
  sort(state, ordered(startedAtMs), passId);
export const passOrderPrefix = (state: string): SortKey => sort(state, '');

export const keyListingKey = (orgId: OrgId, keyId: string): ItemKey => ({
  pk: orgPartition(orgId),
  sk: sort('KEY', keyId),
});
export const keyHashKey = (sha256: string): ItemKey => ({
  pk: partition('KEY', sha256),
  sk: sort('KEY'),
});
export const setupCodeKey = (sha256: string): ItemKey => ({
  pk: partition('SETUP', sha256),
  sk: sort('SETUP'),
});

export const signInKey = (sha256: string): ItemKey => ({
  pk: partition('SIGNIN', sha256),
  sk: sort('SIGNIN'),
});

export const USE_PREFIX = sort('USE', '');

/** Sort keys of hours at and after a time. */
export const useSortFrom = (sinceMs: number): SortKey => sort('USE', ordered(sinceMs));
export const useKey = (orgId: OrgId, hourMs: number): ItemKey => ({
  pk: orgPartition(orgId),
  sk: useSortFrom(hourMs),
});
export const quotaKey = (orgId: OrgId): ItemKey => ({ pk: orgPartition(orgId), sk: sort('QUOTA') });

export const PAGE_SESSION_PREFIX = sort('SESSION', '');

export const pageSessionKey = (orgId: OrgId, sha256: string): ItemKey => ({
  pk: orgPartition(orgId),
  sk: sort('SESSION', sha256),
});

export const CHANGE_PREFIX = sort('CHANGE', '');

/** Sorts an org's changes by time. */
export const changeKey = (orgId: OrgId, atMs: number, id: string): ItemKey => ({
  pk: orgPartition(orgId),
  sk: sort('CHANGE', ordered(atMs), id),
});

export const LETTER_PREFIX = sort('LETTER', '');

export const deadLetterKey = (orgId: OrgId, id: string): ItemKey => ({
  pk: orgPartition(orgId),
  sk: sort('LETTER', id),
});
export const deadLetterPartKey = (orgId: OrgId, id: string, part: number): ItemKey => ({
  pk: orgPartition(orgId),
  sk: sort('LETTERBODY', id, String(part)),
});

/** Partitions of an org's activities: each takes 1,000 writes a second and holds 10 GB. Fixed for good. */
export const ACTIVITY_SHARDS = 16;

export const activityPartition = (orgId: OrgId, shard: number): PartitionKey =>
  partition('ACT', orgId, String(shard));
export const activityKey = (orgId: OrgId, id: string): ItemKey => ({
  pk: activityPartition(orgId, hashOf(id) % ACTIVITY_SHARDS),
  sk: sort(id),
});
export const activitySettingsKey = (orgId: OrgId): ItemKey => ({
  pk: orgPartition(orgId),
  sk: sort('ACTIVITIES'),
});

export const USER_CONNECTION_PREFIX = sort('USER', '');

export const userConnectionKey = (orgId: OrgId, userId: RecordId): ItemKey => ({
  pk: orgPartition(orgId),
  sk: sort('USER', userId),
});

export const creationPartition = (orgId: OrgId): PartitionKey => partition('MADE', orgId);
export const creationKey = (orgId: OrgId, id: string): ItemKey => ({
  pk: creationPartition(orgId),
  sk: sort(id),
});

// Mirror

/**
 * An object's records lie in so many partitions, as each takes 1,000 writes a second. Fixed for good: records are found
 * by it.
 */
export const RECORD_SHARDS = 16;

export const recordPartition = (orgId: OrgId, object: string, shard: number): PartitionKey =>
  partition('REC', orgId, object, String(shard));

export const recordKey = (orgId: OrgId, object: string, id: RecordId): ItemKey => ({
  pk: recordPartition(orgId, object, shardOf(id)),
  sk: sort(id),
});

/** The 15 characters that matter. */
function shardOf(id: RecordId): number {
  return hashOf(id.slice(0, 15)) % RECORD_SHARDS;
}

/** FNV-1a: ids in a row spread evenly. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let position = 0; position < text.length; position++) {
    hash = Math.imul(hash ^ text.charCodeAt(position), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) >>> 0;
}

export const countsPartition = (orgId: OrgId): PartitionKey => partition('COUNT', orgId);
export const countsKey = (orgId: OrgId, object: string): ItemKey => ({
  pk: countsPartition(orgId),
  sk: sort(object),
});

export const emailIndexKey = (orgId: OrgId, normalEmail: string): IndexKey =>
  index('EMAIL', orgId, normalEmail);
export const ownerIndexKey = (orgId: OrgId, ownerId: string): IndexKey =>
  index('OWNER', orgId, ownerId);
export const ownerOrder = (modstampMs: number, id: RecordId): SortKey =>
  sort(ordered(modstampMs), id);

// Feed: sort keys are batch numbers.

export const feedPartition = (orgId: OrgId): PartitionKey => partition('FEED', orgId);
/** Before the first batch. */
export const FEED_END_SEQ = 0;
