import type { FieldValues, ObjectSchema } from '../../../schema/schema.ts';
import { DmlException, type FailedRow } from '../../platform/system/dml-exception.ts';

/** Fields of User that make saving a user a set-up change; a user saved without them mixes with anything. */
const SETUP_FIELDS_OF_USER = [
  'UserRoleId',
  'IsActive',
  'ForecastEnabled',
  'IsPortalEnabled',
  'Username',
  'ProfileId',
];

/**
 * Set-up objects (User, Group, PermissionSet …) and ordinary ones may not be saved in one transaction (Apex Developer
 * Guide, sObjects That Cannot Be Used Together in DML Operations).
 */
export class MixedDmlGuard {
  #setup: string | undefined;
  #ordinary: string | undefined;

  /** @throws DmlException MIXED_DML_OPERATION */
  check(
    operation: string,
    schema: ObjectSchema,
    values: FieldValues,
    row: Omit<FailedRow, 'error'>,
  ): void {
    if (isExempt(operation, schema, values)) {
      return;
    }
    const other = schema.setupObject ? this.#ordinary : this.#setup;
    if (other !== undefined) {
      throw DmlException.of(operation, [{ ...row, error: mixedError(schema, other) }]);
    }
    if (schema.setupObject) {
      this.#setup ??= schema.name;
    } else {
      this.#ordinary ??= schema.name;
    }
  }

  /** `System.runAs` gives its block a fresh start. */
  reset(): void {
    this.#setup = undefined;
    this.#ordinary = undefined;
  }
}

function isExempt(operation: string, schema: ObjectSchema, values: FieldValues): boolean {
  if (schema.kind === 'hierarchySetting' || schema.kind === 'listSetting') {
    return true;
  }
  if (schema.name !== 'User') {
    return false;
  }
  return operation === 'insert'
    ? (values['UserRoleId'] ?? null) === null
    : SETUP_FIELDS_OF_USER.every((field) => !(field in values));
}

function mixedError(schema: ObjectSchema, other: string): FailedRow['error'] {
  const [kind, otherKind] = schema.setupObject ? ['setup', 'non-setup'] : ['non-setup', 'setup'];
  return {
    code: 'MIXED_DML_OPERATION',
    message:
      `DML operation on ${kind} object is not permitted after you have updated a ${otherKind} object ` +
      `(or vice versa): ${schema.name}, original object: ${other}`,
    fields: [],
  };
}
