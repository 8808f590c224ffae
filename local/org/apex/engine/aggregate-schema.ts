import { field } from '../../schema/field-builder.ts';
import { buildObject } from '../../schema/object-builder.ts';
import type { FieldType, ObjectSchema } from '../../schema/schema.ts';
import type { QueryPlan } from '../../soql/soql.ts';

const FIELD_TYPES: ReadonlySet<string> = new Set<FieldType>([
  'id',
  'string',
  'boolean',
  'int',
  'double',
  'currency',
  'percent',
  'date',
  'datetime',
  'time',
  'reference',
  'picklist',
  'phone',
  'url',
  'email',
]);

const schemas = new WeakMap<QueryPlan, ObjectSchema>();

/** `AggregateResult` as this query answers it: one field per column, by its alias (`expr0` without one). */
export function aggregateSchema(plan: QueryPlan): ObjectSchema {
  const known = schemas.get(plan);
  if (known !== undefined) {
    return known;
  }
  const schema = buildObject({
    name: 'AggregateResult',
    label: 'Aggregate Result',
    labelPlural: 'Aggregate Results',
    keyPrefix: '',
    fields: plan.selected.map(({ path, fieldType }) =>
      field(path, path, isFieldType(fieldType) ? fieldType : 'double', { scale: 18 }),
    ),
  });
  schemas.set(plan, schema);
  return schema;
}

function isFieldType(text: string): text is FieldType {
  return FIELD_TYPES.has(text);
}
