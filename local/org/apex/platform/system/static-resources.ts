import { parse } from 'csv-parse/sync';
import type { ObjectSchema } from '../../../schema/schema.ts';
import { coerceValue } from '../../../store/coercion.ts';
import { ApexList } from '../../collections.ts';
import { fromFieldValue } from '../../field-conversion.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import { type ApexObject, type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, type PlatformType, platformType } from '../definition.ts';
import { fail, given, type Int, type Text } from '../language/arguments.ts';
import { endpointOf, type HttpRequest, makeResponse } from './http.ts';
import type { SObjectTypeToken } from './tokens.ts';

/** @throws IllegalArgumentException when there is none of that name */
function bodyOf(realm: Realm, name: string): Buffer {
  const body = realm.system.staticResource(name)?.['Body'];
  return typeof body === 'string'
    ? Buffer.from(body, 'base64')
    : fail('IllegalArgumentException', `There is no static resource ${name}`);
}

interface MockState {
  /** Names of resources by endpoint; by the empty text, the one for all. */
  readonly resources: Map<string, string>;
  readonly headers: Map<string, string>;
  status: string;
  statusCode: number;
}

type Mock = PlatformObject<MockState>;

function resourceFor({ state: { resources } }: Mock, endpoint: string): string {
  return (
    resources.get(endpoint) ??
    resources.get('') ??
    fail('CalloutException', `The mock has no static resource for ${endpoint}`)
  );
}

function respond(realm: Realm, self: Mock, request: HttpRequest | null): ApexObject {
  const { statusCode, status, headers } = self.state;
  const body = bodyOf(realm, resourceFor(self, endpointOf(given(request))));
  return makeResponse({
    status: statusCode,
    statusText: status,
    headers: Object.fromEntries(headers),
    body,
  });
}

function mockType(name: string, resourceMembers: Record<string, PlatformMember>): PlatformType {
  return platformType({
    name,
    implements: ['HttpCalloutMock'],
    members: {
      ...resourceMembers,
      'new()': () =>
        new PlatformObject<MockState>(name, {
          resources: new Map(),
          headers: new Map(),
          status: 'OK',
          statusCode: 200,
        }),
      'HttpResponse respond(HttpRequest request)': respond,
      'void setHeader(String name, String value)': (
        _realm: Realm,
        self: Mock,
        header: Text,
        value: Text,
      ) => {
        self.state.headers.set(given(header), given(value));
        return null;
      },
      'void setStatus(String status)': (_realm: Realm, self: Mock, status: Text) => {
        self.state.status = given(status);
        return null;
      },
      'void setStatusCode(Integer statusCode)': (_realm: Realm, self: Mock, code: Int) => {
        self.state.statusCode = given(code);
        return null;
      },
    },
  });
}

/** Mocks that answer callouts with what a static resource holds: one for all endpoints, or one for each. */
export const resourceMockTypes: readonly PlatformType[] = [
  mockType('StaticResourceCalloutMock', {
    'void setStaticResource(String resource)': (_realm: Realm, self: Mock, resource: Text) => {
      self.state.resources.set('', given(resource));
      return null;
    },
  }),
  mockType('MultiStaticResourceCalloutMock', {
    'void setStaticResource(String endpoint, String resource)': (
      _realm: Realm,
      self: Mock,
      endpoint: Text,
      resource: Text,
    ) => {
      self.state.resources.set(given(endpoint), given(resource));
      return null;
    },
  }),
];

/** A record from one line; empty cells leave their fields alone. @throws SObjectException naming an unknown column */
function recordOf(schema: ObjectSchema, line: Readonly<Record<string, string>>): SObjectValue {
  const record = new SObjectValue(schema).claim();
  for (const [column, text] of Object.entries(line)) {
    const field = record.resolve(column);
    if (text !== '') record.load(field.name, fromFieldValue(field, coerceValue(field, text)));
  }
  return record;
}

/**
 * `Test.loadData`: inserts the lines of a comma-separated static resource, whose first line names the fields.
 * @returns the records with their new ids
 */
export function loadData(
  realm: Realm,
  _self: null,
  type: SObjectTypeToken | null,
  resource: Text,
): ApexValue {
  const schema = realm.schema.require(given(type).object);
  const lines = parse(bodyOf(realm, given(resource)), { columns: true, bom: true, trim: true });
  const records = (lines as Record<string, string>[]).map((line) => recordOf(schema, line));
  realm.system.database.save('insert', records, { allOrNone: true });
  return new ApexList(schema.name, records);
}
