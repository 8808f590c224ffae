import type { ExecutionContext } from '../execution-context.ts';
import type { OrgServices } from '../org-services.ts';
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
