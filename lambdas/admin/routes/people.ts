import * as z from 'zod/mini';
import { emailAddress } from '#core/activities/activity.ts';
import { recordId } from '#core/ids.ts';
import { iso } from '#core/time-text.ts';
import { createPerson } from '#usecases/create-person.ts';
import { fillVariables } from '#usecases/fill-variables.ts';
import { orgRoute, type Route } from '../route.ts';
import { idText, time, wholeNumber } from '../schemas.ts';

const MAX_FIELDS = 100;
const MAX_VARIABLES = 100;

const ruleName = z.string().check(z.minLength(1), z.maxLength(200));
const originSchema = z.strictObject({
  from: z.enum(['rule', 'compose', 'sidebar', 'sequence', 'other']),
  rule: z.optional(ruleName.check(z.describe('Name or id of the rule'))),
});
const fieldName = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/));
const fieldValue = z.union([
  z.string().check(z.maxLength(32_000)),
  z.number(),
  z.boolean(),
  z.null(),
]);

const postRecord = orgRoute({
  method: 'POST',
  path: '/v1/orgs/{orgId}/records',
  operationId: 'createRecord',
  summary: 'Creates a contact or lead in Salesforce, as the user where connected',
  body: z.strictObject({
    id: z
      .string()
      .check(
        z.regex(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}$/),
        z.describe("The sender's own id: the same id never makes two records"),
      ),
    object: z.enum(['Contact', 'Lead']),
    user: emailAddress.check(z.describe('The Mixmax user for whom it is made')),
    email: emailAddress,
    fields: z.record(fieldName, fieldValue).check(
      z.refine((fields) => Object.keys(fields).length <= MAX_FIELDS, {
        error: `has more than ${MAX_FIELDS} members`,
      }),
      z.describe(`Further fields by API name, at most ${MAX_FIELDS}`),
    ),
    origin: originSchema,
  }),
  answers: {
    201: {
      description: 'Created, by this request or by an earlier one of the same id',
      schema: z.object({ object: z.string(), id: z.string() }),
    },
  },
  refusals: [409, 422, 502, 503],
  handle: async ({ ports, org, body }) => {
    const { email, fields, origin, ...rest } = body;
    const { rule, from } = origin;
    const made = await createPerson(ports, org, {
      ...rest,
      fields: { ...fields, Email: email },
      origin: { from, ...(rule !== undefined && { rule }) },
    });
    return { status: 201, body: { object: body.object, id: made.recordId } };
  },
});

const listCreations = orgRoute({
  method: 'GET',
  path: '/v1/orgs/{orgId}/creations',
  operationId: 'listCreations',
  summary: 'What was created in Salesforce and by what, newest first',
  query: z.strictObject({ rule: z.optional(ruleName), limit: wholeNumber(1, 200, 50) }),
  answers: {
    200: {
      description: 'Contacts and leads',
      schema: z.object({
        creations: z.array(
          z.object({
            id: z.string(),
            object: z.string(),
            recordId: z.optional(z.string()),
            state: z.enum(['creating', 'created']),
            user: z.string(),
            at: time,
            origin: z.object({ from: z.string(), rule: z.optional(z.string()) }),
          }),
        ),
      }),
    },
  },
  handle: async ({ ports, org, query }) => {
    const { rule, limit } = query;
    const options = { limit, ...(rule !== undefined && { rule }) };
    const found = await ports.creations.list(org.orgId, options);
    const creations = found.map(({ id, object, recordId: made, state, user, atMs, origin }) => ({
      id,
      object,
      ...(made !== undefined && { recordId: made }),
      state,
      user,
      at: iso(atMs),
      origin,
    }));
    return { status: 200, body: { creations } };
  },
});

const postVariables = orgRoute({
  method: 'POST',
  path: '/v1/orgs/{orgId}/variables',
  operationId: 'fillVariables',
  summary: "Fills an e-mail's variables from the mirror, and has their fields synced from then on",
  body: z.strictObject({
    user: emailAddress.check(z.describe('The Mixmax user who writes: texts are in his locale')),
    person: z.union([z.strictObject({ email: emailAddress }), z.strictObject({ id: idText })]),
    names: z
      .array(z.string().check(z.minLength(1), z.maxLength(500)))
      .check(
        z.minLength(1),
        z.maxLength(MAX_VARIABLES),
        z.describe('Such as `Contact.Account.Name`, `Lead.Company`, `User.Phone`'),
      ),
  }),
  answers: {
    200: {
      description: 'Texts by name, why names have none, and which may be older than in Salesforce',
      schema: z.object({
        values: z.record(z.string(), z.string()),
        missing: z.record(
          z.string(),
          z.enum(['unknown-name', 'no-record', 'no-field', 'not-synced', 'empty']),
        ),
        stale: z.array(z.string()),
      }),
    },
  },
  refusals: [409, 502, 503],
  handle: async ({ ports, org, body }) => {
    const { user, names } = body;
    const person =
      'id' in body.person ? { id: recordId(body.person.id, 'person/id') } : body.person;
    return { status: 200, body: await fillVariables(ports, org, { user, names, person }) };
  },
});

export const peopleRoutes: readonly Route[] = [postRecord, listCreations, postVariables];
