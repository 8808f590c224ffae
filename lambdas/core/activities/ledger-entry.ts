import type { OrgId, RecordId } from '../ids.ts';
import type { Activity } from './activity.ts';
import type { Written } from './echo.ts';
import type { ChosenBy } from './match-person.ts';

export type ActivityState =
  /** Accepted; its message is on the queue. */
  | 'queued'
  /** Some worker has claimed it. */
  | 'writing'
  | 'written'
  /** Nothing was to be written; `skips` say why. */
  | 'skipped'
  /** An occurrence of a recurring event that is too far ahead (A56). */
  | 'ahead'
  /** A recurring event (A56): its occurrences are entries of their own. */
  | 'series'
  /** Somebody in it is not in Salesforce: kept, and looked for again. */
  | 'unresolved'
  /** As `unresolved`, and an admin leaves it so: nobody is looked for any more. */
  | 'ignored'
  /** Salesforce refused it, or it may have been written and nobody can tell; `problem` says which. */
  | 'failed';

export const ACTIVITY_STATES: readonly ActivityState[] = [
  'queued',
  'writing',
  'written',
  'skipped',
  'ahead',
  'series',
  'unresolved',
  'ignored',
  'failed',
];

/** One Task or Event of an activity. */
export interface LedgerRow {
  /** Stands in `Mixmax_Activity_Id__c`, so that a lost answer can be looked up. */
  readonly key: string;
  readonly object: 'Task' | 'Event';
  /** Of its first person among the people of the activity, 0 = the first. */
  readonly place: number;
  /** Absent until Salesforce has told it. */
  readonly recordId?: RecordId;
  /** Of an Event: the attending user's; a Task is its activity's user's. */
  readonly ownerId?: RecordId;
  /** It is to be deleted in Salesforce. */
  readonly remove?: true;
  /** What was last written of it; absent until something was. */
  readonly wrote?: Written;
  /** Names of the Task, the primary one first; none = unresolved. */
  readonly whoIds: readonly RecordId[];
  readonly whatId: RecordId | null;
  /** Of the first of `whoIds`: calls have it in their subject. */
  readonly whoName: string;
  /** Version of the activity that the row says. */
  readonly version: number;
  readonly chosenBy?: ChosenBy;
  readonly candidates?: number;
}

/** Somebody an activity is not logged on, and why. Positions count the people of the activity, 0 = the first. */
export interface Skip {
  readonly person: number;
  readonly reason: SkipReason;
}

type SkipReason =
  | 'kind-not-logged'
  | 'excluded-system-address'
  | 'excluded-address'
  | 'excluded-domain'
  | 'bcc-not-logged'
  | 'no-record'
  | 'no-user'
  | 'private';

/** What is known of one activity. Changed only by compare-and-swap on `revision` (0 = not stored yet). */
export interface LedgerEntry {
  readonly orgId: OrgId;
  /** The sender's id, or for meetings that of the meeting, action and user (row-key.ts). */
  readonly id: string;
  readonly revision: number;
  readonly version: number;
  /** Of the content at `version`. */
  readonly hash: string;
  readonly state: ActivityState;
  readonly stateSinceMs: number;
  readonly acceptedAtMs: number;
  readonly activity: Activity;
  /** The Salesforce user whose activity it is. */
  readonly userId: RecordId;
  readonly rows: readonly LedgerRow[];
  /** Records that were deleted again, the newest last. */
  readonly removed?: readonly RecordId[];
  readonly skips: readonly Skip[];
  /** Tries to write it since it was accepted or changed: the pauses between them grow. */
  readonly attempts: number;
  /** Those of them that Salesforce answered by refusing a row; outages do not count. */
  readonly refusals?: number;
  /** Who is writing it; over at `untilMs`, when no worker can live any more. */
  readonly claim?: { readonly token: string; readonly untilMs: number };
  /** A row may be in Salesforce without our knowing its id: look before writing. */
  readonly mayExist?: true;
  /** A newer version came while an older one was being written. */
  readonly changedMeanwhile?: true;
  /** Of an occurrence that nobody told of itself: the recurring event's id. */
  readonly series?: string;
  /** Of a recurring event: beginnings of the occurrences that are kept, and through when, ms. */
  readonly occurrences?: readonly string[];
  readonly throughMs?: number;
  /** Of a calendar event: users (lower case) whose calendar does not hold it any more, as a snapshot of it told. */
  readonly absent?: readonly string[];
  /** Contacts and leads that an admin picked, by `pickKey` of the address they stand for. */
  readonly picked?: Readonly<Record<string, RecordId>>;
  /** An admin wants it logged although something excludes it. */
  readonly override?: true;
  /** Last refusal: Salesforce's code and the fields it named, never a value. */
  readonly problem?: string;
}
