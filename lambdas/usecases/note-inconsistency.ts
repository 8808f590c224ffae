import type { ObjectPlan } from '#core/apply-plan.ts';
import type { RecordId } from '#core/ids.ts';
import type { ObjectState, OrgState } from '#core/org.ts';
import type { WriteOutcome } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import { type StartPassPorts, startPass } from './start-pass.ts';

/**
 * R6: an update of a record that the mirror should have known and did not, shows that it misses others too. Starts a
 * secondary audit of the object, one a day.
 */
export async function noteInconsistency(
  ports: StartPassPorts & Pick<Ports, 'telemetry'>,
  org: OrgState,
  object: string,
  state: ObjectState,
  plan: Pick<ObjectPlan, 'updated' | 'introduced' | 'redelivered'>,
  outcomes: readonly WriteOutcome[],
): Promise<void> {
  if (state.completeThroughMs === undefined) return;
  const missed = outcomes.filter(
    (result) =>
      wasMissed(result, plan.redelivered) &&
      plan.updated.has(result.record.id) &&
      !plan.introduced.has(result.record.id),
  );
  if (missed.length === 0) return;
  ports.telemetry.warn('MirrorInconsistent', { orgId: org.orgId, object, records: missed.length });
  await ports.orgs.count(org.orgId, { inconsistencies: missed.length });
  const day = new Date(ports.clock.now()).toISOString().slice(0, 10);
  await startPass(ports, {
    orgId: org.orgId,
    kind: 'audit',
    // Starting a pass of the same id again starts nothing: one a day.
    id: `secondary-${object}-${day}`,
    reason: `An update came for a record of ${object} that the mirror did not know.`,
    objects: [object],
    compare: true,
  });
}

/** New to the mirror, no tombstone, and by its CreatedDate older than what was proven complete. */
function wasMissed({ outcome, record }: WriteOutcome, redelivered: ReadonlySet<RecordId>): boolean {
  const { id, revision, lastChange, fields } = record;
  // A first delivery may have written the record, and stopped before it was counted.
  const written = outcome === 'applied' || (outcome === 'unchanged' && redelivered.has(id));
  if (!written || revision !== 1 || lastChange.type !== 'record.refreshed') return false;
  return typeof fields['CreatedDate'] === 'string';
}
