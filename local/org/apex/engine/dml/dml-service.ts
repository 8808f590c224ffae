import { NO_DUPLICATE_OPTIONS } from '../../../duplicate-result.ts';
import { DmlException, type FailedRow } from '../../platform/system/dml-exception.ts';
import type {
  DatabaseServices,
  LeadConversionOutcome,
  LeadConversionRequest,
  RowOutcome,
  SaveOperation,
  SaveOptions,
} from '../../platform/system/system-services.ts';
import type { SObjectValue } from '../../sobject.ts';
import { ApexException } from '../../values.ts';
import type { ExecutionContext } from '../execution-context.ts';
import type { OrgServices } from '../org-services.ts';
import { rowsOfRecords } from './apex-rows.ts';
import { convertLead } from './convert-lead.ts';
import { DmlRow } from './dml-row.ts';
import { mergeRows } from './merge-rows.ts';
import { checkRowAccess } from './row-access.ts';
import { type SaveWorld, saveRows } from './save-rows.ts';
import { askingDuplicateRules, saveWorldOf } from './save-world.ts';
import type { TriggerRunner } from './trigger-runner.ts';

export interface DmlServiceOptions {
  readonly org: OrgServices;
  readonly context: () => ExecutionContext;
  readonly triggers: () => TriggerRunner;
  /** Told of every object whose rows may have changed. */
  readonly onWrite: () => void;
}

/** More type changes than this in one list are refused. */
const MAXIMUM_TYPE_CHUNKS = 10;

/** DML of Apex: statements and the methods of `Database`. */
export class DmlService implements DatabaseServices {
  readonly #options: DmlServiceOptions;

  constructor(options: DmlServiceOptions) {
    this.#options = options;
  }

  save(
    operation: SaveOperation,
    records: readonly SObjectValue[],
    options: SaveOptions,
  ): RowOutcome[] {
    if (records.length === 0) {
      return [];
    }
    checkTypeChunks(records);
    checkRepeatedIds(operation, records);
    this.#count(records.length);
    const { org, context } = this.#options;
    const rows = rowsOfRecords(org.store, operation, records, options.externalIdField);
    checkRowAccess(org, context(), rows, options.mode);
    this.#checkMixedDml(operation, rows);
    const world = this.#world();
    world.unit.open();
    const { duplicates = NO_DUPLICATE_OPTIONS } = options;
    saveRows(askingDuplicateRules(world, org, rows, duplicates), rows, options.allOrNone);
    this.#options.onWrite();
    if (options.allOrNone) {
      throwFirstFailure(operation, rows);
    }
    setIds(records, rows);
    return rows.map((row) => row.outcome());
  }

  merge(
    master: SObjectValue,
    loserIds: readonly string[],
    { allOrNone, mode }: SaveOptions,
  ): RowOutcome {
    this.#count(1 + loserIds.length);
    const { org, context } = this.#options;
    const [row] = rowsOfRecords(org.store, 'update', [master], undefined);
    if (row === undefined || row.id === null) {
      throw new ApexException('DmlException', 'Merge failed: the master record has no Id');
    }
    const losers = loserIds.map((id) => new DmlRow(row.object, 'delete', id, {}));
    checkRowAccess(org, context(), [row, ...losers], mode);
    const refused = [row, ...losers].find(({ failed }) => failed);
    if (refused !== undefined) {
      throwFirstFailure('merge', allOrNone ? [refused] : []);
      return refused.outcome();
    }
    const world = this.#world();
    world.unit.open();
    const input = { object: row.object, winnerId: row.id, changes: row.values, loserIds };
    const winner = mergeRows(world, input);
    this.#options.onWrite();
    if (allOrNone) {
      throwFirstFailure('merge', [winner]);
    }
    return winner.outcome();
  }

  convertLead(request: LeadConversionRequest, allOrNone: boolean): LeadConversionOutcome {
    this.#count(1);
    const world = this.#world();
    world.unit.open();
    const outcome = convertLead(world, request);
    this.#options.onWrite();
    const [error] = outcome.errors;
    if (allOrNone && error !== undefined) {
      throw DmlException.of('ConvertLead', [
        { index: 0, object: 'Lead', id: request.leadId, error },
      ]);
    }
    return outcome;
  }

