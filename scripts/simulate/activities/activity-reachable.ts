import { DEATHS } from '../histogram.ts';
import { TASK_KINDS } from './told.ts';

/** Everything about activities that seeds have to come across: what is missing here was never tried. */
export const ACTIVITY_REACHABLE: readonly string[] = [
  ...TASK_KINDS.map((kind) => `kind-${kind}`),
  ...['event', 'series', 'change', 'cancel'].map((kind) => `kind-calendar-${kind}`),
  ...['twins', 'edit'].map((kind) => `kind-${kind}`),
  ...['accepted', 'updated', 'duplicate', 'stale', 'refused', 'doubled', 'again'].map(
    (outcome) => `told-${outcome}`,
  ),
  ...['written', 'skipped', 'unresolved', 'failed', 'ahead', 'series'].map(
    (state) => `ended-${state}`,
  ),
  ...['Task', 'Event'].flatMap((object) => [`created-${object}`, `updated-${object}`]),
  ...[
    'answer-lost',
    'truncated-body',
    'reset',
    'slow',
    'session-expired',
    'request-limit',
    'too-many-requests',
    'server-error',
    'unavailable',
    'row-lock',
    'rows-locked',
  ].map((kind) => `fault-${kind}`),
  ...DEATHS,
  'delivery-repeated',
  ...['role', 'exclusions', 'retries', 'activities-died'].map((name) => `api-${name}`),
  'calendar-untold',
  'snapshot-taken',
  'snapshot-not-taken',
  'validation-begins',
  'validation-ends',
  'key-field-closed',
  'tidied',
  'frozen',
  'permission-set-taken',
  'spent-by-others',
  ...['connected', 'disconnected', 'frozen'].map((what) => `user-${what}`),
  ...['people-insert-Contact', 'people-insert-Lead', 'people-update-Contact'],
  'people-insert-OpportunityContactRole',
  ...['insert', 'update', 'delete', 'merge', 'conversion'].map((op) => `saved-${op}`),
];
