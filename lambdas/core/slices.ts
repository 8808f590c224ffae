import type { Job } from './pass.ts';
import { soqlTime } from './soql.ts';

/**
 * A part of an object that one Salesforce job reads (R11): records by CreatedDate, which never changes, so that no
 * record moves from one slice to another while they are read. Ms since the epoch; null = no bound.
 */
export interface Slice {
  readonly fromMs: number | null;
  /** Exclusive. */
  readonly toMs: number | null;
}

export const WHOLE_OBJECT: Slice = { fromMs: null, toMs: null };

/** No record of Salesforce is older. */
const OLDEST_MS = Date.UTC(1999, 0, 1);
/** What was created within so short a time is not split further. */
const SHORTEST_MS = 60_000;

/** The two halves of a slice by time; undefined when it is too short to split. */
export function halvesOf(
  { fromMs, toMs }: Slice,
  nowMs: number,
): readonly [Slice, Slice] | undefined {
  const from = fromMs ?? OLDEST_MS;
  const to = toMs ?? nowMs;
  if (to - from < 2 * SHORTEST_MS) return undefined;
  const middleMs = Math.floor((from + to) / 2_000) * 1_000;
  return [
    { fromMs, toMs: middleMs },
    { fromMs: middleMs, toMs },
  ];
}

/** SOQL that chooses a slice's records; undefined for the whole object. */
export function sliceCondition({ fromMs, toMs }: Slice): string | undefined {
  const bounds = [
    ...(fromMs === null ? [] : [`CreatedDate >= ${soqlTime(fromMs)}`]),
    ...(toMs === null ? [] : [`CreatedDate < ${soqlTime(toMs)}`]),
  ];
  return bounds.length === 0 ? undefined : bounds.join(' AND ');
}

/** The query of the slice that a job reads now. */
export function soqlOf({ soql, slices }: Pick<Job, 'soql' | 'slices'>): string {
  const condition = sliceCondition(slices?.[0] ?? WHOLE_OBJECT);
  return condition === undefined ? soql : andWhere(soql, condition);
}

/** A query of ours with one more condition. */
export function andWhere(soql: string, condition: string): string {
  return `${soql}${soql.includes(' WHERE ') ? ' AND' : ' WHERE'} ${condition}`;
}
