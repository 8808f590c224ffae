import { OrgError } from '../errors.ts';
import { idsInList } from '../schema/id-list.ts';
import { toId15 } from '../schema/ids.ts';
import type { FieldSchema, FieldValue, FieldValues, ObjectSchema } from '../schema/schema.ts';
import { nextAutoNumber } from './auto-number.ts';
import { checkRequired, checkValue, storedForm } from './checks.ts';
import { Duplicates } from './duplicates.ts';
import { rulesOf } from './object-rules.ts';
import type { DocumentStore, SaveContext } from './record-store.ts';
import { checkReference, checkUnique } from './references.ts';
import type { Draft, RuleDeps } from './rules.ts';
import { isComputed, isStored, tableOf } from './tables.ts';
import { stampOf } from './times.ts';
import { Validation } from './validation.ts';

export interface WriterDeps extends RuleDeps {
  readonly documents: DocumentStore;
}

/** Inserts and updates single records: defaults, derived fields, checks, stamps, the write, follow-ups. */
export class Writer {
  readonly #deps: WriterDeps;
  readonly #validation: Validation;
  readonly #duplicates: Duplicates;

  constructor(deps: WriterDeps) {
    this.#deps = deps;
    this.#validation = new Validation(deps.schema, deps.database);
    this.#duplicates = new Duplicates(deps.schema, deps.database);
  }

  withDefaults(object: ObjectSchema, values: FieldValues, context: SaveContext): FieldValues {
    const complete = { ...values };
    for (const field of object.fields.values()) {
      if (field.name in complete && !(field.type === 'boolean' && complete[field.name] === null))
        continue;
      const value = defaultOf(field, context);
      if (value !== undefined) complete[field.name] = value;
    }
    return complete;
  }

  /** Everything an insert would refuse is refused; nothing is written. For platform events, which have no table. */
  check(object: ObjectSchema, values: FieldValues, context: SaveContext): FieldValues {
    const row = this.withDefaults(object, values, context);
    for (const [name, value] of Object.entries(row)) {
      const field = object.fields.get(name.toLowerCase());
      if (field) row[name] = storedForm(field, value);
    }
    checkRequired(object, row);
    for (const field of object.fields.values()) checkValue(field, row[field.name] ?? null);
    return row;
  }

