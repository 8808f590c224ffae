import { wellKnownMapping } from '#core/activities/field-mapping.ts';
import type { ActivityShape, OrgShape } from '#core/activities/task-fields.ts';
import { AppError } from '#core/errors.ts';
import type { DescribedObject, Salesforce } from '#ports/salesforce.ts';

const KEY_FIELD = /^(?:\w+__)?Mixmax_Activity_Id__c$/;
const TIME_FIELD = /^(?:\w+__)?MixmaxActivityDateTime__c$/;

interface StatusRow {
  readonly name: string;
  readonly closed: boolean;
  readonly usual: boolean;
}

/**
 * What the org's Tasks and Events look like to the Sync User. Costs up to four describes, kept for ten minutes by the
 * client, and a query.
 *
 * @throws AppError salesforce-refused when the Sync User does not see them, or no status ends a Task
 */
export async function readOrgShape(salesforce: Salesforce): Promise<OrgShape> {
  const [task, event] = [await salesforce.describe('Task'), await salesforce.describe('Event')];
  if (task === undefined || event === undefined) {
    throw new AppError(
      'salesforce-refused',
      'The Sync User does not see Tasks and Events: nothing is logged.',
    );
  }
  const statuses = await readStatuses(salesforce);
  // Salesforce has the relation only where an org shares activities (G1).
  const shared = (await salesforce.describe('TaskRelation')) !== undefined;
  return {
    event: shapeOf(event),
    task: {
      ...shapeOf(task),
      closedStatus: statusOf(statuses, true),
      openStatus: statusOf(statuses, false),
      shared,
    },
  };
}

function shapeOf(object: DescribedObject): ActivityShape {
  const ours = object.fields.filter(({ name }) => KEY_FIELD.test(name) || TIME_FIELD.test(name));
  const unusable = ours.flatMap((field) => {
    const reason = faultOf(field);
    return reason === undefined ? [] : [{ field: field.name, reason }];
  });
  const usable = ours
    .map(({ name }) => name)
    .filter((name) => !unusable.some((one) => one.field === name));
  return {
    types: object.fields.find(({ name }) => name === 'Type')?.picklistValues ?? [],
    keyField: usable.find((name) => KEY_FIELD.test(name)),
    timeFields: usable.filter((name) => TIME_FIELD.test(name)),
    unusable,
    fields: object.fields,
    wellKnown: wellKnownMapping(object.fields),
  };
}

/** A59, A62: a field that an admin made by hand may be of a wrong type, or closed to the user. */
function faultOf({
  name,
  type,
  createable,
}: DescribedObject['fields'][number]): string | undefined {
  if (createable === false) return 'the Sync User may not write it';
  const wanted = TIME_FIELD.test(name) ? 'datetime' : 'string';
  return type === wanted ? undefined : `it is of the type ${type}, not ${wanted}`;
}

async function readStatuses(salesforce: Salesforce): Promise<readonly StatusRow[]> {
  const soql = 'SELECT Id, MasterLabel, IsClosed, IsDefault FROM TaskStatus';
  const rows: StatusRow[] = [];
  for await (const { records } of salesforce.query(soql)) {
    for (const { fields } of records) {
      const name = String(fields['MasterLabel'] ?? '');
      const closed = fields['IsClosed'] === true;
      rows.push({ name, closed, usual: fields['IsDefault'] === true });
    }
  }
  return rows;
}

function statusOf(statuses: readonly StatusRow[], closed: boolean): string {
  const fitting = statuses.filter((status) => status.closed === closed);
  const chosen = fitting.find(({ usual }) => usual) ?? fitting[0];
  if (chosen !== undefined) return chosen.name;
  throw new AppError(
    'salesforce-refused',
    `The org has no ${closed ? 'closed' : 'open'} Task status. Add one at Setup → Task Status.`,
  );
}
