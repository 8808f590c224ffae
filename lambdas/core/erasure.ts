import * as z from 'zod/mini';
import { AppError } from './errors.ts';
import { type RecordId, recordId, toId18 } from './ids.ts';

/**
 * The erasing of a person, in the order of its stages: first who it is, last the mirror, which tells who it is. So an
 * erasure that stops anywhere can be begun again.
 */
export const ERASURE_STAGES = ['find', 'feed', 'activities', 'stores', 'mirror'] as const;
export type ErasureStage = (typeof ERASURE_STAGES)[number];

/** Where an erasure stands; whoever asked for it holds it between two calls. */
export interface ErasureProgress {
  readonly stage: ErasureStage;
  /** Within the stage; empty = its beginning. Only the stage understands it. */
  readonly place: string;
  readonly addresses: readonly string[];
  readonly ids: readonly RecordId[];
}

/** What one call took away, and what it left. Numbers alone: whoever reads them learns nothing of the person. */
export interface ErasureCounts {
  /** Records of the mirror that lost what the org does not show any more. */
  readonly records: number;
  readonly feedEvents: number;
  readonly activities: number;
  readonly deadLetters: number;
  /** Notes of people created in Salesforce. */
  readonly creations: number;
  readonly connections: number;
  /** Settings of activities that named the person. */
  readonly settings: number;
  /** Lines of the log of changes. */
  readonly changes: number;
  readonly findings: number;
  /** Left: live records that name the person, because Salesforce does. */
  readonly stillShown: number;
  /** Left: activities that are being written just now. */
  readonly busy: number;
}

export const NOTHING_ERASED: ErasureCounts = {
  records: 0,
  feedEvents: 0,
  activities: 0,
  deadLetters: 0,
  creations: 0,
  connections: 0,
  settings: 0,
  changes: 0,
  findings: 0,
  stillShown: 0,
  busy: 0,
};

/** One person has no more; more would be a mailing list or a mistake. */
const MAX_RECORDS = 500;

const progressSchema = z.strictObject({
  stage: z.enum(ERASURE_STAGES),
  place: z.string().check(z.maxLength(200)),
  addresses: z.array(z.string().check(z.maxLength(320))).check(z.maxLength(MAX_RECORDS)),
  ids: z
    .array(z.string().check(z.refine((id) => toId18(id) === id)))
    .check(z.maxLength(MAX_RECORDS)),
});

export function erasureText(progress: ErasureProgress): string {
  return Buffer.from(JSON.stringify(progress)).toString('base64url');
}

/** @throws AppError invalid-input for what no erasure gave */
export function parseErasure(text: string): ErasureProgress {
  const parsed = progressSchema.safeParse(jsonOf(Buffer.from(text, 'base64url').toString()));
  if (parsed.success) return { ...parsed.data, ids: parsed.data.ids.map((id) => recordId(id)) };
  throw new AppError('invalid-input', 'body/after: no `next` of an erasure.', {
    pointer: '/after',
  });
}

export function addedCounts(left: ErasureCounts, right: Partial<ErasureCounts>): ErasureCounts {
  const names = Object.keys(NOTHING_ERASED) as (keyof ErasureCounts)[];
  const sums = names.map((name) => [name, left[name] + (right[name] ?? 0)]);
  return Object.fromEntries(sums) as unknown as ErasureCounts;
}

/** @throws AppError unprocessable for more records than a person has */
export function withIds(progress: ErasureProgress, more: readonly RecordId[]): ErasureProgress {
  const ids = [...new Set([...progress.ids, ...more])];
  if (ids.length <= MAX_RECORDS) return { ...progress, ids };
  throw new AppError(
    'unprocessable',
    `Over ${MAX_RECORDS} records of the mirror have this address, deleted ones included: it is no person's. Erase them by their record ids.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
