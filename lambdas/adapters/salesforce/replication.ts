import * as z from 'zod/mini';
import { recordId } from '#core/ids.ts';
import { soqlName } from '#core/soql.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { parsed, timeOf } from './answers.ts';
import type { Rest } from './rest.ts';

const updatedAnswer = z.object({ ids: z.array(z.string()), latestDateCovered: z.string() });
const deletedAnswer = z.object({
  deletedRecords: z.array(z.object({ id: z.string(), deletedDate: z.string() })),
  earliestDateAvailable: z.string(),
  latestDateCovered: z.string(),
});

/** getUpdated and getDeleted. Salesforce cuts both bounds to the minute, and wants at least one between them. */
export function createReplication(
  rest: Rest,
  base: string,
): Pick<Salesforce, 'updatedIds' | 'deletedIds'> {
  async function ask(object: string, which: string, startMs: number, endMs: number) {
    const query = new URLSearchParams({ start: isoTime(startMs), end: isoTime(endMs) });
    const path = `${base}/sobjects/${soqlName(object)}/${which}/?${query}`;
    return (await rest.json({ method: 'GET', path, repeatable: true })).value;
  }

  return {
    async updatedIds(object, startMs, endMs) {
      const value = await ask(object, 'updated', startMs, endMs);
      const answer = parsed(updatedAnswer, value, 'updated');
      return {
        ids: answer.ids.map((id) => recordId(id, 'updated id')),
        latestDateCoveredMs: timeOf(answer.latestDateCovered),
      };
    },

    async deletedIds(object, startMs, endMs) {
      const value = await ask(object, 'deleted', startMs, endMs);
      const answer = parsed(deletedAnswer, value, 'deleted');
      return {
        deleted: answer.deletedRecords.map(({ id, deletedDate }) => ({
          id: recordId(id, 'deleted id'),
          deletedAtMs: timeOf(deletedDate),
        })),
        earliestDateAvailableMs: timeOf(answer.earliestDateAvailable),
        latestDateCoveredMs: timeOf(answer.latestDateCovered),
      };
    },
  };
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '+00:00');
}
