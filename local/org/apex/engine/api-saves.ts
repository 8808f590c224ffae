import type { UserAccess } from '../../access/access-control.ts';
import { NO_DUPLICATE_OPTIONS } from '../../duplicate-result.ts';
import type { SaveRequest, SaveResult } from '../../engine.ts';
import { OrgError } from '../../errors.ts';
import type { FieldValue, FieldValues } from '../../schema/schema.ts';
import type {
  LeadConversionOutcome,
  LeadConversionRequest,
  RowError,
  RowOutcome,
} from '../platform/system/system-services.ts';
import { LimitError, UncatchableError } from '../values.ts';
import type { ApexRealm } from './apex-realm.ts';
import { convertLead } from './dml/convert-lead.ts';
import { DmlRow, type RowAction, rowErrorOf } from './dml/dml-row.ts';
import { type MergeInput, mergeRows } from './dml/merge-rows.ts';
import { CHUNK_SIZE, saveRows } from './dml/save-rows.ts';
import { askingDuplicateRules, saveWorldOf } from './dml/save-world.ts';
import { failRepeatedKeys, upsertTarget } from './dml/upsert-target.ts';
import { publishEvents } from './event-publisher.ts';
import type { OrgServices } from './org-services.ts';
import {
  continuedTransaction,
  type Transaction,
  type TransactionOptions,
  type TransactionSource,
} from './transactions.ts';

/** Bulk jobs that run side by side keep their statics; more of them than this is rare. */
const REMEMBERED_BATCHES = 8;

type RequestedRecord = SaveRequest['records'][number];

/** Saves that clients ask for: REST calls as one transaction, Bulk requests as one transaction a chunk. */
export class ApiSaves {
  readonly #org: OrgServices;
  readonly #transactions: TransactionSource;
  readonly #batchRealms = new Map<string, ApexRealm>();

  constructor(org: OrgServices, transactions: TransactionSource) {
    this.#org = org;
    this.#transactions = transactions;
  }

