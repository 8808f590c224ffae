import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { orgId, recordId } from '#core/ids.ts';
import { MAX_IDS_PER_QUERY, soqlName } from '#core/soql.ts';
import type { Clock } from '#ports/clock.ts';
import type { DescribedObject, Salesforce } from '#ports/salesforce.ts';
import { createBulkQueries } from './bulk-queries.ts';
import { parseDescribe } from './describe.ts';
import type { Writes } from './jsforce-writes.ts';
import { createRecordReader } from './record-reader.ts';
import type { Rest } from './rest.ts';
import { SalesforceError } from './salesforce-error.ts';

export interface ClientDeps {
  readonly rest: Rest;
  readonly clock: Clock;
  /** `66.0` */
  readonly apiVersion: string;
  /** The instance the session belongs to. */
  readonly instanceOrigin: () => Promise<string>;
}

const MAX_RETRIEVE_IDS = 2000;
const MAX_SAVE_ROWS = 200;
const DESCRIBE_MAX_AGE_MS = 600_000;
const MAX_URL_BYTES = 16_000;

const userInfo = z.object({
  organization_id: z.string(),
  user_id: z.string(),
  preferred_username: z.string(),
});
const organizationPage = z.object({ records: z.array(z.object({ Name: z.string() })) });
const queryPage = z.object({
  done: z.boolean(),
  nextRecordsUrl: z.optional(z.string()),
  records: z.array(z.unknown()),
});
const updatedAnswer = z.object({ ids: z.array(z.string()), latestDateCovered: z.string() });
const deletedAnswer = z.object({
  deletedRecords: z.array(z.object({ id: z.string(), deletedDate: z.string() })),
  earliestDateAvailable: z.string(),
  latestDateCovered: z.string(),
});

