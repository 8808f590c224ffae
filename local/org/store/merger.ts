import { OrgError } from '../errors.ts';
import type { ChildRelationship, ObjectSchema } from '../schema/schema.ts';
import type { RecordKey, SaveContext } from './record-store.ts';
import type { BinDeps, RecycleBin } from './recycle-bin.ts';
import { joinTwins } from './rules/activity-relations.ts';
import { refreshLastActivity } from './rules/last-activity.ts';
import { storedChildren } from './stored-children.ts';
import { stampOf } from './times.ts';
import { entityIsDeleted } from './writer.ts';

const maxLosers = 2;

/** Merges records: the losers' children move to the winner, the losers go to the Recycle Bin pointing at it. */
export class Merger {
  readonly #deps: BinDeps;
  readonly #bin: RecycleBin;

  constructor(deps: BinDeps, bin: RecycleBin) {
    this.#deps = deps;
    this.#bin = bin;
  }

  /** @returns the losers, then the children that moved */
  merge(
    object: ObjectSchema,
    winnerId: string,
    loserIds: readonly string[],
    context: SaveContext,
  ): RecordKey[] {
    this.#check(object, winnerId, loserIds);
    const stamp = stampOf(context.nowMs);
    const losers = loserIds.map((id) => ({ object: object.name, id }));
    const moved: RecordKey[] = [];
    for (const loser of loserIds) {
      for (const relationship of storedChildren(this.#deps.schema, object.name)) {
        if (relationship.field === 'MasterRecordId') continue;
        moved.push(...this.#moveChildren(relationship, loser, winnerId, stamp));
      }
      this.#bin.retire(object, loser, winnerId, context);
    }
    this.#deps.rows.update(object, winnerId, {
      LastModifiedDate: stamp,
      LastModifiedById: context.userId,
      SystemModstamp: stamp,
    });
    joinTwins(winnerId, stamp, this.#deps);
    const relation = object.name === 'Account' ? 'AccountId' : 'WhoId';
    refreshLastActivity([{ [relation]: winnerId }], stamp, this.#deps);
    return [...losers, ...moved];
  }

  #check(object: ObjectSchema, winnerId: string, loserIds: readonly string[]): void {
    if (!object.mergeable) {
      throw new OrgError(
        'INVALID_TYPE_FOR_OPERATION',
        `entity type ${object.name} does not support merge`,
      );
    }
    if (loserIds.length === 0 || loserIds.length > maxLosers) {
      throw new OrgError(
        'INVALID_ARGUMENT',
        `Between 1 and ${maxLosers} records can be merged into one`,
      );
    }
    if (loserIds.includes(winnerId) || new Set(loserIds).size < loserIds.length) {
      throw new OrgError('INVALID_ARGUMENT', 'Cannot merge a record with itself');
    }
    for (const id of [winnerId, ...loserIds]) {
      const state = this.#deps.rows.stateOf(object, id);
      if (state === 'missing')
        throw new OrgError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
      if (state === 'deleted') throw entityIsDeleted();
    }
  }

  #moveChildren(
    relationship: ChildRelationship,
    from: string,
    to: string,
    stamp: string,
  ): RecordKey[] {
    const { rows, schema } = this.#deps;
    const child = schema.require(relationship.childObject);
    const stamps = child.fields.has('systemmodstamp') ? { SystemModstamp: stamp } : {};
    const ids = rows.idsWhere(child, relationship.field, from);
    for (const id of ids) {
      // The winner may be a member of the same campaign already, or the child may be the winner itself.
      if (child.name === 'CampaignMember' && this.#isTwin(child, relationship.field, id, to))
        this.#drop(child, id, stamp);
      else rows.update(child, id, { [relationship.field]: id === to ? null : to, ...stamps });
    }
    return ids.map((id) => ({ object: child.name, id }));
  }

  #isTwin(member: ObjectSchema, field: string, id: string, winnerId: string): boolean {
    if (field === 'LeadOrContactId') return false;
    const campaign = this.#deps.rows.value(member.name, id, 'CampaignId');
    return this.#deps.rows
      .idsWhere(member, field, winnerId)
      .some((other) => this.#deps.rows.value(member.name, other, 'CampaignId') === campaign);
  }

  #drop(object: ObjectSchema, id: string, stamp: string): void {
    this.#deps.rows.erase(object, id);
    this.#deps.deletions.log({ object: object.name, id }, id, stamp, false);
  }
}