  emptyRecycleBin(ids: readonly string[]): RowOutcome[] {
    this.#count(ids.length);
    const { schema, store } = this.#options.org;
    this.#options.context().unit.open();
    return ids.map((id) => {
      const object = schema.byKeyPrefix(id.slice(0, 3));
      if (object === undefined || store.read(object.name, id)?.['IsDeleted'] !== true) {
        const error = {
          code: 'INVALID_ID_FIELD',
          message: `Invalid record id; no recycle bin entry found`,
          fields: [],
        };
        return { success: false, id, created: false, errors: [error] };
      }
      store.purge(object.name, [id]);
      return { success: true, id, created: false, errors: [] };
    });
  }

  setSavepoint(): number {
    const context = this.#options.context();
    context.limits.add('dmlStatements');
    return context.savepoints.push(context.unit.savepoint()) - 1;
  }

  rollback(savepoint: number): void {
    const context = this.#options.context();
    context.limits.add('dmlStatements');
    this.#savepoint(savepoint).rollback();
    this.#forgetSavepoints(savepoint + 1);
    this.#options.onWrite();
  }

  releaseSavepoint(savepoint: number): void {
    this.#savepoint(savepoint).release();
    this.#forgetSavepoints(savepoint);
  }

  #savepoint(number: number) {
    const found = this.#options.context().savepoints[number];
    if (found === undefined) {
      throw new ApexException(
        'TypeException',
        'Savepoint is invalid: it was released or rolled back past',
      );
    }
    return found;
  }

  #forgetSavepoints(from: number): void {
    const { savepoints } = this.#options.context();
    savepoints.fill(undefined, from);
  }

  #count(rows: number): void {
    const { limits } = this.#options.context();
    limits.add('dmlStatements');
    limits.add('dmlRows', rows);
  }

  #checkMixedDml(operation: SaveOperation, rows: readonly DmlRow[]): void {
    const { schema } = this.#options.org;
    for (const [index, row] of rows.entries()) {
      const where = { index, object: row.object, id: row.id };
      this.#options
        .context()
        .mixedDml.check(operation, schema.require(row.object), row.values, where);
    }
  }

  #world(): SaveWorld {
    const { org, context, triggers } = this.#options;
    return saveWorldOf(org, triggers(), context());
  }
}

function checkTypeChunks(records: readonly SObjectValue[]): void {
  let chunks = 1;
  for (const [index, record] of records.entries()) {
    const previous = records[index - 1];
    chunks += previous !== undefined && previous.apexType !== record.apexType ? 1 : 0;
  }
  if (chunks > MAXIMUM_TYPE_CHUNKS) {
    throw new ApexException(
      'TypeException',
      'Cannot have more than 10 chunks in a single operation. Please rearrange the data to reduce chunking.',
    );
  }
}

/** A record may come once in a list. */
function checkRepeatedIds(operation: SaveOperation, records: readonly SObjectValue[]): void {
  const seen = new Set<string>();
  for (const { id } of operation === 'insert' ? [] : records) {
    if (id !== null && seen.has(id)) {
      throw new ApexException('ListException', `Duplicate id in list: ${id}`);
    }
    if (id !== null) {
      seen.add(id);
    }
  }
}

/** @throws DmlException that tells of every failed row but those that failed only because others did */
function throwFirstFailure(operation: string, rows: readonly DmlRow[]): void {
  const failures = rows.flatMap((row, index): FailedRow[] =>
    row.errors
      .filter((error) => error.code !== 'ALL_OR_NONE_OPERATION_ROLLED_BACK')
      .map((error) => ({ index, object: row.object, id: row.id, error })),
  );
  const [first, ...others] = failures;
  if (first !== undefined) {
    throw DmlException.of(operation, [first, ...others]);
  }
}

/** New records of the caller learn their ids; nothing else of what was stored shows in them. */
function setIds(records: readonly SObjectValue[], rows: readonly DmlRow[]): void {
  for (const [index, row] of rows.entries()) {
    if (!row.failed && row.id !== null) {
      records[index]?.load('Id', row.id);
    }
  }
}
