import type { OrgId } from '#core/ids.ts';
import type { RecordVerifyMessage } from '#core/messages.ts';
import { recordIdOf } from './salesforce-ids.ts';

/** The n-th of a run of messages, told apart by its record. */
export function aMessage(orgId: OrgId, n: number, object = 'Contact'): RecordVerifyMessage {
  const ids = [recordIdOf('003', n)];
  return { type: 'record.verify.v1', orgId, object, ids, reason: 'tie' };
}

/** A message of about so many bytes, all of them ASCII. */
export function aLargeMessage(orgId: OrgId, n: number, bytes: number): RecordVerifyMessage {
  return aMessage(orgId, n, 'x'.repeat(bytes));
}
