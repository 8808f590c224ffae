/**
 * What happens to activities in a simulation, as plain data beside the actions on records. A person, user or activity is
 * chosen by a share in [0, 1) of those that are there when the step is carried out.
 */
export type ActivityAction =
  /** New activities of all kinds, in one request; `doubled`: the request is sent twice at once. */
  | {
      readonly do: 'log';
      readonly count: number;
      readonly doubled: boolean;
    }
  /** Two activities that say the same in the same minute: two Tasks. */
  | { readonly do: 'log-twins' }
  /** A higher version of something that was told before. */
  | { readonly do: 'log-edit'; readonly pick: number }
  /** What was told before is told again, word for word. */
  | { readonly do: 'log-again'; readonly pick: number; readonly count: number }
  /** A calendar event appears in its organiser's calendar. */
  | { readonly do: 'meet'; readonly recurring: boolean }
  /** It is moved, renamed, attended by others; `untold`: the change is lost on its way. */
  | { readonly do: 'meet-change'; readonly pick: number; readonly untold: boolean }
  | { readonly do: 'meet-cancel'; readonly pick: number; readonly untold: boolean }
  /** A user's whole calendar is told. */
  | { readonly do: 'snapshot'; readonly pick: number }
  /** An admin changes what a role logs, or whom nobody logs. */
  | { readonly do: 'role'; readonly pick: number }
  | { readonly do: 'exclusions'; readonly pick: number }
  /** Somebody with an address that activities name comes to Salesforce. */
  | { readonly do: 'meet-person'; readonly pick: number }
  /** A contact or lead gets another address. */
  | { readonly do: 'readdress'; readonly pick: number }
  /** A contact becomes the primary contact of a new opportunity. */
  | { readonly do: 'deal'; readonly pick: number }
  /** Somebody deletes a Task or Event that we wrote. */
  | { readonly do: 'tidy'; readonly pick: number }
  /** A validation rule refuses activities, for a while. */
  | { readonly do: 'validation'; readonly forMs: number }
  /** `Mixmax_Activity_Id__c` is closed to the Sync User, for a while. */
  | { readonly do: 'key-field'; readonly forMs: number }
  /** A user connects, so that what he does is written as himself. */
  | { readonly do: 'connect-user'; readonly pick: number }
  | { readonly do: 'disconnect-user'; readonly pick: number }
  /** Salesforce lets a user in no more, for a while. */
  | { readonly do: 'freeze-user'; readonly pick: number; readonly forMs: number }
  /** An admin has what failed tried once more. */
  | { readonly do: 'retry' };

const NAMES: ReadonlySet<string> = new Set<ActivityAction['do']>([
  'log',
  'log-twins',
  'log-edit',
  'log-again',
  'meet',
  'meet-change',
  'meet-cancel',
  'snapshot',
  'role',
  'exclusions',
  'meet-person',
  'readdress',
  'deal',
  'tidy',
  'validation',
  'key-field',
  'connect-user',
  'disconnect-user',
  'freeze-user',
  'retry',
]);

export function isActivityAction(action: { readonly do: string }): action is ActivityAction {
  return NAMES.has(action.do);
}
