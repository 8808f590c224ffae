import { withoutValues } from './conditions.ts';
import type { OrgId } from './ids.ts';
import type { NoticeApplyMessage } from './messages.ts';
import type { Notice, NoticeChange } from './notice.ts';

/** SQS takes 1 MiB a message; the rest is left for what the adapter adds and escapes. */
const MAX_MESSAGE_BYTES = 960_000;
/** More than a receipt and its members' names take. */
const RECEIPT_BYTES = 1_000;

export interface NoticeReceipt {
  readonly orgId: OrgId;
  readonly webhookId: string;
  /** Receiver's clock. */
  readonly receivedAtMs: number;
}

/**
 * A notice as queue messages: one, or as many as keep each under the queue's limit. A gap travels in the first.
 * @param bodyBytes length of the body that it was read from, where that is known
 */
export function noticeMessages(
  receipt: NoticeReceipt,
  notice: Notice,
  maxBytes: number = MAX_MESSAGE_BYTES,
  bodyBytes: number = maxBytes,
): readonly NoticeApplyMessage[] {
  const message: NoticeApplyMessage = { type: 'notice.apply.v1', ...receipt, notice };
  // Written anew, a body never grows to twice its size: most need not be measured.
  if (bodyBytes * 2 + RECEIPT_BYTES <= maxBytes) return [message];
  if (Buffer.byteLength(JSON.stringify(message)) <= maxBytes) return [message];
  const [first, second] = halves(notice.changes);
  const { gap: _gap, ...rest } = notice;
  const parts = second.length === 0 ? [first] : [first, second];
  return parts.flatMap((changes, index) =>
    noticeMessages(receipt, { ...(index === 0 ? notice : rest), changes: [...changes] }, maxBytes),
  );
}

/** Halves of the list, or of its only change, or that change without its values: smaller in any case. */
function halves(changes: readonly NoticeChange[]): readonly [NoticeChange[], NoticeChange[]] {
  const [only, ...others] = changes;
  if (only === undefined)
    throw new RangeError('A notice without changes is too long for a message.');
  if (others.length > 0) {
    const middle = Math.ceil(changes.length / 2);
    return [changes.slice(0, middle), changes.slice(middle)];
  }
  if (only.ids.length > 1) {
    const middle = Math.ceil(only.ids.length / 2);
    return [[ofIds(only, only.ids.slice(0, middle))], [ofIds(only, only.ids.slice(middle))]];
  }
  if (only.records === undefined)
    throw new RangeError('A change of one id is too long for a message.');
  return [[withoutValues(only)], []];
}

function ofIds(change: NoticeChange, ids: string[]): NoticeChange {
  if (change.records === undefined) return { ...change, ids };
  const wanted = new Set(ids);
  return { ...change, ids, records: change.records.filter(({ id }) => wanted.has(id)) };
}
