import type { Fault } from '../../local/org/faults.ts';
import type { ActivityAction } from './activities/activity-actions.ts';
import type { ChannelFault } from './notice-channel.ts';
import type { FunctionName } from './receiver.ts';

/**
 * What happens in a simulation, as plain data: a history that can be cut down and run again. A record is chosen by a
 * share in [0, 1) of those that are there, so that a step means something whatever was cut before it.
 */
export type Action =
  | ActivityAction
  | {
      readonly do: 'insert';
      readonly object: CrmObject;
      readonly count: number;
      readonly pick: number;
    }
  | {
      readonly do: 'update';
      readonly object: CrmObject;
      readonly count: number;
      readonly pick: number;
    }
  | { readonly do: 'delete'; readonly object: CrmObject; readonly pick: number }
  | { readonly do: 'undelete'; readonly object: CrmObject; readonly pick: number }
  /** Purged from the Recycle Bin: no query shows it any more. */
  | { readonly do: 'purge'; readonly object: CrmObject; readonly pick: number }
  | { readonly do: 'merge'; readonly object: Mergeable; readonly pick: number }
  | { readonly do: 'convert'; readonly pick: number }
  /** By Bulk API: the org's own job runs while everything else goes on. */
  | {
      readonly do: 'bulk';
      readonly operation: 'insert' | 'update' | 'delete';
      readonly object: CrmObject;
      readonly count: number;
      readonly pick: number;
    }
  /** A change that no trigger sees: mass transfers, picklist replacements. */
  | {
      readonly do: 'silent';
      readonly object: CrmObject;
      readonly count: number;
      readonly pick: number;
    }
  /**
   * One record saved several times, from the beginning of a second on; `overtaken`: the first save's notice arrives
   * last.
   */
  | {
      readonly do: 'flurry';
      readonly object: CrmObject;
      readonly pick: number;
      readonly saves: number;
      readonly apartMs: number;
      readonly overtaken: boolean;
    }
  /** Stamped now, visible later. */
  | {
      readonly do: 'late';
      readonly object: CrmObject;
      readonly pick: number;
      readonly delayMs: number;
    }
  /** A client's save that the org refuses for a lock the first time. */
  | { readonly do: 'locked'; readonly object: CrmObject; readonly pick: number }
  /** Sharing takes records out of everybody's sight, or shows them again. */
  | { readonly do: 'hide'; readonly object: CrmObject; readonly pick: number }
  | { readonly do: 'show' }
  | { readonly do: 'channel'; readonly faults: readonly ChannelFault[] }
  | { readonly do: 'fault'; readonly fault: Fault; readonly forMs: number }
  | {
      readonly do: 'kill';
      readonly function: FunctionName;
      readonly calls: number;
      readonly when: 'before' | 'after';
    }
  | { readonly do: 'restart' }
  /** The admin ticks Disable in the org, for a while. */
  | { readonly do: 'disable'; readonly forMs: number }
  /** Somebody overwrites the token in the org, for a while. */
  | { readonly do: 'wrong-token'; readonly forMs: number }
  | { readonly do: 'conditions'; readonly on: boolean; readonly pick: number }
  /** Somebody edits the synced fields in the org by hand. */
  | { readonly do: 'drift'; readonly pick: number }
  /** The Sync User gains or loses View All, and the org is connected again. */
  | { readonly do: 'view-all'; readonly granted: boolean }
  /** Field-level security hides a field from the Sync User, or shows it again. */
  | {
      readonly do: 'field-access';
      readonly object: CrmObject;
      readonly pick: number;
      readonly readable: boolean;
    }
  /** The Sync User's permission set is taken away, for a while. */
  | { readonly do: 'permission-set'; readonly forMs: number }
  /** The Sync User is frozen, for a while: nothing can be read. */
  | { readonly do: 'freeze'; readonly forMs: number }
  /** Sync is switched off and on again by the API. */
  | { readonly do: 'switched-off'; readonly forMs: number }
  | { readonly do: 'rotate-token' }
  | { readonly do: 'refresh-fields' }
  /** A consumer declares what it reads. */
  | { readonly do: 'declare'; readonly object: CrmObject; readonly pick: number }
  | { readonly do: 'sweep-often'; readonly minutes: number }
  /** Other clients use up API requests of the org. */
  | { readonly do: 'spend'; readonly calls: number }
  | { readonly do: 'ping' }
  | { readonly do: 'audit' }
  | { readonly do: 'sync' }
  /** Fair weather from here on, until nothing is under way; then the mirror must be right without any pass. */
  | { readonly do: 'look' };

export interface Step {
  /** Its own randomness hangs on this, whatever is cut from the history. */
  readonly id: number;
  /** How long after the step before, ms. */
  readonly afterMs: number;
  readonly action: Action;
}

export type Planned = Omit<Step, 'id'>;

/** `fair`: trouble, but no change is kept from the receiver for good, so that it can be asked for the truth on the way. */
export type Weather = 'calm' | 'fair' | 'foul';

export const CRM_OBJECTS = [
  'Account',
  'Contact',
  'Lead',
  'Opportunity',
  'Task',
  'Event',
  'User',
] as const;
export type CrmObject = (typeof CRM_OBJECTS)[number];

export const MERGEABLE = ['Account', 'Contact', 'Lead'] as const;
type Mergeable = (typeof MERGEABLE)[number];

/** One line for a person who reads a history. */
export function describeStep({ id, afterMs, action }: Step): string {
  const { do: name, ...rest } = action;
  const details = Object.entries(rest).map(([key, value]) => `${key}=${textOf(value)}`);
  return `${id}: +${(afterMs / 1000).toFixed(1)} s ${name} ${details.join(' ')}`.trim();
}

function textOf(value: unknown): string {
  if (typeof value === 'number' && value < 1) return value.toFixed(3);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
