import * as z from 'zod/mini';
import { recordId } from '#core/ids.ts';
import { soqlName } from '#core/soql.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { parsed, timeOf } from './answers.ts';
import type { Rest } from './rest.ts';
import { SalesforceError } from './salesforce-error.ts';

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
      const value = await orUnlisted(() => ask(object, 'deleted', startMs, endMs));
      if (value === UNLISTED) {
        return { deleted: [], earliestDateAvailableMs: endMs, latestDateCoveredMs: startMs };
      }
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

const UNLISTED = Symbol('deletes that are no longer listed');

/** The log of deletes is purged when it grows too long: a window that begins before what is left is refused. */
async function orUnlisted(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    const purged =
      error instanceof SalesforceError && error.errorCode === 'INVALID_REPLICATION_DATE';
    if (purged) return UNLISTED;
    throw error;
  }
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '+00:00');
}
