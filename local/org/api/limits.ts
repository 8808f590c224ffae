import { UsageMeter } from '../apex/engine/usage-meter.ts';
import type { DocumentStore } from '../store/record-store.ts';
import { CUSTOM_PERMISSION_SETS, LIMIT_MAXIMA, type LimitName } from './limit-table.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Allocations that the API itself uses up. */
type MeteredByApi =
  | 'DailyApiRequests'
  | 'DailyBulkV2QueryJobs'
  | 'DailyBulkV2QueryFileStorageMB'
  | 'DailyBulkApiBatches';

export interface OrgLimits {
  /** Counts use, parts of megabytes too; the caller asks `isSpent` first where the platform refuses. */
  use(limit: MeteredByApi, amount: number): void;
  used(limit: MeteredByApi): number;
  maximum(limit: LimitName): number;
  isSpent(limit: MeteredByApi): boolean;
  /** The body of `GET /limits`. */
  toJson(): Readonly<Record<string, unknown>>;
}

export interface OrgLimitsDeps {
  readonly documents: DocumentStore;
  readonly now: () => number;
  /** Differing maxima, e.g. `{DailyApiRequests: 100000}` for an Enterprise org. */
  readonly maxima?: Readonly<Partial<Record<LimitName, number>>>;
  /** Megabytes that the org's records take. */
  readonly dataStorageMB: () => number;
}

/** The org's rolling allocations, counted in its database. */
export function createOrgLimits(deps: OrgLimitsDeps): OrgLimits {
  const maximum = (limit: LimitName): number => deps.maxima?.[limit] ?? LIMIT_MAXIMA[limit];
  const meter = (limit: LimitName, windowMs: number, bucketMs: number): UsageMeter =>
    new UsageMeter({
      documents: deps.documents,
      name: limit,
      maximum: maximum(limit),
      windowMs,
      bucketMs,
      now: deps.now,
    });
  const meters = {
    DailyApiRequests: meter('DailyApiRequests', DAY_MS, HOUR_MS),
    DailyBulkV2QueryJobs: meter('DailyBulkV2QueryJobs', DAY_MS, HOUR_MS),
    DailyBulkV2QueryFileStorageMB: meter('DailyBulkV2QueryFileStorageMB', DAY_MS, HOUR_MS),
    DailyBulkApiBatches: meter('DailyBulkApiBatches', DAY_MS, HOUR_MS),
  };
  /** What the Apex engine counts, in buckets of its own length. */
  const engineMeters = {
    DailyAsyncApexExecutions: meter('DailyAsyncApexExecutions', DAY_MS, 15 * MINUTE_MS),
    HourlyPublishedPlatformEvents: meter('HourlyPublishedPlatformEvents', HOUR_MS, MINUTE_MS),
  };

  return {
    use: (limit, amount) => meters[limit].add(amount),
    used: (limit) => meters[limit].used(),
    maximum,
    isSpent: (limit) => meters[limit].used() >= maximum(limit),
    toJson() {
      const used: Partial<Record<LimitName, number>> = { DataStorageMB: deps.dataStorageMB() };
      for (const [name, one] of Object.entries({ ...meters, ...engineMeters })) {
        used[name as LimitName] = one.used();
      }
      const entries = (Object.keys(LIMIT_MAXIMA) as LimitName[]).map((name) => [
        name,
        limitJson(name, maximum(name), used[name] ?? 0),
      ]);
      return Object.fromEntries(entries);
    },
  };
}

function limitJson(name: LimitName, maximum: number, used: number): object {
  const item = { Max: maximum, Remaining: Math.max(Math.floor(maximum - used), 0) };
  if (name !== 'PermissionSets') return item;
  return {
    ...item,
    CreateCustom: { Max: CUSTOM_PERMISSION_SETS, Remaining: CUSTOM_PERMISSION_SETS },
  };
}
