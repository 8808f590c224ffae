import type { OrgId, RecordId } from '#core/ids.ts';
import type { RecordVerifyMessage } from '#core/messages.ts';
import type { Ports } from '#ports/ports.ts';

/** One retrieve call. */
const IDS_PER_MESSAGE = 2_000;

/** R1: long enough for a read to be settled, seen from any save that is already noticed. */
const TIE_DELAY_SECONDS = 10;

/** Asks the worker to read records again and settle what the mirror holds; ties after a delay (R1). */
export async function queueVerify(
  ports: Pick<Ports, 'noticeQueue'>,
  orgId: OrgId,
  object: string,
  ids: readonly RecordId[],
  reason: RecordVerifyMessage['reason'],
): Promise<void> {
  if (ids.length === 0) return;
  const messages: RecordVerifyMessage[] = [];
  for (let start = 0; start < ids.length; start += IDS_PER_MESSAGE) {
    const part = ids.slice(start, start + IDS_PER_MESSAGE);
    messages.push({ type: 'record.verify.v1', orgId, object, ids: part, reason });
  }
  const delay = reason === 'tie' ? { delaySeconds: TIE_DELAY_SECONDS } : {};
  await ports.noticeQueue.send(orgId, messages, delay);
}
