import { recordId } from '#core/ids.ts';
import { soqlName } from '#core/soql.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import type { Writes } from './jsforce-writes.ts';
import type { Rest } from './rest.ts';

const MAX_ROWS = 200;

type Saves = Pick<Salesforce, 'create' | 'publish' | 'update' | 'upsert' | 'remove'>;

/** What changes the org. jsforce takes a good part of a cold start: it is loaded by the first save. */
export function createSaves(
  rest: Rest,
  apiVersion: string,
  instanceOrigin: () => Promise<string>,
): Saves {
  let loading: Promise<Writes> | undefined;
  const writes = () => {
    loading ??= (async () => {
      const { createWrites } = await import('./jsforce-writes.ts');
      return createWrites(rest, await instanceOrigin(), apiVersion);
    })();
    return loading;
  };

  return {
    async create(object, fields, { assignmentRules } = {}) {
      const headers =
        assignmentRules === undefined ? {} : { 'Sforce-Auto-Assign': `${assignmentRules}` };
      const { id } = await (await writes()).create(soqlName(object), fields, headers);
      return recordId(id ?? '', `id of the new ${object}`);
    },
    async publish(event, fields) {
      // The same call as `create`, but an event's id names no record and may have any form.
      await (await writes()).create(soqlName(event), fields);
    },
    async update(object, id, fields) {
      await (await writes()).update(soqlName(object), id, fields);
    },
    async upsert(object, externalIdField, rows) {
      for (const part of slices(rows)) {
        await (await writes()).upsert(soqlName(object), soqlName(externalIdField), part);
      }
    },
    async remove(object, ids) {
      for (const part of slices(ids)) await (await writes()).remove(soqlName(object), part);
    },
  };
}

function* slices<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += MAX_ROWS) {
    yield items.slice(start, start + MAX_ROWS);
  }
}