  save(request: SaveRequest): SaveResult[] {
    if (request.source === 'bulk') {
      return this.#saveInChunks(request);
    }
    const transaction = this.#transactions.open({
      profile: 'sync',
      quiddity: 'REST',
      userId: request.userId,
    });
    return this.#saveRecords(request, request.records, transaction);
  }

  merge(
    object: string,
    winner: FieldValues,
    loserIds: readonly string[],
    userId: string,
  ): SaveResult {
    const transaction = this.#transactions.open({ profile: 'sync', quiddity: 'REST', userId });
    const { context } = transaction;
    context.unit.open();
    try {
      const { records, store } = this.#accessOf(userId);
      const { Id: winnerId = null, ...changes } = store.coerce(object, winner);
      if (typeof winnerId !== 'string') {
        throw new OrgError('MISSING_ARGUMENT', 'Id not specified in a merge call');
      }
      const input = { object: this.#org.schema.require(object).name, winnerId, changes, loserIds };
      records?.checkSave('update', input.object, winnerId, changes);
      for (const id of loserIds) records?.checkSave('delete', input.object, id, {});
      const row = this.#mergeRow(transaction, input);
      transaction.commit();
      return resultOf(row.outcome(), input.object);
    } catch (error) {
      transaction.rollback();
      throw error;
    }
  }

  convertLead(request: LeadConversionRequest, userId: string): LeadConversionOutcome {
    const transaction = this.#transactions.open({ profile: 'sync', quiddity: 'SOAP', userId });
    const { context, realm } = transaction;
    context.unit.open();
    try {
      const { records } = this.#accessOf(userId);
      records?.checkSave('update', 'Lead', request.leadId, {});
      const outcome = convertLead(saveWorldOf(this.#org, realm.triggers, context), request);
      transaction.commit();
      return outcome;
    } catch (error) {
      transaction.rollback();
      if (!(error instanceof UncatchableError)) {
        throw error;
      }
      return {
        leadId: request.leadId,
        accountId: null,
        contactId: null,
        opportunityId: null,
        errors: [abortError(error)],
      };
    }
  }

  #mergeRow(transaction: Transaction, input: MergeInput): DmlRow {
    try {
      return mergeRows(
        saveWorldOf(this.#org, transaction.realm.triggers, transaction.context),
        input,
      );
    } catch (error) {
      const row = new DmlRow(input.object, 'update', input.winnerId, input.changes);
      failAll([row], error);
      return row;
    }
  }

  /** Each chunk has a transaction and limits of its own; all chunks of a batch share one set of statics. */
  #saveInChunks(request: SaveRequest): SaveResult[] {
    const results: SaveResult[] = [];
    let realm =
      request.bulkBatch === undefined ? undefined : this.#batchRealms.get(request.bulkBatch);
    for (let start = 0; start < request.records.length; start += CHUNK_SIZE) {
      const chunk = request.records.slice(start, start + CHUNK_SIZE);
      const transaction = this.#openChunk(realm, request.userId);
      realm = transaction.realm;
      results.push(...this.#saveRecords(request, chunk, transaction));
    }
    if (request.bulkBatch !== undefined && realm !== undefined) {
      this.#remember(request.bulkBatch, realm);
    }
    return results;
  }

  #openChunk(realm: ApexRealm | undefined, userId: string): Transaction {
    const options: TransactionOptions = { profile: 'bulk', quiddity: 'BULK_API', userId };
    return realm === undefined
      ? this.#transactions.open(options)
      : continuedTransaction(this.#org, realm, this.#transactions.unit(), options);
  }

  /** The statics of the latest batches; an older batch that comes back begins with fresh ones. */
  #remember(batch: string, realm: ApexRealm): void {
    this.#batchRealms.delete(batch);
    this.#batchRealms.set(batch, realm);
    const [oldest] = this.#batchRealms.keys();
    if (oldest !== undefined && this.#batchRealms.size > REMEMBERED_BATCHES) {
      this.#batchRealms.delete(oldest);
    }
  }

  #saveRecords(
    request: SaveRequest,
    records: readonly RequestedRecord[],
    transaction: Transaction,
  ): SaveResult[] {
    try {
      const outcomes = this.#attempt(request, records, transaction);
      const results = outcomes.map((outcome, index) =>
        resultOf(outcome, this.#declaredName(records[index]?.object ?? '')),
      );
      request.beforeCommit?.(results);
      transaction.commit();
      return results;
    } catch (error) {
      transaction.rollback();
      throw error;
    }
  }

  #attempt(
    request: SaveRequest,
    records: readonly RequestedRecord[],
    transaction: Transaction,
  ): RowOutcome[] {
    const [first] = records;
    const schema = first === undefined ? undefined : this.#org.schema.find(first.object);
    if (schema?.kind === 'platformEvent') {
      return this.#publish(schema.name, records, transaction);
    }
    const rows = records.map((record) => this.#rowOf(request, record));
    if (request.operation === 'upsert' && request.externalIdField !== undefined) {
      failRepeatedKeys(rows, request.externalIdField);
    }
    const { context } = transaction;
    context.unit.open();
    const start = context.unit.savepoint();
    try {
      const world = saveWorldOf(this.#org, transaction.realm.triggers, context);
      const { duplicates = NO_DUPLICATE_OPTIONS } = request;
      saveRows(askingDuplicateRules(world, this.#org, rows, duplicates), rows, request.allOrNone);
      this.#purge(request, rows);
    } catch (error) {
      start.rollback();
      failAll(rows, error);
    } finally {
      start.release();
    }
    transaction.realm.system.forgetSettings();
    return rows.map((row) => row.outcome());
  }

  #publish(
    object: string,
    records: readonly RequestedRecord[],
    { context }: Transaction,
  ): RowOutcome[] {
    const schema = this.#org.schema.require(object);
    return records.map((record) => {
      try {
        const access = this.#accessOf(context.userId);
        const values = access.store.coerce(object, record.input, 'insert');
        access.records?.checkSave('insert', object, undefined, values);
        const [outcome] = publishEvents(this.#org, context, [{ schema, values }]);
        return outcome ?? failedOutcome([]);
      } catch (error) {
        return failedOutcome([rowErrorOf(error)]);
      }
    });
  }

  #declaredName(object: string): string {
    return this.#org.schema.find(object)?.name ?? object;
  }

  #rowOf(request: SaveRequest, { object, input }: RequestedRecord): DmlRow {
    const declared = this.#declaredName(object);
    let row = new DmlRow(declared, actionOf(request.operation), null, {});
    row.attempt(() => {
      row = this.#coercedRow(request, declared, input);
    });
    return row;
  }

  /** @throws OrgError when the input is no record of the object */
  #coercedRow(
    request: SaveRequest,
    object: string,
    input: Readonly<Record<string, unknown>>,
  ): DmlRow {
    if (request.operation === 'upsert') {
      return this.#upsertRow(request, object, input);
    }
    const action = actionOf(request.operation);
    const purpose = action === 'insert' || action === 'update' ? action : undefined;
    const access = this.#accessOf(request.userId);
    access.records?.requireObject(action, object);
    const { Id: id = null, ...values } = access.store.coerce(object, input, purpose);
    const row = new DmlRow(object, action, idOrNull(id), values);
    if (action !== 'insert' && row.id === null) {
      row.fail(missingId(request.operation));
    } else {
      access.records?.checkSave(action, object, row.id ?? undefined, values);
    }
    return row;
  }

  #upsertRow(
    { externalIdField, userId }: SaveRequest,
    object: string,
    input: Readonly<Record<string, unknown>>,
  ): DmlRow {
    const { schema, store, records } = this.#accessOf(userId);
    const known = store.coerce(object, input);
    const target = upsertTarget(store, schema.require(object), known, externalIdField);
    const { action, id, error } = target;
    const { Id: _, ...values } = store.coerce(object, input, action);
    const row = new DmlRow(object, action, id, values);
    if (error !== undefined) {
      row.fail(error);
    } else {
      records?.checkSave(action, object, id ?? undefined, values);
    }
    return row;
  }

  /** What the user may see and save; the whole org where nobody is held back. */
  #accessOf(userId: string): Pick<UserAccess, 'schema' | 'store' | 'records'> {
    const { access, schema, store } = this.#org;
    return access?.of(userId) ?? { schema, store, records: undefined };
  }

  #purge(request: SaveRequest, rows: readonly DmlRow[]): void {
    if (request.operation !== 'hardDelete') {
      return;
    }
    for (const row of rows) {
      if (!row.failed && row.id !== null) {
        this.#org.store.purge(row.object, [row.id]);
      }
    }
  }
}

