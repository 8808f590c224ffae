import type { OrgId, RecordId } from '#core/ids.ts';
import type { RecordVerifyMessage } from '#core/messages.ts';
import type { Ports } from '#ports/ports.ts';

/** One retrieve call. */
const IDS_PER_MESSAGE = 2_000;

/** R1: long enough for a read to be settled, seen from any save that is already noticed. */
const TIE_DELAY_SECONDS = 10;

/** A delete and undelete between two reads is over at once; anything else wants longer, or stays as it is. */
const REAPPEARED_DELAY_SECONDS: readonly number[] = [0, 10, 60, 300, 900];

/** Asks the worker to read records again and settle what the mirror holds; ties after a delay (R1). */
export async function queueVerify(
  ports: Pick<Ports, 'noticeQueue'>,
  orgId: OrgId,
  object: string,
  ids: readonly RecordId[],
  reason: RecordVerifyMessage['reason'],
): Promise<void> {
  const delaySeconds = reason === 'tie' ? TIE_DELAY_SECONDS : 0;
  await sendParts(ports, { type: 'record.verify.v1', orgId, object, ids, reason }, delaySeconds);
}

/**
 * Asks again for records that one read hid and the next one showed: later each time, and not for ever. What a read by
 * id never shows keeps its place in the mirror until a Bulk pass reads it.
 *
 * @param before how often it happened to these records already
 */
export async function queueReappeared(
  ports: Pick<Ports, 'noticeQueue' | 'telemetry'>,
  orgId: OrgId,
  object: string,
  ids: readonly RecordId[],
  before = 0,
): Promise<void> {
  if (ids.length === 0) return;
  const delaySeconds = REAPPEARED_DELAY_SECONDS[before];
  if (delaySeconds === undefined) {
    ports.telemetry.error('RecordsNotReadableById', { orgId, object, records: ids.length });
    return;
  }
  const message = { type: 'record.verify.v1', orgId, object, ids, reason: 'missing' } as const;
  await sendParts(ports, { ...message, reappearances: before + 1 }, delaySeconds);
}

async function sendParts(
  ports: Pick<Ports, 'noticeQueue'>,
  message: RecordVerifyMessage,
  delaySeconds: number,
): Promise<void> {
  const { ids, orgId } = message;
  const messages: RecordVerifyMessage[] = [];
  for (let start = 0; start < ids.length; start += IDS_PER_MESSAGE) {
    messages.push({ ...message, ids: ids.slice(start, start + IDS_PER_MESSAGE) });
  }
  if (messages.length > 0) await ports.noticeQueue.send(orgId, messages, { delaySeconds });
}
