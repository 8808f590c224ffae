import type { FieldValues } from '../../../schema/schema.ts';
import { recordOf } from './chunk-steps.ts';
import { DmlRow } from './dml-row.ts';
import { type SaveWorld, saveRows } from './save-rows.ts';
import { TriggerFailure } from './trigger-runner.ts';

export interface MergeInput {
  readonly object: string;
  readonly winnerId: string;
  /** What the caller set on the winner. */
  readonly changes: FieldValues;
  /** One or two, 18 characters. */
  readonly loserIds: readonly string[];
}

/**
 * Merges as the platform orders it (Apex Developer Guide, Triggers and Merge Statements): delete triggers of the
 * losers, with MasterRecordId set in the after-delete ones; children move silently; then the winner is updated with
 * its triggers.
 *
 * @throws UncatchableError with everything undone
 */
export function mergeRows(world: SaveWorld, input: MergeInput): DmlRow {
  const winner = new DmlRow(input.object, 'update', input.winnerId, input.changes);
  const start = world.unit.savepoint();
  try {
    deleteLosers(world, input, winner);
    if (!winner.failed) {
      saveRows(world, [winner], true);
    }
    if (winner.failed) {
      start.rollback();
    }
  } catch (error) {
    start.rollback();
    if (!(error instanceof TriggerFailure)) {
      throw error;
    }
    winner.fail({ code: error.code, message: error.message, fields: [] });
  } finally {
    start.release();
  }
  return winner;
}

function deleteLosers(world: SaveWorld, input: MergeInput, winner: DmlRow): void {
  const { store, triggers, context } = world;
  const schema = world.schema.require(input.object);
  const before = store.readMany(schema.name, input.loserIds);
  const losers = input.loserIds.flatMap((id) => {
    const values = before.get(id);
    return values === undefined ? [] : [recordOf(schema, values).freeze()];
  });
  triggers.run(schema.name, 'before delete', { oldRecords: losers });
  for (const loser of losers) {
    winner.failByTrigger(loser);
  }
  if (winner.failed) {
    return;
  }
  winner.attempt(() => {
    store.merge(schema.name, input.winnerId, input.loserIds, context);
  });
  if (!winner.failed) {
    const merged = losers.map((loser) => {
      const copy = loser.copy();
      copy.load('MasterRecordId', input.winnerId);
      return copy.freeze();
    });
    triggers.run(schema.name, 'after delete', { oldRecords: merged });
    for (const loser of merged) {
      winner.failByTrigger(loser);
    }
  }
}
