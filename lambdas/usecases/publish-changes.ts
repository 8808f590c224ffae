import { feedEvent } from '#core/feed-events.ts';
import type { OrgId } from '#core/ids.ts';
import type { MirrorRecord, WriteOutcome } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import { findEchoes } from './find-echoes.ts';

export type PublishChangesPorts = Pick<
  Ports,
  'feed' | 'clock' | 'activityLedger' | 'orgs' | 'telemetry'
>;

/**
 * Announces applied writes on the feed (R15). Called before the message that caused them is acknowledged: if it fails,
 * the message comes again, its writes turn out `unchanged`, or `stale` where a later read saw the same, and `republish`
 * announces them then. Activities that we wrote ourselves are no news to anybody: they are counted as `ownWrites`.
 *
 * @param republish whether to announce the last change of a record that was left as it was: its message was
 *   delivered before, and may have stopped between write and announcement
 * @returns how many events were appended
 */
export async function publishChanges(
  ports: PublishChangesPorts,
  orgId: OrgId,
  outcomes: readonly WriteOutcome[],
  republish: (record: MirrorRecord) => boolean,
): Promise<number> {
  const changed = outcomes.filter(
    ({ outcome, record }) => outcome === 'applied' || republish(record),
  );
  const echoes = await findEchoes(
    ports,
    orgId,
    changed.map(({ record }) => record),
  );
  const news = changed.filter(({ record }) => !echoes.has(record.id));
  const events = news.map(({ record }) => feedEvent(orgId, record));
  if (events.length > 0) await ports.feed.append(orgId, events, ports.clock.now());
  if (echoes.size > 0) {
    await ports.orgs.count(orgId, { ownWrites: echoes.size });
    ports.telemetry.metric('OwnWritesSeen', echoes.size);
  }
  return events.length;
}