/** An org over REST and Bulk 2.0. Reads through rest.ts, writes through jsforce: jsforce-writes.ts says why. */
export function createSalesforceClient(deps: ClientDeps): Salesforce {
  const { rest, apiVersion } = deps;
  const base = `/services/data/v${apiVersion}`;
  const get = (path: string) => rest.json({ method: 'GET', path, repeatable: true });
  const describe = createDescribes(deps, base);
  const reader = createRecordReader(describe);
  const writes = lazyWrites(deps);

  return {
    ...createBulkQueries(rest, apiVersion),
    describe,
    clockMs: () => rest.clockMs(),

    async identity() {
      // Not jsforce's identity(): it puts the access token into the URL.
      const { value } = await get('/services/oauth2/userinfo');
      const user = parsed(userInfo, value, 'userinfo');
      const soql = encodeURIComponent('SELECT Name FROM Organization');
      const page = parsed(organizationPage, (await get(`${base}/query?q=${soql}`)).value, 'query');
      return {
        orgId: orgId(user.organization_id, 'organization_id'),
        userId: recordId(user.user_id, 'user_id'),
        username: user.preferred_username,
        orgName: page.records[0]?.Name ?? '',
      };
    },

    async retrieve(object, ids, fields) {
      if (ids.length > MAX_RETRIEVE_IDS) {
        throw new AppError('invalid-input', `retrieve: at most ${MAX_RETRIEVE_IDS} ids a call.`);
      }
      const { value, readAtMs } = await rest.json({
        method: 'POST',
        path: `${base}/composite/sobjects/${soqlName(object)}`,
        body: JSON.stringify({ ids, fields: ['Id', ...fields.map(soqlName)] }),
        repeatable: true,
      });
      const rows = parsed(z.array(z.unknown()), value, 'retrieve');
      if (rows.length !== ids.length) {
        throw new AppError(
          'salesforce-refused',
          `retrieve: ${rows.length} rows for ${ids.length} ids.`,
        );
      }
      const read = await reader.forObject(object);
      return { records: rows.map((row) => (row === null ? null : read(row))), readAtMs };
    },

    async *query(soql, options = {}) {
      const resource = options.all === true ? 'queryAll' : 'query';
      let path: string | undefined = `${base}/${resource}?q=${encodeURIComponent(soql)}`;
      if (path.length > MAX_URL_BYTES) {
        throw new AppError(
          'invalid-input',
          `query: longer than a URL may be; give at most ${MAX_IDS_PER_QUERY} ids.`,
        );
      }
      // A cursor shows what the first page's moment showed, so every page counts from there.
      let firstReadAtMs: number | undefined;
      while (path !== undefined) {
        const answer = await get(path);
        const page = parsed(queryPage, answer.value, 'query');
        firstReadAtMs ??= answer.readAtMs;
        const records = await reader.readAll(page.records);
        path = page.done ? undefined : nextPath(page.nextRecordsUrl, base);
        yield { records, readAtMs: firstReadAtMs };
      }
    },

    async updatedIds(object, startMs, endMs) {
      const { value } = await get(replicationPath(base, object, 'updated', startMs, endMs));
      const answer = parsed(updatedAnswer, value, 'updated');
      return {
        ids: answer.ids.map((id) => recordId(id, 'updated id')),
        latestDateCoveredMs: timeOf(answer.latestDateCovered),
      };
    },

    async deletedIds(object, startMs, endMs) {
      const { value } = await get(replicationPath(base, object, 'deleted', startMs, endMs));
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

    async create(object, fields) {
      const { id } = await (await writes()).create(soqlName(object), fields);
      return recordId(id ?? '', `id of the new ${object}`);
    },
    async publish(event, fields) {
      // Same call as `create`, but the id is an event's: it names no record and may have any form.
      await (await writes()).create(soqlName(event), fields);
    },
    async update(object, id, fields) {
      await (await writes()).update(soqlName(object), id, fields);
    },
    async upsert(object, externalIdField, rows) {
      for (const part of slices(rows, MAX_SAVE_ROWS)) {
        await (await writes()).upsert(soqlName(object), soqlName(externalIdField), part);
      }
    },
    async remove(object, ids) {
      for (const part of slices(ids, MAX_SAVE_ROWS)) {
        await (await writes()).remove(soqlName(object), part);
      }
    },
  };
}

/** jsforce takes a good part of a cold start: it is loaded by the first write. */
function lazyWrites(deps: ClientDeps): () => Promise<Writes> {
  let writes: Promise<Writes> | undefined;
  return () => {
    writes ??= (async () => {
      const { createWrites } = await import('./jsforce-writes.ts');
      return createWrites(deps.rest, await deps.instanceOrigin(), deps.apiVersion);
    })();
    return writes;
  };
}

function createDescribes({ rest, clock }: ClientDeps, base: string): Salesforce['describe'] {
  const known = new Map<string, { readonly atMs: number; readonly object: DescribedObject }>();
  return async (object, options = {}) => {
    const kept = known.get(object);
    const young = kept !== undefined && clock.now() - kept.atMs < DESCRIBE_MAX_AGE_MS;
    if (young && options.fresh !== true) return kept.object;
    const path = `${base}/sobjects/${soqlName(object)}/describe`;
    try {
      const { value } = await rest.json({ method: 'GET', path, repeatable: true });
      const described = parseDescribe(object, value);
      known.set(object, { atMs: clock.now(), object: described });
      return described;
    } catch (error) {
      if (error instanceof SalesforceError && error.status === 404) return undefined;
      throw error;
    }
  };
}

function replicationPath(
  base: string,
  object: string,
  which: 'updated' | 'deleted',
  startMs: number,
  endMs: number,
): string {
  const query = new URLSearchParams({
    start: replicationTime(startMs),
    end: replicationTime(endMs),
  });
  return `${base}/sobjects/${soqlName(object)}/${which}/?${query}`;
}

function replicationTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '+00:00');
}

/** A result's URL counts as a path only: the host is always the pinned one. */
function nextPath(url: string | undefined, base: string): string {
  if (url?.startsWith(`${base}/query`)) return url;
  throw new AppError('salesforce-refused', 'A query page names no next page although more follow.');
}

function timeOf(text: string): number {
  const timeMs = Date.parse(text.replace(/\+0000$/, 'Z'));
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new AppError('salesforce-refused', 'The org sent a time that is none.');
}

function parsed<S extends z.ZodMiniType>(schema: S, value: unknown, call: string): z.infer<S> {
  const answer = schema.safeParse(value);
  if (answer.success) return answer.data;
  const where = answer.error.issues[0]?.path.join('.') ?? '';
  throw new AppError('salesforce-refused', `The answer to ${call} lacks ${where || 'its form'}.`);
}

function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
