import type { DataSubject } from '#core/data-subject.ts';
import type { ErasureCounts, ErasureProgress } from '#core/erasure.ts';
import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import type { MirrorRecord } from '#core/record.ts';

/** What a stage of an erasure is to look at. */
export interface Erasing {
  readonly org: OrgState;
  readonly subject: DataSubject;
  readonly progress: ErasureProgress;
}

/** One page of a stage: what it did, and where to go on; no place = the stage is through. */
export interface ErasureStep {
  readonly counts: Partial<ErasureCounts>;
  readonly progress: ErasureProgress;
  readonly place?: string;
}

/**
 * A mirror cannot be without what Salesforce shows: the next pass would bring it back.
 *
 * @throws AppError conflict for the first record that is neither deleted nor hidden
 */
export function refuseLive(records: readonly MirrorRecord[]): void {
  const live = records.find(({ deleted, hidden }) => !deleted && !hidden);
  if (live === undefined) return;
  throw new AppError(
    'conflict',
    `Salesforce still shows ${live.object} ${live.id}: delete it there, or change its address, and erase once that is in the mirror.`,
  );
}
