import type { ObjectSchema, Schema, SharingModel } from '../schema/schema.ts';
import { joinSql, type Sql, sql, wrapSql } from '../soql/sql-builder.ts';
import { quote, tableName } from '../store/tables.ts';
import type { Grants } from './grants.ts';
import { objectAccess } from './object-access.ts';

/** Look-ups whose record decides about the record that holds them. */
const controllers: ReadonlyMap<string, readonly string[]> = new Map([
  ['Contact', ['AccountId']],
  ['Task', ['WhoId', 'WhatId']],
  ['Event', ['WhoId', 'WhatId']],
  ['EventRelation', ['EventId']],
  ['TaskRelation', ['TaskId']],
  ['EventWhoRelation', ['EventId']],
  ['TaskWhoRelation', ['TaskId']],
  ['OpportunityContactRole', ['OpportunityId']],
  ['CampaignMember', ['CampaignId']],
]);

/** The org-wide default of an object: what its file says, else a new org's. */
function sharingModelOf(object: ObjectSchema): SharingModel {
  if (object.sharingModel !== undefined) return object.sharingModel;
  return controllersOf(object).length > 0 ? 'ControlledByParent' : 'ReadWrite';
}

function controllersOf(object: ObjectSchema): readonly string[] {
  const standard = controllers.get(object.name);
  if (standard) return standard;
  if (object.kind !== 'custom') return [];
  const isMaster = (field: { cascadeDelete: boolean; nillable: boolean }): boolean =>
    field.cascadeDelete && !field.nillable;
  return [...object.fields.values()].filter(isMaster).map(({ name }) => name);
}

/** What a user does with a record: deleting takes ownership, whatever the org-wide default says. */
export type RecordUse = 'read' | 'edit' | 'delete';

/**
 * Which records a user may use, as SQL over a row's alias: by org-wide defaults, by ownership and the role hierarchy,
 * by View All and Modify All. Sharing rules, teams, manual shares and territories are not part of this org.
 */
export class Sharing {
  readonly #schema: Schema;
  readonly #grants: Grants;
  #aliases = 0;

  /** @param schema the whole org's: a record the user may not see can decide about one the user may */
  constructor(schema: Schema, grants: Grants) {
    this.#schema = schema;
    this.#grants = grants;
  }

  /** Undefined when all records are open; the parameters take the user from the run. */
  filter(object: ObjectSchema, alias: string, use: RecordUse): Sql | undefined {
    const { viewAll, modifyAll } = objectAccess(object, this.#grants);
    if (modifyAll || (use === 'read' && viewAll)) return undefined;
    switch (sharingModelOf(object)) {
      case 'ReadWrite':
        return use === 'delete' ? owned(object, alias) : undefined;
      case 'Read':
        return use === 'read' ? undefined : owned(object, alias);
      case 'Private':
        return owned(object, alias);
      case 'ControlledByParent':
        return this.#byParents(object, alias, use);
    }
  }

  /** The owner, and who may use every parent there is. Without a parent it is the owner's alone. */
  #byParents(object: ObjectSchema, alias: string, use: RecordUse): Sql {
    const lookups = controllersOf(object);
    // What hangs on a record may go when the record may be edited.
    const parentUse = use === 'read' ? 'read' : 'edit';
    const each = lookups.map((lookup) => this.#byParent(object, lookup, alias, parentUse));
    const some = lookups.map((name) => `${alias}.${quote(name)} IS NOT NULL`).join(' OR ');
    const byParents = joinSql([sql(`(${some})`), ...each], ' AND ');
    const owner = owned(object, alias);
    return owner ? wrapSql('(', joinSql([owner, byParents], ' OR '), ')') : byParents;
  }

  #byParent(object: ObjectSchema, lookup: string, alias: string, use: RecordUse): Sql {
    const field = object.fields.get(lookup.toLowerCase());
    const column = `${alias}.${quote(lookup)}`;
    const branches: Sql[] = [sql(`${column} IS NULL`)];
    for (const name of field?.referenceTo ?? []) {
      const parent = this.#schema.require(name);
      const row = `s${this.#aliases++}`;
      const inner = this.filter(parent, row, use);
      const isOfType = `substr(${column}, 1, 3) = '${parent.keyPrefix}'`;
      if (!inner) branches.push(sql(isOfType));
      else {
        const from = `${tableName(parent.name)} AS ${row} WHERE ${row}."Id" = ${column} AND `;
        branches.push(wrapSql(`(${isOfType} AND EXISTS (SELECT 1 FROM ${from}`, inner, '))'));
      }
    }
    return wrapSql('(', joinSql(branches, ' OR '), ')');
  }
}

/** Owned by the user or by somebody in a role below the user's; a user owns himself. Undefined for objects without owner. */
function owned(object: ObjectSchema, alias: string): Sql | undefined {
  if (object.name === 'User') return sql(`${alias}."Id" = ?`, ({ userId }) => userId);
  if (!object.fields.has('ownerid')) return undefined;
  return sql(
    `${alias}."OwnerId" IN (
       WITH RECURSIVE me(id) AS (SELECT ?),
         below(id) AS (
           SELECT r."Id" FROM "o_userrole" AS r, "o_user" AS u, me
            WHERE u."Id" = me.id AND r."ParentRoleId" = u."UserRoleId"
           UNION
           SELECT r."Id" FROM "o_userrole" AS r JOIN below ON r."ParentRoleId" = below.id)
       SELECT id FROM me UNION ALL
       SELECT u."Id" FROM "o_user" AS u WHERE u."UserRoleId" IN (SELECT id FROM below))`,
    ({ userId }) => userId,
  );
}
