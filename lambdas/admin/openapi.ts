import * as z from 'zod/mini';
import type { Route, Schema } from './route.ts';
import { problemSchema } from './schemas.ts';

type Json = { readonly [member: string]: unknown };

/** Refusals that every route of an access can give. */
const USUAL_REFUSALS = {
  'org-key': [400, 401, 403, 404, 503],
  'org-member': [400, 401, 403, 404, 503],
  'setup-code': [400, 401],
  open: [],
} as const;

/** What a session of the page opens as well as a key. */
const USES_SESSIONS: ReadonlySet<string> = new Set<Route['access']>(['org-key', 'org-member']);

const REFUSAL_TEXT: Readonly<Record<number, string>> = {
  400: 'Something in the request is wrong; `pointer` says what',
  401: 'No valid key or set-up code',
  403: 'The key belongs to another org',
  404: 'Not known here',
  409: 'Not possible in the present state',
  410: 'Too old: no longer kept',
  413: 'The body is larger than 1,000,000 bytes',
  422: "The org's own rules do not allow it",
  429: 'Too often in a minute; see Retry-After',
  502: 'Salesforce refused',
  503: 'Salesforce or a store cannot be reached now; see Retry-After',
};

/** The OpenAPI 3.1 document of the routes, made of the schemas that read their requests. */
export function openApiDocument(routes: readonly Route[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const operations = paths[route.path] ?? {};
    operations[route.method.toLowerCase()] = operationOf(route);
    paths[route.path] = operations;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Mixmax Real-Time Sync',
      version: '1',
      description: 'Refusals are application/problem+json (RFC 9457). Times are ISO 8601, UTC.',
    },
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
      securitySchemes: {
        orgKey: { type: 'http', scheme: 'bearer', description: 'A key of the org, `rts_…`' },
        pageSession: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-rts_session',
          description:
            'A session of the page, opened by POST /v1/page-sessions; changes need X-CSRF-Token too',
        },
        setupCode: { type: 'http', scheme: 'bearer', description: 'The one-time set-up code' },
      },
    },
  };
}

/** Every status that a route is documented to refuse with. */
export function refusalsOf(route: Route): readonly number[] {
  const limited = USES_SESSIONS.has(route.access) && route.method !== 'GET' ? [429] : [];
  const usual = USUAL_REFUSALS[route.access];
  return [...new Set([...usual, ...limited, ...(route.refusals ?? [])])].sort();
}

function operationOf(route: Route): Json {
  const parameters = parametersOf(route);
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(route.body !== undefined && {
      requestBody: { required: true, content: jsonContent(route.body, 'input') },
    }),
    responses: { ...answersOf(route), ...refusalAnswers(route) },
    security: securityOf(route),
  };
}

function securityOf({ access }: Route): readonly Json[] {
  if (access === 'open') return [];
  return USES_SESSIONS.has(access) ? [{ orgKey: [] }, { pageSession: [] }] : [{ setupCode: [] }];
}

function parametersOf(route: Route): readonly Json[] {
  const orgId = {
    name: 'orgId',
    in: 'path',
    required: true,
    schema: { type: 'string' },
    description: 'Salesforce org id, 15 or 18 characters',
  };
  return [
    ...(route.path.includes('{orgId}') ? [orgId] : []),
    ...membersOf(route.params).map((member) => ({ ...member, in: 'path', required: true })),
    ...membersOf(route.query).map((member) => ({ ...member, in: 'query' })),
  ];
}

/** The members of an object schema, one parameter each. */
function membersOf(schema: Schema | undefined): readonly Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, member]) => ({
    name,
    required: required.includes(name),
    schema: member,
  }));
}

function answersOf({ answers }: Route): Json {
  const entries = Object.entries(answers).map(([status, { description, schema }]) => [
    status,
    { description, ...(schema !== undefined && { content: jsonContent(schema, 'output') }) },
  ]);
  return Object.fromEntries(entries);
}

function refusalAnswers(route: Route): Json {
  const content = {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  };
  const entries = refusalsOf(route).map((status) => [
    status,
    { description: REFUSAL_TEXT[status] ?? 'Refused', content },
  ]);
  return Object.fromEntries(entries);
}

function jsonContent(schema: Schema, io: 'input' | 'output'): Json {
  return { 'application/json': { schema: jsonSchema(schema, io) } };
}

function jsonSchema(schema: Schema, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
