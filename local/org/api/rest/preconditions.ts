import { OrgError } from '../../errors.ts';
import type { ObjectSchema } from '../../schema/schema.ts';
import type { ApiCall } from '../api-call.ts';

/** HTTP dates have whole seconds, and so has the time of the last change. */
function modifiedMs({ org }: ApiCall, object: ObjectSchema, id: string): number {
  const record = org.store.read(object.name, id);
  return Date.parse(String(record?.['LastModifiedDate'] ?? record?.['SystemModstamp']));
}

/**
 * `If-Unmodified-Since`: nobody changed the record after that time.
 * @throws OrgError PRECONDITION_FAILED (412)
 */
export function requireUnmodified(call: ApiCall, object: ObjectSchema, id: string): void {
  const since = Date.parse(call.headers['if-unmodified-since'] ?? '');
  if (Number.isNaN(since) || modifiedMs(call, object, id) <= since) return;
  throw new OrgError('PRECONDITION_FAILED', 'The record was changed after the given time.', {
    status: 412,
  });
}

/** `If-Modified-Since`: the client has the record as it is. */
export function isKnownToClient(call: ApiCall, object: ObjectSchema, id: string): boolean {
  const since = Date.parse(call.headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && modifiedMs(call, object, id) <= since;
}