/** What Apex could not catch undoes the whole chunk; every record of it carries the text. */
function failAll(rows: readonly DmlRow[], error: unknown): void {
  if (!(error instanceof UncatchableError)) {
    throw error;
  }
  const failure = abortError(error);
  for (const row of rows) {
    row.forgetAttempt();
    row.fail(failure);
  }
}

function abortError(error: UncatchableError): RowError {
  return {
    code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
    message: abortText(error),
    fields: [],
  };
}

function abortText(error: UncatchableError): string {
  const said = `${error.apexType}: ${error.message}`;
  if (error.trigger === undefined) {
    return said;
  }
  const { name, phase } = error.trigger;
  return error instanceof LimitError
    ? `${name}: ${said}`
    : `${name}: execution of ${phase}\n\ncaused by: ${said}\n\n${error.stackTrace}`;
}

function resultOf({ success, id, created, errors }: RowOutcome, object: string): SaveResult {
  return success
    ? { success: true, id: id ?? '', created, object }
    : { success: false, ...(id === null ? {} : { id }), errors };
}

function idOrNull(value: FieldValue): string | null {
  return typeof value === 'string' ? value : null;
}

function failedOutcome(errors: readonly RowError[]): RowOutcome {
  return { success: false, id: null, created: false, errors };
}

function actionOf(operation: SaveRequest['operation']): RowAction {
  switch (operation) {
    case 'hardDelete':
      return 'delete';
    case 'upsert':
      return 'insert';
    default:
      return operation;
  }
}

function missingId(operation: SaveRequest['operation']): RowError {
  return {
    code: 'MISSING_ARGUMENT',
    message: `Id not specified in an ${operation} call`,
    fields: [],
  };
}
