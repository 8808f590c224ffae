import { mentions } from '#core/data-subject.ts';
import type { Ports } from '#ports/ports.ts';
import type { Erasing, ErasureStep } from './erasure-step.ts';

/** Events about the person, and others that name them, lose their values. What readers have taken, they have. */
export async function eraseFromFeed(
  { feed }: Pick<Ports, 'feed'>,
  { org, subject, progress }: Erasing,
): Promise<ErasureStep> {
  const from = progress.place === '' ? undefined : Number(progress.place);
  const { events, next } = await feed.forgetValues(
    org.orgId,
    ({ recordId, changed }) => subject.ids.has(recordId) || mentions(subject, changed),
    from,
  );
  const place = next === undefined ? {} : { place: String(next) };
  return { counts: { feedEvents: events }, progress, ...place };
}
