import type { DuplicateMatches, DuplicateResult } from '../duplicate-result.ts';
import { OrgError } from '../errors.ts';
import type {
  DuplicateRule,
  FilterLogic,
  MatchRule,
  ObjectSchema,
  Schema,
} from '../schema/schema.ts';
import type { Database } from './database.ts';
import type { Draft } from './rules.ts';
import { encode, quote, tableOf } from './tables.ts';

/** What one matching rule finds at most, as in Salesforce. */
const MOST_MATCHES = 100;

/**
 * Duplicate rules: whether a record that is saved is like others that are there. The first rule that finds some decides.
 * They run where the save says so (`SaveContext.duplicates`); what the platform itself writes, merges, undeletes and
 * conversions do not ask them.
 */
export class Duplicates {
  readonly #schema: Schema;
  readonly #database: Database;
  readonly #queries = new WeakMap<MatchRule, string>();

  constructor(schema: Schema, database: Database) {
    this.#schema = schema;
    this.#database = database;
  }

  /** @throws OrgError DUPLICATES_DETECTED with what was found */
  check(draft: Draft): void {
    const { object, context, id } = draft;
    const { duplicates } = context;
    if (duplicates === undefined || object.duplicateRules === undefined) return;
    for (const rule of object.duplicateRules) this.#checkRule(draft, rule);
    // Records of one save are compared with what was there before, not with each other.
    duplicates.sameSave.add(id);
  }

  #checkRule(draft: Draft, rule: DuplicateRule): void {
    const action = draft.before === undefined ? rule.onInsert : rule.onUpdate;
    const mayAlert = action === 'alert' && draft.context.duplicates?.allowSave !== true;
    if (action !== 'block' && !mayAlert) return;
    const matches = rule.matchRules
      .filter((match) => isConcerned(draft, match))
      .map((match) => this.#find(draft, rule, match))
      .filter(({ ids }) => ids.length > 0);
    if (matches.length === 0) return;
    const { name, message } = rule;
    const object = draft.object.name;
    const found: DuplicateResult = {
      rule: name,
      object,
      allowSave: action === 'alert',
      message,
      matches,
    };
    throw new OrgError('DUPLICATES_DETECTED', message, { duplicates: found });
  }

  #find({ row, id, context }: Draft, rule: DuplicateRule, match: MatchRule): DuplicateMatches {
    const { sameSave = new Set<string>(), sees } = context.duplicates ?? {};
    const values = match.criteria.map(({ inputField }) => encode(row[inputField]));
    const limit = MOST_MATCHES + 1 + sameSave.size;
    const ids = this.#database
      .rows(this.#queryOf(match), ...values, limit)
      .map(([found]) => String(found))
      .filter((found) => found !== id && !sameSave.has(found))
      .filter((found) => !rule.enforcesSharing || (sees?.(match.object, found) ?? true));
    return { rule: match.name, object: match.object, ids: ids.slice(0, MOST_MATCHES) };
  }

  #queryOf(match: MatchRule): string {
    const known = this.#queries.get(match);
    if (known !== undefined) return known;
    const object = this.#schema.require(match.object);
    const { name, hasIsDeleted } = tableOf(object);
    const alive = hasIsDeleted ? '"IsDeleted" = 0 AND ' : '';
    const limit = `?${match.criteria.length + 1}`;
    const condition = logicSql(match, match.logic);
    const sql = `SELECT "Id" FROM ${name} WHERE ${alive}${condition} ORDER BY "Id" LIMIT ${limit}`;
    this.#queries.set(match, sql);
    return sql;
  }
}

/** An edit is asked about only when it changes what is compared. */
function isConcerned({ before, row }: Draft, { criteria }: MatchRule): boolean {
  return (
    before === undefined ||
    criteria.some(({ inputField }) => before[inputField] !== row[inputField])
  );
}

/** Criterion n is parameter n; a missing value is like no other unless the rule says so. */
function logicSql(match: MatchRule, logic: FilterLogic): string {
  if (typeof logic === 'object') {
    const operands = logic.operands.map((operand) => logicSql(match, operand));
    return `(${operands.join(` ${logic.operator} `)})`;
  }
  const criterion = match.criteria[logic - 1];
  if (criterion === undefined) throw new Error(`${match.name} has no criterion ${logic}`);
  return `${quote(criterion.field)} ${criterion.matchesBlanks ? 'IS' : '='} ?${logic}`;
}

/** Fields that some rule compares, by the object they are searched in: they need an index. */
export function comparedFields(objects: Iterable<ObjectSchema>): Map<string, Set<string>> {
  const compared = new Map<string, Set<string>>();
  for (const { duplicateRules = [] } of objects) {
    for (const { object, criteria } of duplicateRules.flatMap(({ matchRules }) => matchRules)) {
      const fields = compared.get(object) ?? new Set();
      for (const { field } of criteria) fields.add(field.toLowerCase());
      compared.set(object, fields);
    }
  }
  return compared;
}
