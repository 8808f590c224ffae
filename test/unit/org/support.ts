import { OrgError } from '../../../local/org/errors.ts';
import type { OrgSchema } from '../../../local/org/schema/org-schema.ts';
import type { FieldValues } from '../../../local/org/schema/schema.ts';
import { deploySource } from '../../../local/org/schema/source/deploy-source.ts';
import { loadStandardSchema } from '../../../local/org/schema/standard-schema.ts';
import type {
  QueryRecord,
  QueryValue,
  SoqlEngine,
  SoqlOptions,
} from '../../../local/org/soql/soql.ts';
import { createSoqlEngine } from '../../../local/org/soql/soql-engine.ts';
import type { SaveContext } from '../../../local/org/store/record-store.ts';
import {
  createRecordStore,
  type SqliteRecordStore,
} from '../../../local/org/store/sqlite-record-store.ts';

export const orgId = '00DDp0000000001MAA';
export const startMs = Date.UTC(2026, 4, 6, 12, 0, 0);

import { customField, customObject } from './schema/source-builder.ts';

/** An org's data in memory, with a clock that moves a minute with each call of `later`. */
export interface TestOrg {
  readonly schema: OrgSchema;
  readonly store: SqliteRecordStore;
  readonly soql: SoqlEngine;
  readonly userId: string;
  readonly context: SaveContext;
  later(): SaveContext;
  insert(object: string, values: FieldValues): string;
  query(soql: string, options?: Partial<SoqlOptions>): Record<string, unknown>[];
}

export function openTestOrg(path = ':memory:', schema = loadStandardSchema()): TestOrg {
  let nowMs = startMs;
  const seed = { orgId, nowMs: startMs - 86_400_000 };
  const store = createRecordStore({ path, schema, now: () => nowMs, seed });
  const soql = createSoqlEngine({ schema, database: store.database });
  const userId = store.findByKey('User', 'Username', 'alex@practice.example')[0] ?? '';
  const context = (): SaveContext => ({ nowMs, userId });
  return {
    schema,
    store,
    soql,
    userId,
    get context() {
      return context();
    },
    later() {
      nowMs += 60_000;
      return context();
    },
    insert: (object, values) => String(store.insert(object, values, context())['Id']),
    query: (text, options = {}) =>
      [...soql.run(soql.plan(text), { nowMs, userId, ...options })].map((record) => plain(record)),
  };
}

/** An org with neutral custom objects: Shipment__c, its details Parcel__c, settings and an event. */
export function deployed(path = ':memory:'): TestOrg {
  const org = openTestOrg(path);
  const { problems } = deploySource(org.schema, shipmentSource, org.store.keyPrefixes);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  org.store.migrate();
  return org;
}

const shipmentSource = [
  customObject(
    'Shipment__c',
    '<label>Shipment</label><enableActivities>true</enableActivities><nameField><displayFormat>S-{0000}</displayFormat><type>AutoNumber</type></nameField>',
  ),
  customField(
    'Shipment__c',
    'Code__c',
    '<label>Code</label><type>Text</type><length>20</length><unique>true</unique><externalId>true</externalId>',
  ),
  customField(
    'Shipment__c',
    'Tag__c',
    '<label>Tag</label><type>Text</type><length>20</length><unique>true</unique><caseSensitive>true</caseSensitive>',
  ),
  customField(
    'Shipment__c',
    'Account__c',
    '<label>Account</label><type>Lookup</type><referenceTo>Account</referenceTo><relationshipName>Shipments</relationshipName>',
  ),
  customField(
    'Shipment__c',
    'Keeper__c',
    '<label>Keeper</label><type>Lookup</type><referenceTo>Contact</referenceTo><deleteConstraint>Restrict</deleteConstraint>',
  ),
  customField(
    'Shipment__c',
    'Weight__c',
    '<label>Weight</label><type>Number</type><precision>8</precision><scale>2</scale>',
  ),
  customField(
    'Shipment__c',
    'Labels__c',
    '<label>Labels</label><type>MultiselectPicklist</type><valueSet><valueSetDefinition><value><fullName>Red</fullName><default>false</default></value><value><fullName>Blue</fullName><default>false</default></value><value><fullName>Fragile</fullName><default>false</default></value></valueSetDefinition></valueSet>',
  ),
  customField('Shipment__c', 'Due__c', '<label>Due</label><type>DateTime</type>'),
  customField('Shipment__c', 'Opens__c', '<label>Opens</label><type>Time</type>'),
  customObject('Parcel__c', '<label>Parcel</label><nameField><type>Text</type></nameField>'),
  customField(
    'Parcel__c',
    'Shipment__c',
    '<label>Shipment</label><type>MasterDetail</type><referenceTo>Shipment__c</referenceTo><relationshipName>Parcels</relationshipName>',
  ),
  customObject(
    'Prefs__c',
    '<label>Prefs</label><customSettingsType>Hierarchy</customSettingsType>',
  ),
  customField(
    'Prefs__c',
    'Limit__c',
    '<label>Limit</label><type>Number</type><precision>4</precision><scale>0</scale>',
  ),
  customField(
    'Prefs__c',
    'On__c',
    '<label>On</label><type>Checkbox</type><defaultValue>true</defaultValue>',
  ),
  customObject('Moved__e', '<label>Moved</label>'),
  customField('Moved__e', 'Where__c', '<label>Where</label><type>Text</type><length>20</length>'),
  customField(
    'Moved__e',
    'Far__c',
    '<label>Far</label><type>Checkbox</type><defaultValue>false</defaultValue>',
  ),
];

/** A record as a plain object, children as arrays. */
function plain(record: QueryRecord): Record<string, unknown> {
  return Object.fromEntries([...record.values].map(([key, value]) => [key, plainValue(value)]));
}

function plainValue(value: QueryValue): unknown {
  if (isRecords(value)) return value.map((item) => plain(item));
  return value !== null && typeof value === 'object' ? plain(value) : value;
}

function isRecords(value: QueryValue): value is readonly QueryRecord[] {
  return Array.isArray(value);
}

export function names(rows: readonly Record<string, unknown>[]): unknown[] {
  return rows.map((row) => row['Name']);
}

/** Code, text and fields of the OrgError that `work` throws. */
export function refusal(work: () => unknown): {
  code: string;
  message: string;
  fields: readonly string[];
} {
  try {
    work();
  } catch (error) {
    if (error instanceof OrgError) {
      return { code: error.code, message: error.message, fields: error.fields };
    }
    throw error;
  }
  throw new Error('nothing was refused');
}
