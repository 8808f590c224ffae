import type { Faults } from '../faults.ts';

/** Ids (18 characters) of records that no client sees: as if their sharing had changed. */
export function hiddenIds(faults: Faults): ReadonlySet<string> {
  return new Set(faults.standing('hidden-records').flatMap(({ ids }) => ids));
}

export function withoutHidden(faults: Faults, ids: readonly string[]): readonly string[] {
  const hidden = hiddenIds(faults);
  return hidden.size === 0 ? ids : ids.filter((id) => !hidden.has(id));
}
