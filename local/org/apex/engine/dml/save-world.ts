import type { DuplicateOptions } from '../../../duplicate-result.ts';
import type { ExecutionContext } from '../execution-context.ts';
import type { OrgServices } from '../org-services.ts';
import type { DmlRow } from './dml-row.ts';
import type { SaveWorld } from './save-rows.ts';
import type { TriggerRunner } from './trigger-runner.ts';

/** What a save of that transaction works with, now. */
export function saveWorldOf(
  org: OrgServices,
  triggers: TriggerRunner,
  { unit, limits, userId }: ExecutionContext,
): SaveWorld {
  return {
    schema: org.schema,
    store: org.store,
    triggers,
    context: { nowMs: org.now(), userId },
    unit,
    limits,
  };
}

/** The same, for a save of these rows that duplicate rules are asked about. */
export function askingDuplicateRules(
  world: SaveWorld,
  { access }: OrgServices,
  rows: readonly DmlRow[],
  { allowSave, runAsCurrentUser }: DuplicateOptions,
): SaveWorld {
  const { userId } = world.context;
  const sees = (object: string, id: string): boolean =>
    access?.of(userId).records?.canUse(object, id, 'read') ?? true;
  const sameSave = new Set(rows.flatMap(({ id }) => id ?? []));
  const duplicates = { allowSave, sameSave, ...(runAsCurrentUser ? { sees } : {}) };
  return { ...world, context: { ...world.context, duplicates } };
}
