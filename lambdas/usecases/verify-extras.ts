import type { RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Job } from '#core/pass.ts';
import type { Ports } from '#ports/ports.ts';
import { queueVerify } from './queue-verify.ts';

const ROWS_PER_READ = 1000;
const IDS_PER_VERIFY = 2000;

/**
 * After an audit of an object that was mirrored before: what the mirror holds alive and the audit did not show is
 * gone, or invisible, or was changed within seconds of the audit's start. Each such record is read again (R2), so that
 * records that were deleted unnoticed do not stay for ever.
 * @returns how many records are read again
 */
export async function verifyExtras(
  ports: Pick<Ports, 'mirror' | 'noticeQueue'>,
  { orgId }: OrgState,
  { object, readAtMs }: Pick<Job, 'object' | 'readAtMs'>,
): Promise<number> {
  if (readAtMs === undefined) return 0;
  let extras: RecordId[] = [];
  let count = 0;
  let after: RecordId | undefined;
  do {
    const options = after === undefined ? {} : { after };
    const rows = await ports.mirror.versions(orgId, object, { ...options, limit: ROWS_PER_READ });
    const unseen = rows.filter((row) => !row.deleted && !row.hidden && row.readAtMs < readAtMs);
    extras.push(...unseen.map(({ id }) => id));
    after = rows.length < ROWS_PER_READ ? undefined : rows.at(-1)?.id;
    if (extras.length >= IDS_PER_VERIFY || after === undefined) {
      await queueVerify(ports, orgId, object, extras, 'missing');
      count += extras.length;
      extras = [];
    }
  } while (after !== undefined);
  return count;
}
