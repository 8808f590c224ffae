import type { OrgId } from '#core/ids.ts';
import type { MirrorRecord, RecordWrite, WriteOutcome } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import { type PublishChangesPorts, publishChanges } from './publish-changes.ts';
import { queueVerify } from './queue-verify.ts';

export type ApplyWritesPorts = Pick<Ports, 'mirror' | 'noticeQueue'> & PublishChangesPorts;

/** One transaction of the mirror. */
const WRITES_PER_CALL = 500;

/**
 * Applies writes of one object, announces what changed, has ties verified.
 * @param republish see `publishChanges`
 * @returns what became of each write
 */
export async function applyWrites(
  ports: ApplyWritesPorts,
  orgId: OrgId,
  object: string,
  writes: readonly RecordWrite[],
  republish: (record: MirrorRecord) => boolean,
): Promise<readonly WriteOutcome[]> {
  const all: WriteOutcome[] = [];
  for (let start = 0; start < writes.length; start += WRITES_PER_CALL) {
    const part = writes.slice(start, start + WRITES_PER_CALL);
    const outcomes = await ports.mirror.apply(orgId, part, ports.clock.now());
    await publishChanges(ports, orgId, outcomes, republish);
    const ties = outcomes.filter(({ outcome }) => outcome === 'tie').map(({ record }) => record.id);
    await queueVerify(ports, orgId, object, ties, 'tie');
    all.push(...outcomes);
    // SQLite answers at once: without a pause a long import would leave the gateway no turn.
    await ports.clock.sleep(0);
  }
  return all;
}
