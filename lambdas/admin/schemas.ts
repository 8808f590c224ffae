import * as z from 'zod/mini';

/** Schemas that several routes share. Times are ISO 8601 UTC. */

export const idText = z
  .string()
  .check(z.regex(/^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/), z.describe('15 or 18 characters'));
export const objectName = z
  .string()
  .check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/), z.describe('API name of a mirrored object'));
const fieldName = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/));
/** Field names by object. */
export const fieldsByObject = z.record(objectName, z.array(fieldName).check(z.maxLength(500)));
export const time = z.string().check(z.describe('ISO 8601, UTC'));
/** Comma-separated field names. */
export const fieldList = z.optional(
  z.string().check(z.maxLength(20_000), z.describe('Field names, separated by commas')),
);

/** A whole number from a query. */
export function wholeNumber(minimum: number, maximum: number, fallback: number) {
  const number = z.coerce.number().check(z.int(), z.minimum(minimum), z.maximum(maximum));
  return z._default(number, fallback);
}

const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.optional(z.string()),
  pointer: z.optional(z.string()),
});

export const recordSchema = z.object({
  id: z.string(),
  object: z.string(),
  version: z.object({ modstamp: time, readAt: time }),
  revision: z.int(),
  deleted: z.boolean(),
  hidden: z.boolean(),
  mergedInto: z.optional(z.string()),
  fields: z.record(z.string(), fieldValue),
  notSynced: z.optional(
    z.array(z.string()).check(z.describe('Fields asked for that the mirror does not hold')),
  ),
  calculated: z.optional(
    z
      .array(z.string())
      .check(
        z.describe(
          'Of the fields here, formulas and roll-ups: as they were when the record was last read; Salesforce tells of no change of theirs',
        ),
      ),
  ),
});

export type RecordAnswer = z.output<typeof recordSchema>;

export const feedEventSchema = z.object({
  id: z.string(),
  type: z.enum([
    'record.created',
    'record.updated',
    'record.deleted',
    'record.merged',
    'record.hidden',
    'record.refreshed',
  ]),
  orgId: z.string(),
  object: z.string(),
  recordId: z.string(),
  revision: z.int(),
  via: z.enum(['notice', 'read', 'bulk']),
  modstamp: time,
  appliedAt: time,
  mergedInto: z.optional(z.string()),
  changed: z.record(z.string(), z.object({ old: fieldValue, new: fieldValue })),
});

export const objectsBody = z.strictObject({
  objects: z.optional(
    z.array(objectName).check(z.minLength(1), z.describe('Default: every mirrored object')),
  ),
});
export const auditBody = z.extend(objectsBody, {
  compare: z.optional(
    z
      .boolean()
      .check(
        z.describe('Compare ids and stamps, and read only what differs; by default all is read'),
      ),
  ),
  rowsPerMinute: z.optional(
    z
      .int()
      .check(
        z.gte(2_000),
        z.lte(100_000_000),
        z.describe('Read no more rows of an object a minute; by default as fast as they come'),
      ),
  ),
});

export const passSchema = z.object({
  id: z.string(),
  kind: z.enum(['audit', 'interval', 'closing', 'gap', 'sweep', 'check']),
  state: z.enum(['running', 'done', 'failed']),
  reason: z.string(),
  startedAt: time,
  finishedAt: z.optional(time),
  pausedAt: z.optional(time),
  rows: z.int(),
  objects: z.record(
    z.string(),
    z.object({
      state: z.enum(['waiting', 'running', 'done', 'failed']),
      rows: z.int(),
      since: z.optional(time),
      until: z.optional(time),
      error: z.optional(z.string()),
    }),
  ),
});

export const keySchema = z.object({ id: z.string(), label: z.string(), createdAt: time });

export const shortText = z.string().check(z.minLength(1), z.maxLength(20_000));
export const loginUrlText = shortText.check(
  z.describe('https://login.salesforce.com, https://test.salesforce.com or a My Domain'),
);
export const apiVersionText = z.optional(z.string().check(z.regex(/^\d{2,3}\.0$/)));

const credentialsSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('jwt'),
    clientId: shortText,
    username: shortText,
    privateKeyPem: shortText,
  }),
  z.strictObject({
    kind: z.literal('client-credentials'),
    clientId: shortText,
    clientSecret: shortText,
  }),
  z.strictObject({
    kind: z.literal('refresh-token'),
    clientId: shortText,
    clientSecret: z.optional(shortText),
    refreshToken: shortText,
  }),
]);

/** How a Sync User signs in without a browser. */
export const connectBody = z.strictObject({
  loginUrl: loginUrlText,
  credentials: credentialsSchema,
  apiVersion: apiVersionText,
  pollOnly: z.optional(
    z
      .literal(true)
      .check(z.describe('Nothing is installed in the org: it is read every 30 minutes')),
  ),
});

export const orgPhase = z.enum(['not-installed', 'setting-up', 'auditing', 'active', 'removed']);

export const syncUserSchema = z.object({
  username: z.string(),
  checkedAt: z.optional(time),
  permissions: z.array(
    z.object({
      permission: z.string(),
      ok: z.optional(z.boolean().check(z.describe('Absent: could not be tried'))),
      whatFor: z.string(),
      lost: z.string().check(z.describe('What is lost without it')),
      fix: z.string(),
    }),
  ),
});
