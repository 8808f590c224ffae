import { isSwept } from './field-sets.ts';
import type { Conditions, FieldsByObject, ObjectState, OrgState } from './org.ts';

/** How an object's mirrored fields changed because the org's did. Names sorted. */
export interface FieldChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Conditions without fields that the describes do not show any more. Objects that were not described stay as they are. */
export function withoutGone(conditions: Conditions, described: FieldsByObject): Conditions {
  if (!conditions.on) return conditions;
  const objects = Object.entries(conditions.objects).map(([object, fields]) => {
    const known = namesOf(described, object);
    return [
      object,
      known === undefined ? fields : fields.filter((field) => known.has(lower(field))),
    ];
  });
  const next = { on: true, objects: Object.fromEntries(objects) } as const;
  return JSON.stringify(next) === JSON.stringify(conditions) ? conditions : next;
}

/**
 * Conditions that list declared fields again: one that was lost left them, and is wanted back when the Sync User can
 * read it again. The same object when there is none.
 */
export function withDeclaredAgain(
  conditions: Conditions,
  org: Pick<OrgState, 'fieldUses'>,
  described: FieldsByObject,
): Conditions {
  if (!conditions.on) return conditions;
  const wanted = withUsedFields(conditions, org);
  if (!wanted.on) return conditions;
  let added = false;
  const objects = Object.entries(conditions.objects).map(([object, fields]) => {
    const listed = new Set(fields.map(lower));
    const known = namesOf(described, object);
    const lost = (wanted.objects[object] ?? []).filter((field) => {
      const again = !listed.has(lower(field)) && known?.has(lower(field)) === true;
      if (again) listed.add(lower(field));
      return again;
    });
    if (lost.length > 0) added = true;
    return [object, lost.length === 0 ? fields : [...fields, ...lost].sort()];
  });
  return added ? { on: true, objects: Object.fromEntries(objects) } : conditions;
}

/** By object, only where something changed. */
export function fieldChanges(
  before: Readonly<Record<string, ObjectState>>,
  after: Readonly<Record<string, ObjectState>>,
): Readonly<Record<string, FieldChange>> {
  const changes = Object.entries(after).flatMap(([object, { fieldSet }]) => {
    const held = Object.hasOwn(before, object) ? before[object]?.fieldSet.fields : undefined;
    const change = {
      added: without(fieldSet.fields, held ?? []),
      removed: without(held ?? [], fieldSet.fields),
    };
    return change.added.length + change.removed.length === 0 ? [] : [[object, change] as const];
  });
  return Object.fromEntries(changes);
}

/** The org's retired fields after a comparison: one that is held again is retired no longer. */
export function retiredAfter(
  { retiredFields = {} }: Pick<OrgState, 'retiredFields'>,
  changes: Readonly<Record<string, FieldChange>>,
): FieldsByObject {
  const retired = new Map(Object.entries(retiredFields));
  for (const [object, { added, removed }] of Object.entries(changes)) {
    const names = new Set([...without(retired.get(object) ?? [], added), ...removed]);
    if (names.size === 0) retired.delete(object);
    else retired.set(object, [...names].sort());
  }
  return Object.fromEntries(retired);
}

/** Who needs a field: consumers by lower-case field name, of one object. */
export function consumersOf(
  { fieldUses = {} }: Pick<OrgState, 'fieldUses'>,
  object: string,
): ReadonlyMap<string, readonly string[]> {
  const consumers = new Map<string, string[]>();
  for (const [consumer, uses] of Object.entries(fieldUses)) {
    for (const field of Object.hasOwn(uses, object) ? (uses[object] ?? []) : []) {
      consumers.set(lower(field), [...(consumers.get(lower(field)) ?? []), consumer]);
    }
  }
  return consumers;
}

/** R13: conditions that list what is used besides what was wanted; swept objects need no listing. */
export function withUsedFields(
  wanted: Conditions,
  { fieldUses = {} }: Pick<OrgState, 'fieldUses'>,
): Conditions {
  if (!wanted.on) return wanted;
  const objects = new Map(Object.entries(wanted.objects));
  for (const uses of Object.values(fieldUses)) {
    for (const [object, fields] of Object.entries(uses)) {
      if (isSwept(object)) continue;
      objects.set(object, [...(objects.get(object) ?? []), ...fields]);
    }
  }
  return { on: true, objects: Object.fromEntries(objects) };
}

function namesOf(described: FieldsByObject, object: string): ReadonlySet<string> | undefined {
  const names = Object.hasOwn(described, object) ? described[object] : undefined;
  return names && new Set(names.map(lower));
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  const taken = new Set(others);
  return names.filter((name) => !taken.has(name));
}

function lower(text: string): string {
  return text.toLowerCase();
}
