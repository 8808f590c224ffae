import { OrgError } from '../../errors.ts';
import type { ObjectSchema } from '../../schema/schema.ts';
import type { ApiCall } from '../api-call.ts';

/** HTTP dates have whole seconds, and so has the time of the last change. */
function modifiedMs({ org }: ApiCall, object: ObjectSchema, id: string): number {
  const record = org.store.read(object.name, id);
  return Date.parse(String(record?.['LastModifiedDate'] ?? record?.['SystemModstamp']));
}

/** Another one with each change. */
export function entityTag(call: ApiCall, object: ObjectSchema, id: string): string {
  return `"${modifiedMs(call, object, id).toString(36)}"`;
}

/** Whether a header lists the record's tag, compressed (`--gzip`) or not; `*` is any. */
function listsTag(header: string, tag: string): boolean {
  const tags = header.split(',').map((one) => one.trim().replace(/^W\//, '').replace('--gzip', ''));
  return tags.includes('*') || tags.includes(tag);
}

/**
 * `If-Unmodified-Since` and `If-Match`: nobody changed the record after that time, or that answer.
 * @throws OrgError PRECONDITION_FAILED (412)
 */
export function requireUnmodified(call: ApiCall, object: ObjectSchema, id: string): void {
  const match = call.headers['if-match'];
  if (match !== undefined && !listsTag(match, entityTag(call, object, id))) {
    throw new OrgError('PRECONDITION_FAILED', 'The record is not the one given.', { status: 412 });
  }
  const since = Date.parse(call.headers['if-unmodified-since'] ?? '');
  if (Number.isNaN(since) || modifiedMs(call, object, id) <= since) return;
  throw new OrgError('PRECONDITION_FAILED', 'The record was changed after the given time.', {
    status: 412,
  });
}

/** `If-Modified-Since` and `If-None-Match`: the client has the record as it is. */
export function isKnownToClient(call: ApiCall, object: ObjectSchema, id: string): boolean {
  const noneMatch = call.headers['if-none-match'];
  if (noneMatch !== undefined) return listsTag(noneMatch, entityTag(call, object, id));
  const since = Date.parse(call.headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && modifiedMs(call, object, id) <= since;
}
