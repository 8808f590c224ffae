import type { Random } from '../../local/seeded-random.ts';
import { pick } from './pick.ts';
import { type Action, CRM_OBJECTS, type CrmObject, MERGEABLE } from './steps.ts';

/** A change as users and clients make it. */
export function planEdit(random: Random): Action {
  return planEditOf(random, CRM_OBJECTS);
}

/** A change of people and what they belong to, not of activities. */
export function planRecordEdit(random: Random): Action {
  return planEditOf(random, ['Account', 'Contact', 'Contact', 'Lead', 'Lead', 'Opportunity']);
}

function planEditOf(random: Random, objects: readonly CrmObject[]): Action {
  const object = pick(random, objects);
  const share = random.next();
  const count = 1 + random.integer(4);
  const kind = random.next();
  if (kind < 0.2) return { do: 'insert', object, count, pick: share };
  if (kind < 0.46) return { do: 'update', object, count, pick: share };
  if (kind < 0.6) return { do: 'delete', object, pick: share };
  if (kind < 0.68) return { do: 'undelete', object, pick: share };
  if (kind < 0.76) return { do: 'merge', object: pick(random, MERGEABLE), pick: share };
  if (kind < 0.81) return { do: 'convert', pick: share };
  if (kind < 0.87) {
    return { do: 'late', object, pick: share, delayMs: 1_000 + random.integer(590_000) };
  }
  if (kind < 0.9) return { do: 'locked', object, pick: share };
  const operation = pick(random, ['insert', 'update', 'update', 'delete'] as const);
  return { do: 'bulk', operation, object, count: 3 + random.integer(15), pick: share };
}

/** Several saves of one record, mostly within one second. */
export function planFlurry(random: Random): Action {
  return {
    do: 'flurry',
    object: pick(random, CRM_OBJECTS),
    pick: random.next(),
    saves: 2 + random.integer(2),
    apartMs: 50 + random.integer(random.next() < 0.8 ? 400 : 1_200),
    overtaken: random.next() < 0.5,
  };
}

/** What no trigger sees. */
export function planUntold(random: Random): Action {
  const object = pick(random, CRM_OBJECTS);
  const share = random.next();
  if (random.next() < 0.35) return { do: 'purge', object, pick: share };
  return { do: 'silent', object, count: 1 + random.integer(6), pick: share };
}
