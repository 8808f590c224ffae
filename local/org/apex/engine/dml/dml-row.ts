import { OrgError } from '../../../errors.ts';
import type { FieldValues } from '../../../schema/schema.ts';
import type { RowError, RowOutcome } from '../../platform/system/system-services.ts';
import type { SObjectValue } from '../../sobject.ts';

export type RowAction = 'insert' | 'update' | 'delete' | 'undelete';

/** One record of a save on its way through triggers and store, attempt after attempt. */
export class DmlRow {
  readonly object: string;
  readonly action: RowAction;
  /** What the caller set. */
  readonly values: FieldValues;
  /** 18 characters; null for a record that is still to be inserted. */
  id: string | null;
  /** What the running attempt is about to write, and what it wrote. */
  draft: FieldValues;
  #errors: RowError[] = [];

  constructor(object: string, action: RowAction, id: string | null, values: FieldValues) {
    this.object = object;
    this.action = action;
    this.id = id;
    this.values = values;
    this.draft = values;
  }

  get failed(): boolean {
    return this.#errors.length > 0;
  }

  get errors(): readonly RowError[] {
    return this.#errors;
  }

  fail(error: RowError): void {
    this.#errors.push(error);
  }

  /** Takes over what was said with `addError` on the trigger's record. */
  failByTrigger(record: SObjectValue | undefined): void {
    for (const { message, field } of record?.errors ?? []) {
      this.fail({
        code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
        message,
        fields: field === undefined ? [] : [field],
      });
    }
  }

  /** Runs a step of the store; its refusal fails the row instead of the whole save. */
  attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fail(rowErrorOf(error));
      for (const other of error instanceof OrgError ? error.others : []) {
        this.fail(rowErrorOf(other));
      }
    }
  }

  /** After a rollback: as if the attempt had not been. */
  forgetAttempt(): void {
    if (this.action === 'insert') {
      this.id = null;
    }
    this.draft = this.values;
  }

  outcome(): RowOutcome {
    return {
      success: !this.failed,
      id: this.failed && this.action === 'insert' ? null : this.id,
      created: !this.failed && this.action === 'insert',
      errors: this.#errors,
    };
  }
}

/** What the store refused, as an error of the row. Anything but an OrgError is a fault of the org and goes on. */
export function rowErrorOf(error: unknown): RowError {
  if (error instanceof OrgError) {
    const { code, message, fields, duplicates } = error;
    return { code, message, fields, ...(duplicates === undefined ? {} : { duplicates }) };
  }
  throw error;
}