  insert(object: ObjectSchema, values: FieldValues, context: SaveContext): FieldValues {
    const draft = this.#newDraft(object, values, context);
    const rules = rulesOf(object);
    this.#nameById(draft);
    rules.derive?.(draft, this.#deps);
    checkRequired(object, draft.row);
    for (const field of tableOf(object).columns) this.#checkField(draft, field);
    rules.check?.(draft, this.#deps);
    this.#validation.check(draft);
    this.#duplicates.check(draft);
    this.#fillAutoNumber(draft);
    this.#deps.rows.insert(object, draft.row);
    rules.afterSave?.(draft, this.#deps);
    return this.#saved(draft);
  }

  /** @param byPlatform values of fields that only the platform writes */
  update(
    object: ObjectSchema,
    id: string,
    changes: FieldValues,
    context: SaveContext,
    byPlatform: FieldValues = {},
  ): FieldValues {
    const before = this.#deps.rows.read(object, id);
    if (!before) throw new OrgError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
    if (before['IsDeleted'] === true) throw entityIsDeleted();
    const draft = this.#changedDraft(object, before, changes, context);
    Object.assign(draft.row, byPlatform);
    const rules = rulesOf(object);
    rules.derive?.(draft, this.#deps);
    checkRequired(object, draft.row);
    for (const field of tableOf(object).columns) {
      if (draft.row[field.name] !== before[field.name]) this.#checkField(draft, field);
    }
    rules.check?.(draft, this.#deps);
    this.#validation.check(draft);
    this.#duplicates.check(draft);
    this.#deps.rows.update(object, id, difference(draft.row, before));
    rules.afterSave?.(draft, this.#deps);
    return this.#saved(draft);
  }

  /** What was written; what is computed comes by reading it back. */
  #saved({ object, id, row }: Draft): FieldValues {
    const hasComputed = [...object.fields.values()].some(isComputed);
    return hasComputed ? (this.#deps.rows.read(object, id) ?? row) : row;
  }

  #newDraft(object: ObjectSchema, values: FieldValues, context: SaveContext): Draft {
    const stamp = stampOf(context.nowMs);
    const given = this.withDefaults(object, values, context);
    const id = this.#deps.ids.next(object);
    const row: FieldValues = {};
    for (const field of tableOf(object).columns) {
      row[field.name] = mayGive(object, field)
        ? storedForm(field, given[field.name] ?? null)
        : platformDefault(field);
    }
    const audit = context.auditFields ? values : {};
    const created = audit['CreatedDate'] ?? stamp;
    const createdBy = audit['CreatedById'] ?? context.userId;
    fillIfPresent(object, row, {
      Id: id,
      CreatedDate: created,
      CreatedById: createdBy,
      LastModifiedDate: audit['LastModifiedDate'] ?? created,
      LastModifiedById: audit['LastModifiedById'] ?? createdBy,
      SystemModstamp: stamp,
    });
    return {
      object,
      id,
      row,
      before: undefined,
      given: new Set(Object.keys(values)),
      idLists: idListsIn(object, values),
      context,
      stamp,
    };
  }

  #changedDraft(
    object: ObjectSchema,
    before: FieldValues,
    changes: FieldValues,
    context: SaveContext,
  ): Draft {
    const stamp = stampOf(context.nowMs);
    const row = { ...before };
    for (const [name, value] of Object.entries(changes)) {
      const field = object.fields.get(name.toLowerCase());
      if (!field || !isStored(field)) continue;
      if (field.updateable || !object.updateable) row[field.name] = storedForm(field, value);
    }
    fillIfPresent(object, row, {
      Id: before['Id'] ?? null,
      LastModifiedDate: stamp,
      LastModifiedById: context.userId,
      SystemModstamp: stamp,
    });
    return {
      object,
      id: String(before['Id']),
      row,
      before,
      given: new Set(Object.keys(changes)),
      idLists: idListsIn(object, changes),
      context,
      stamp,
    };
  }

  #checkField(draft: Draft, field: FieldSchema): void {
    const value = draft.row[field.name] ?? null;
    if (value === null || systemFields.has(field.name)) return;
    checkValue(field, value);
    if (field.type === 'reference') checkReference(this.#deps, draft, field, String(value));
    if (field.unique && draft.object.name !== 'User') {
      checkUnique(this.#deps, draft.object, field, String(value), draft.id);
    }
  }

  /** A custom record without a name is called by its id. */
  #nameById(draft: Draft): void {
    const { object, row, id } = draft;
    if (object.kind === 'custom' && object.fields.get('name')?.createable)
      row['Name'] ??= toId15(id);
  }

  #fillAutoNumber(draft: Draft): void {
    for (const field of draft.object.fields.values()) {
      if (field.autoNumberFormat === undefined) continue;
      draft.row[field.name] = nextAutoNumber(
        this.#deps.documents,
        draft.object,
        field,
        draft.stamp,
      );
    }
  }
}

const systemFields: ReadonlySet<string> = new Set([
  'Id',
  'CreatedDate',
  'CreatedById',
  'LastModifiedDate',
  'LastModifiedById',
  'SystemModstamp',
]);

export function entityIsDeleted(): OrgError {
  return new OrgError('ENTITY_IS_DELETED', 'entity is deleted', { status: 404 });
}

function idListsIn(
  object: ObjectSchema,
  values: FieldValues,
): ReadonlyMap<string, readonly string[]> {
  const lists = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(values)) {
    const field = object.fields.get(name.toLowerCase());
    if (field?.idList !== undefined) lists.set(field.name, idsInList(value));
  }
  return lists;
}

function defaultOf(field: FieldSchema, context: SaveContext): FieldValue | undefined {
  if (field.name === 'OwnerId' && field.defaultedOnCreate) return context.userId;
  return field.createable ? field.defaultValue : undefined;
}

/** Rows of platform-owned objects come from the platform itself, which may fill any field. */
function mayGive(object: ObjectSchema, field: FieldSchema): boolean {
  return field.createable || !object.createable;
}

function platformDefault(field: FieldSchema): FieldValue {
  return field.defaultValue ?? null;
}

function fillIfPresent(object: ObjectSchema, row: FieldValues, values: FieldValues): void {
  for (const [name, value] of Object.entries(values)) {
    if (object.fields.has(name.toLowerCase())) row[name] = value;
  }
}

function difference(row: FieldValues, before: FieldValues): FieldValues {
  return Object.fromEntries(Object.entries(row).filter(([name, value]) => value !== before[name]));
}
