import { OrgError } from '../../errors.ts';
import type { ObjectSchema } from '../../schema/schema.ts';
import type { QueryRecord } from '../../soql/soql.ts';
import { type ApiCall, userOf } from '../api-call.ts';
import { hiddenIds } from '../hidden-records.ts';

/** Ids in one query; far below the length a query may have. */
const IDS_PER_QUERY = 1000;

/**
 * Reads records by id with the fields asked for: archived activities, too, which queries leave out.
 * @param ids 18 characters
 * @returns one entry per id, in order; undefined for an id the org does not show
 * @throws OrgError INVALID_FIELD
 */
export function readRecords(
  call: ApiCall,
  object: ObjectSchema,
  fields: readonly string[],
  ids: readonly string[],
): (QueryRecord | undefined)[] {
  const { org } = call;
  const columns = uniqueColumns(object, fields).join(', ');
  const undeleted = object.fields.has('isdeleted') ? ' AND IsDeleted = false' : '';
  const hidden = hiddenIds(org.faults);
  const found = new Map<string, QueryRecord>();
  for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
    const binds = new Map([['ids', ids.slice(start, start + IDS_PER_QUERY)]]);
    const plan = org.soql.plan(
      `SELECT ${columns} FROM ${object.name} WHERE Id IN :ids${undeleted}`,
    );
    const options = { binds, allRows: true, nowMs: org.scheduler.now(), userId: userOf(call) };
    for (const record of org.soql.run(plan, options)) {
      if (record.id !== undefined && !hidden.has(record.id)) found.set(record.id, record);
    }
  }
  return ids.map((id) => found.get(id));
}

/** Declared names, each once. @throws OrgError INVALID_FIELD */
function uniqueColumns(object: ObjectSchema, fields: readonly string[]): string[] {
  const names = new Set<string>();
  for (const asked of fields) {
    const field = object.fields.get(asked.toLowerCase());
    if (field === undefined) {
      const message = `No such column '${asked}' on sobject of type ${object.name}`;
      throw new OrgError('INVALID_FIELD', message);
    }
    names.add(field.name);
  }
  return [...names];
}
