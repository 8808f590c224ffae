import type { Examination, Fault } from './examination.ts';
import type { OrgId } from './ids.ts';
import type { PauseCause } from './quota.ts';
import type { SyncUserCheck } from './sync-user.ts';

/** What the mirror holds of an object. */
export interface FieldSet {
  /**
   * Declared spelling, sorted; without compound, base64 and other fields the mirror never holds, and without `Id`,
   * `SystemModstamp`, `IsDeleted` and `MasterRecordId`, which a record's version and state stand for.
   */
  readonly fields: readonly string[];
  /** `*` when conditions are off (every readable field), else the conditions hash (core/conditions.ts). */
  readonly hash: string;
  /** Of `fields`, formulas and roll-ups: they change without a stamp, so nothing is proven of their values. */
  readonly calculated?: readonly string[];
}

export interface ObjectState {
  readonly fieldSet: FieldSet;
  /** Proven complete through (R9), Salesforce's clock, ms; absent before the first audit. */
  readonly completeThroughMs?: number;
  /**
   * What was saved from here on was to be read and was not, because a pass failed; Salesforce's clock, ms. The sweep
   * has it read again.
   */
  readonly gapSinceMs?: number;
  /** Through when a sweep or an audit has read whole records, Salesforce's clock, ms: where the next sweep begins. */
  readonly sweptThroughMs?: number;
  /** Rows at the end of the last sweep or audit: what the org showed, and what the mirror held alive. */
  readonly counted?: RowCount;
  /**
   * The Sync User sees every record of the object (View All). Only then are values from notices taken (R3): Apex
   * reads without regard to sharing. Absent = not known, records are read.
   */
  readonly viewAll?: boolean;
}

export interface RowCount {
  readonly org: number;
  readonly mirror: number;
  /** Receiver's clock, ms. What is saved meanwhile may be in one of them only. */
  readonly atMs: number;
}

/** Sync Conditions as pushed to the org: off, or the listed fields per object. */
export type Conditions =
  | { readonly on: false }
  | { readonly on: true; readonly objects: FieldsByObject };

/** R7. `epoch` counts mode changes; work started under another epoch is ignored. */
export interface SyncMode {
  readonly name: 'realtime' | 'interval' | 'closing';
  /** Receiver's clock, ms. */
  readonly sinceMs: number;
  readonly epoch: number;
  /** Interval: when the last pass began. */
  readonly lastPassAtMs?: number;
  /** Closing: when the first notice arrived, receiver's clock, ms; a pass must reach beyond it (`closingBoundMs`). */
  readonly closeThroughMs?: number;
}

export type OrgPhase = 'not-installed' | 'setting-up' | 'auditing' | 'active' | 'removed';

/** One connected org. Changed only by compare-and-swap on `revision`. */
export interface OrgState {
  readonly orgId: OrgId;
  readonly revision: number;
  readonly name: string;
  /** `https://….my.salesforce.com`, no trailing slash: the only host that gets a token. */
  readonly instanceUrl: string;
  readonly loginUrl: string;
  /** `66.0` */
  readonly apiVersion: string;
  readonly syncUser: { readonly id: string; readonly username: string };
  readonly phase: OrgPhase;
  /** By an admin's choice no package is looked for: the org is in interval sync for good. */
  readonly pollOnly?: true;
  /** Since when this phase holds, ms. */
  readonly phaseSinceMs: number;
  /** Last thing that went wrong, one sentence; cleared by success. */
  readonly problem?: string;
  readonly mode: SyncMode;
  readonly conditions: Conditions;
  /** Since when notices carry another conditions hash than ours, ms: the rows in the org need repair. */
  readonly conditionsDriftedAtMs?: number;
  /** Why the org did not take the rows that its synced fields need; cleared when it does. */
  readonly conditionsRefused?: string;
  /** By object API name. */
  readonly objects: Readonly<Record<string, ObjectState>>;
  /** R13: fields that parts of the product read, by consumer (a rule, a template …), then by object. */
  readonly fieldUses?: Readonly<Record<string, FieldsByObject>>;
  /** Fields that were mirrored until the org deleted them, or the Sync User lost access. */
  readonly retiredFields?: FieldsByObject;
  /** When the org's fields were last compared with what is mirrored, ms. */
  readonly fieldsComparedAtMs?: number;
  /** When each of the proofs that run while Apex is healthy was last begun (R9, R16), receiver's clock, ms. */
  readonly proofs?: { readonly [Proof in ProofName]?: number };
  /** How often a sweep runs, ms, from 15 minutes to 24 hours; absent = 6 hours. */
  readonly sweepEveryMs?: number;
  /** R14: our share of the org's daily API requests, 10 to 90 percent; absent = 70. */
  readonly quotaSharePercent?: number;
  /** Since when work waits for API requests, ms; and when admins were last told, by cause. */
  readonly quotaPause?: { readonly sinceMs: number };
  readonly quotaTold?: { readonly [Cause in PauseCause]?: number };
  /** What the org allots, as it last told. */
  readonly allocations?: Allocations;
  /** What Apex posts to, `https://host`, as it was written into the org. */
  readonly gatewayUrl?: string;
  /** Of the package in the org, as notices tell it, or as it was installed. */
  readonly packageVersion?: string;
  /** In front of the package's own names in the org; absent for a package without a namespace and for source. */
  readonly packageNamespace?: string;
  /** R18: how the Sync User was found at its last check. */
  readonly syncUserCheck?: SyncUserCheck;
  /** Salesforce has refused the Sync User since the last check. */
  readonly suspectSyncUser?: true;
  /** R17: while the package is awaited, how it is looked for. */
  readonly look?: PackageLook;
  /** The package's source was deployed from here: `0Af…` of the last time. */
  readonly deploymentId?: string;
  /** R8: what was last found while Apex was quiet. */
  readonly examination?: Examination;
  /** The org's synced fields are being rewritten because they differed; what was missed meanwhile must be read. */
  readonly conditionsRewriting?: true;
}

/** R17: looks every 10 seconds until `untilMs`, then every 15 minutes. Receiver's clock, ms. */
export interface PackageLook {
  readonly untilMs: number;
  /** Looks come one after the other, each sent by the one before; those of another chain are ignored. */
  readonly chain: number;
  readonly atMs?: number;
  /** What the last look found in the way: the package is there, and cannot be set up. */
  readonly obstacle?: Fault;
}

export type ProofName = 'sweep' | 'check' | 'relations';

/** By Salesforce's names (`DailyBulkV2QueryJobs` …); receiver's clock, ms. */
export interface Allocations {
  readonly atMs: number;
  readonly byName: Readonly<Record<string, { readonly max: number; readonly used: number }>>;
}

/** Field names by object API name. */
export type FieldsByObject = Readonly<Record<string, readonly string[]>>;

/** Hot values, each an atomic maximum or sum; kept apart from `OrgState`. All ms. */
export interface Liveness {
  readonly lastApexSeenAtMs?: number;
  readonly lastPingAtMs?: number;
  /** Per object: `at` of the newest applied notice. */
  readonly liveThroughMs: Readonly<Record<string, number>>;
  /**
   * Named counters: `noticesApplied`, `changesDropped`, `changesIgnored`, `writesApplied`, `writesStale`,
   * `writesUnchanged`, `ties`, `invisible`, `inconsistencies`, `ownWrites`,
   * `calendarChanges`, `calendarChangesLate`.
   */
  readonly counters: Readonly<Record<string, number>>;
}
