import { OrgError } from '../../../errors.ts';
import type { FieldValue, FieldValues } from '../../../schema/schema.ts';
import type {
  LeadConversionOutcome,
  LeadConversionRequest,
  RowError,
} from '../../platform/system/system-services.ts';
import { recordOf } from './chunk-steps.ts';
import { DmlRow, rowErrorOf } from './dml-row.ts';
import { type SaveWorld, saveRows } from './save-rows.ts';
import { TriggerFailure } from './trigger-runner.ts';

/** Fields of a lead that its account, contact and opportunity take over. */
const ACCOUNT_FIELDS: Readonly<Record<string, string>> = {
  Company: 'Name',
  Phone: 'Phone',
  Fax: 'Fax',
  Website: 'Website',
  Industry: 'Industry',
  AnnualRevenue: 'AnnualRevenue',
  NumberOfEmployees: 'NumberOfEmployees',
  Rating: 'Rating',
  ...addressTo('Billing'),
};
const CONTACT_FIELDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['Salutation', 'FirstName', 'LastName', 'Title', 'Email', 'Phone', 'MobilePhone', 'Fax'].map(
      (name) => [name, name],
    ),
  ),
  LeadSource: 'LeadSource',
  HasOptedOutOfEmail: 'HasOptedOutOfEmail',
  ...addressTo('Mailing'),
};
const OPPORTUNITY_FIELDS = { Company: 'Name', LeadSource: 'LeadSource' };
const FIRST_STAGE = 'Prospecting';

/**
 * Converts a lead: inserts what is missing of account, contact and opportunity with their triggers, then updates the
 * lead with its own. All or nothing.
 *
 * @throws UncatchableError with everything undone
 */
export function convertLead(
  world: SaveWorld,
  request: LeadConversionRequest,
): LeadConversionOutcome {
  const start = world.unit.savepoint();
  try {
    return convert(world, request);
  } catch (error) {
    start.rollback();
    const { leadId } = request;
    const errors = [errorOf(error)];
    return { leadId, accountId: null, contactId: null, opportunityId: null, errors };
  } finally {
    start.release();
  }
}

function convert(world: SaveWorld, request: LeadConversionRequest): LeadConversionOutcome {
  const { store, context } = world;
  const { leadId, convertedStatus } = request;
  const lead = store.read('Lead', leadId);
  if (lead === undefined) {
    throw new OrgError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
  }
  const OwnerId = request.ownerId ?? lead['OwnerId'] ?? context.userId;
  const accountId =
    request.accountId ?? insert(world, 'Account', { ...pick(lead, ACCOUNT_FIELDS), OwnerId });
  const contactId =
    request.contactId ??
    insert(world, 'Contact', { ...pick(lead, CONTACT_FIELDS), AccountId: accountId, OwnerId });
  const opportunityId =
    request.doNotCreateOpportunity === true
      ? undefined
      : insert(world, 'Opportunity', {
          ...pick(lead, OPPORTUNITY_FIELDS),
          ...(request.opportunityName === undefined ? {} : { Name: request.opportunityName }),
          AccountId: accountId,
          StageName: FIRST_STAGE,
          CloseDate: endOfQuarter(context.nowMs),
          OwnerId,
        });
  updateLead(world, lead, () =>
    store.convertLead(
      {
        leadId,
        accountId,
        contactId,
        convertedStatus,
        ...(opportunityId === undefined ? {} : { opportunityId }),
      },
      context,
    ),
  );
  return { leadId, accountId, contactId, opportunityId: opportunityId ?? null, errors: [] };
}

/** @throws ConversionRefused with what the triggers or the store say */
function insert(world: SaveWorld, object: string, values: FieldValues): string {
  const row = new DmlRow(object, 'insert', null, values);
  saveRows(world, [row], true);
  const [error] = row.errors;
  if (error !== undefined || row.id === null) {
    throw new ConversionRefused(error);
  }
  return row.id;
}

function updateLead(world: SaveWorld, before: FieldValues, write: () => FieldValues): void {
  const schema = world.schema.require('Lead');
  const oldRecords = [recordOf(schema, before).freeze()];
  const draft = recordOf(schema, before);
  world.triggers.run('Lead', 'before update', { newRecords: [draft], oldRecords });
  refuseErrors(draft.errors);
  const after = recordOf(schema, write()).freeze();
  world.triggers.run('Lead', 'after update', { newRecords: [after], oldRecords });
  refuseErrors(after.errors);
}

function refuseErrors(errors: ReturnType<typeof recordOf>['errors']): void {
  const [first] = errors;
  if (first !== undefined) {
    throw new ConversionRefused({
      code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: first.message,
      fields: first.field === undefined ? [] : [first.field],
    });
  }
}

class ConversionRefused extends Error {
  readonly rowError: RowError;

  constructor(
    rowError: RowError = {
      code: 'UNKNOWN_EXCEPTION',
      message: 'The lead was not converted',
      fields: [],
    },
  ) {
    super(rowError.message);
    this.rowError = rowError;
  }
}

function errorOf(error: unknown): RowError {
  if (error instanceof ConversionRefused) {
    return error.rowError;
  }
  if (error instanceof TriggerFailure) {
    return { code: error.code, message: error.message, fields: [] };
  }
  return rowErrorOf(error);
}

function pick(lead: FieldValues, fields: Readonly<Record<string, string>>): FieldValues {
  const picked: Record<string, FieldValue> = {};
  for (const [from, to] of Object.entries(fields)) {
    const value = lead[from] ?? null;
    if (value !== null) {
      picked[to] = value;
    }
  }
  return picked;
}

function addressTo(prefix: string): Record<string, string> {
  const parts = ['Street', 'City', 'State', 'PostalCode', 'Country'];
  return Object.fromEntries(parts.map((part) => [part, `${prefix}${part}`]));
}

/** Last day of the calendar quarter, `YYYY-MM-DD`. */
function endOfQuarter(nowMs: number): string {
  const now = new Date(nowMs);
  const nextQuarter = 3 * (Math.floor(now.getUTCMonth() / 3) + 1);
  return new Date(Date.UTC(now.getUTCFullYear(), nextQuarter, 0)).toISOString().slice(0, 10);
}
