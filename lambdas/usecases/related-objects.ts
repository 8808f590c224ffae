import {
  LOOKUP_TARGETS,
  type LookupTarget,
  type RelatedObject,
} from '#core/activities/related-objects.ts';
import { AppError } from '#core/errors.ts';
import type { DescribedObject, Salesforce } from '#ports/salesforce.ts';

type Describing = Pick<Salesforce, 'describe'>;

export interface RelatableObject {
  readonly object: string;
  readonly label: string;
  readonly lookups: readonly {
    readonly field: string;
    readonly label: string;
    readonly to: LookupTarget;
  }[];
}

/** An admin who has more custom objects with activities than that picks by name. */
const MAX_LISTED = 100;

/**
 * Custom objects that take activities and point to a contact, an account or an opportunity. Costs a describe each, kept
 * for ten minutes.
 */
export async function listRelatableObjects(
  salesforce: Describing,
): Promise<readonly RelatableObject[]> {
  const objects: RelatableObject[] = [];
  for (const name of (await objectsWithActivities(salesforce)).slice(0, MAX_LISTED)) {
    const described = await salesforce.describe(name);
    const lookups = described === undefined ? [] : lookupsOf(described);
    if (described !== undefined && lookups.length > 0) {
      objects.push({ object: described.name, label: described.label, lookups });
    }
  }
  return objects;
}

/**
 * What an admin picked, in the describe's spelling.
 *
 * @throws AppError invalid-input naming the object or look-up, and why it cannot be related to
 */
export async function checkRelatedObjects(
  salesforce: Describing,
  picked: readonly Omit<RelatedObject, 'to'>[],
): Promise<readonly RelatedObject[]> {
  if (picked.length === 0) return [];
  const usable = await objectsWithActivities(salesforce);
  const checked: RelatedObject[] = [];
  for (const [place, one] of picked.entries()) {
    const pointer = `/relatedObjects/${place}`;
    const described = /__c$/i.test(one.object) ? await salesforce.describe(one.object) : undefined;
    if (described === undefined) {
      throw refusal(`${pointer}/object`, 'is no custom object that the Sync User sees');
    }
    if (!usable.includes(described.name)) {
      const reason = 'takes no activities: tick Allow Activities at the object in Setup';
      throw refusal(`${pointer}/object`, reason);
    }
    const lookup = one.lookup.toLowerCase();
    const found = lookupsOf(described).find(({ field }) => field.toLowerCase() === lookup);
    if (found === undefined) {
      const reason = `is no look-up of the object to ${LOOKUP_TARGETS.join(', ')}`;
      throw refusal(`${pointer}/lookup`, reason);
    }
    const { field, to } = found;
    const { beforeOpportunity } = one;
    checked.push({ object: described.name, lookup: field, to, beforeOpportunity });
  }
  return checked;
}

/** What was picked and is not there any more, or is not seen by the Sync User: nothing is related to it. */
export async function goneRelations(
  salesforce: Describing,
  picked: readonly Pick<RelatedObject, 'object' | 'lookup'>[],
): Promise<readonly string[]> {
  const gone = new Set<string>();
  for (const relation of picked) {
    if (!(await isThere(salesforce, relation))) gone.add(`${relation.object}.${relation.lookup}`);
  }
  return [...gone];
}

export async function isThere(
  salesforce: Describing,
  { object, lookup }: Pick<RelatedObject, 'object' | 'lookup'>,
): Promise<boolean> {
  const described = await salesforce.describe(object);
  return described?.fields.some(({ name }) => name === lookup) === true;
}

/** A record of an object that takes no activities cannot stand in Related To: Salesforce's describe of it says which can. */
async function objectsWithActivities(salesforce: Describing): Promise<readonly string[]> {
  const task = await salesforce.describe('Task');
  const relatedTo = task?.fields.find(({ name }) => name === 'WhatId');
  return (relatedTo?.referenceTo ?? []).filter((name) => /__c$/i.test(name));
}

function lookupsOf({ fields }: DescribedObject): RelatableObject['lookups'] {
  return fields.flatMap(({ name, label, referenceTo }) => {
    const to = LOOKUP_TARGETS.find((target) => referenceTo.includes(target));
    return to === undefined ? [] : [{ field: name, label, to }];
  });
}

function refusal(pointer: string, reason: string): AppError {
  return new AppError('invalid-input', `body${pointer} ${reason}.`, { pointer });
}
