import { feedEvent } from '#core/feed-events.ts';
import type { OrgId } from '#core/ids.ts';
import type { MirrorRecord, WriteOutcome } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';

/**
 * Announces applied writes on the feed (R15). Called before the message that caused them is acknowledged: if it fails,
 * the message comes again, its writes turn out `unchanged`, and `republish` announces them then.
 *
 * @param republish whether to announce the last change of a record that was left unchanged: its message was
 *   delivered before, and may have stopped between write and announcement
 * @returns how many events were appended
 */
export async function publishChanges(
  ports: Pick<Ports, 'feed' | 'clock'>,
  orgId: OrgId,
  outcomes: readonly WriteOutcome[],
  republish: (record: MirrorRecord) => boolean,
): Promise<number> {
  const events = outcomes
    .filter(
      ({ outcome, record }) =>
        outcome === 'applied' || (outcome === 'unchanged' && republish(record)),
    )
    .map(({ record }) => feedEvent(orgId, record));
  if (events.length > 0) await ports.feed.append(orgId, events, ports.clock.now());
  return events.length;
}
