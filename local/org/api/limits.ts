import { UsageMeter } from '../apex/engine/usage-meter.ts';
import type { DocumentStore } from '../store/record-store.ts';
import { CUSTOM_PERMISSION_SETS, LIMIT_MAXIMA, type LimitName } from './limit-table.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Allocations that the API itself uses up. */
type MeteredByApi = 'DailyApiRequests' | 'DailyBulkV2QueryJobs' | 'DailyBulkApiBatches';

export interface OrgLimits {
  /** Counts use; the caller asks `isSpent` first where the platform refuses. */
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
  /** Use that others count: what the Apex engine spends. */
  readonly usedElsewhere?: () => Readonly<Partial<Record<LimitName, number>>>;
}

/** The org's rolling allocations, counted in its database. */
export function createOrgLimits(deps: OrgLimitsDeps): OrgLimits {
  const maximum = (limit: LimitName): number => deps.maxima?.[limit] ?? LIMIT_MAXIMA[limit];
  const meter = (limit: MeteredByApi): UsageMeter =>
    new UsageMeter({
      documents: deps.documents,
      name: limit,
      maximum: maximum(limit),
      windowMs: DAY_MS,
      bucketMs: HOUR_MS,
      now: deps.now,
    });
  const meters = {
    DailyApiRequests: meter('DailyApiRequests'),
    DailyBulkV2QueryJobs: meter('DailyBulkV2QueryJobs'),
    DailyBulkApiBatches: meter('DailyBulkApiBatches'),
  };

  return {
    use: (limit, amount) => meters[limit].add(amount),
    used: (limit) => meters[limit].used(),
    maximum,
    isSpent: (limit) => meters[limit].used() >= maximum(limit),
    toJson() {
      const used: Partial<Record<LimitName, number>> = {
        ...deps.usedElsewhere?.(),
        DailyApiRequests: meters.DailyApiRequests.used(),
        DailyBulkV2QueryJobs: meters.DailyBulkV2QueryJobs.used(),
        DailyBulkApiBatches: meters.DailyBulkApiBatches.used(),
      };
      const entries = (Object.keys(LIMIT_MAXIMA) as LimitName[]).map((name) => [
        name,
        limitJson(name, maximum(name), used[name] ?? 0),
      ]);
      return Object.fromEntries(entries);
    },
  };
}

function limitJson(name: LimitName, maximum: number, used: number): object {
  const item = { Max: maximum, Remaining: Math.max(maximum - used, 0) };
  if (name !== 'PermissionSets') return item;
  return {
    ...item,
    CreateCustom: { Max: CUSTOM_PERMISSION_SETS, Remaining: CUSTOM_PERMISSION_SETS },
  };
}
