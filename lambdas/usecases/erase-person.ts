import { plainAddress } from '#core/activities/exclusions.ts';
import { addressesOf, type DataSubject } from '#core/data-subject.ts';
import {
  addedCounts,
  ERASURE_STAGES,
  type ErasureCounts,
  type ErasureProgress,
  type ErasureStage,
  NOTHING_ERASED,
} from '#core/erasure.ts';
import type { RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { eraseActivities } from './erase-activities.ts';
import { eraseFromFeed } from './erase-from-feed.ts';
import { eraseFromMirror, findInMirror } from './erase-from-mirror.ts';
import { eraseFromStores } from './erase-from-stores.ts';
import { type Erasing, type ErasureStep, refuseLive } from './erasure-step.ts';

/** Pages of about 500 that one call looks at: an answer must come before the front door gives up. */
const STEPS_PER_CALL = 40;

export type ErasePorts = Pick<
  Ports,
  | 'mirror'
  | 'feed'
  | 'activityLedger'
  | 'activitySettings'
  | 'deadLetters'
  | 'creations'
  | 'userConnections'
  | 'changeLog'
  | 'jobs'
  | 'telemetry'
>;

type Stage = (ports: ErasePorts, erasing: Erasing) => Promise<ErasureStep>;

const STAGES: Readonly<Record<ErasureStage, Stage>> = {
  find: findInMirror,
  feed: eraseFromFeed,
  activities: eraseActivities,
  stores: eraseFromStores,
  mirror: eraseFromMirror,
};

/**
 * Goes some way with erasing a person from all that is stored of an org, and says how far it came. Idempotent: begun
 * again, it finds what is left. Messages that are on their way bring nothing back, for what they tell is older than
 * what the mirror holds (R1); a person who is saved in Salesforce again afterwards is mirrored again.
 *
 * @throws AppError conflict while the mirror shows a live record about the person: a copy cannot be without what its
 *   original has
 */
export async function erasePerson(
  ports: ErasePorts,
  org: OrgState,
  from: ErasureProgress,
): Promise<{ readonly counts: ErasureCounts; readonly next?: ErasureProgress }> {
  let counts = NOTHING_ERASED;
  let progress: ErasureProgress | undefined = from;
  for (let steps = 0; progress !== undefined && steps < STEPS_PER_CALL; steps += 1) {
    const step: ErasureStep = await STAGES[progress.stage](ports, {
      org,
      subject: subjectOf(progress),
      progress,
    });
    counts = addedCounts(counts, step.counts);
    progress = afterStep(step);
  }
  ports.telemetry.info('PersonErased', {
    orgId: org.orgId,
    done: progress === undefined,
    ...counts,
  });
  return progress === undefined ? { counts } : { counts, next: progress };
}

/** Who is meant: everybody with the address. */
export async function erasureByEmail(
  { mirror }: Pick<Ports, 'mirror'>,
  { orgId }: OrgState,
  email: string,
): Promise<ErasureProgress> {
  const addresses = [...new Set([plainAddress(email), email.toLowerCase()])];
  for (const address of addresses) {
    refuseLive(await mirror.findByEmail(orgId, address));
  }
  return { stage: 'find', place: '', addresses: [plainAddress(email)], ids: [] };
}

/** Who is meant: the record, and everybody with its address. */
export async function erasureByRecord(
  { mirror }: Pick<Ports, 'mirror'>,
  { orgId, objects }: OrgState,
  id: RecordId,
): Promise<ErasureProgress> {
  const found = await Promise.all(
    Object.keys(objects).map((object) => mirror.get(orgId, object, id)),
  );
  const records = found.filter((record) => record !== undefined);
  refuseLive(records);
  return { stage: 'find', place: '', addresses: records.flatMap(addressesOf), ids: [id] };
}

function subjectOf({ addresses, ids }: ErasureProgress): DataSubject {
  return { addresses: new Set(addresses), ids: new Set(ids) };
}

function afterStep({ progress, place }: ErasureStep): ErasureProgress | undefined {
  if (place !== undefined) return { ...progress, place };
  const stage = ERASURE_STAGES[ERASURE_STAGES.indexOf(progress.stage) + 1];
  return stage === undefined ? undefined : { ...progress, stage, place: '' };
}
