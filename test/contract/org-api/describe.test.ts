import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg();
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

/** Members of a recorded object description (API 60, 2026), in its order. */
const OBJECT_KEYS =
  'actionOverrides activateable associateEntityType associateParentEntity childRelationships compactLayoutable createable custom customSetting deepCloneable defaultImplementation deletable deprecatedAndHidden extendedBy extendsInterfaces feedEnabled fields hasSubtypes implementedBy implementsInterfaces isInterface isSubtype keyPrefix label labelPlural layoutable listviewable lookupLayoutable mergeable mruEnabled name namedLayoutInfos networkScopeFieldName queryable recordTypeInfos replicateable retrieveable searchLayoutable searchable sobjectDescribeOption supportedScopes triggerable undeletable updateable urls'.split(
    ' ',
  );

/** Members of a recorded field description, in its order. */
const FIELD_KEYS =
  'aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula cascadeDelete caseSensitive compoundFieldName controllerName createable custom defaultValue defaultValueFormula defaultedOnCreate dependentPicklist deprecatedAndHidden digits displayLocationInDecimal encrypted externalId extraTypeInfo filterable filteredLookupInfo formulaTreatNullNumberAsZero groupable highScaleNumber htmlFormatted idLookup inlineHelpText label length mask maskType name nameField namePointing nillable permissionable picklistValues polymorphicForeignKey precision queryByDistance referenceTargetField referenceTo relationshipName relationshipOrder restrictedDelete restrictedPicklist scale searchPrefilterable soapType sortable type unique updateable writeRequiresMasterRead'.split(
    ' ',
  );

const SUMMARY_KEYS =
  'activateable associateEntityType associateParentEntity createable custom customSetting deepCloneable deletable deprecatedAndHidden feedEnabled hasSubtypes isInterface isSubtype keyPrefix label labelPlural layoutable mergeable mruEnabled name queryable replicateable retrieveable searchable triggerable undeletable updateable urls'.split(
    ' ',
  );

interface Field extends Record<string, unknown> {
  readonly name: string;
  readonly picklistValues: { readonly value: string }[];
}

async function describe(object: string): Promise<Record<string, unknown> & { fields: Field[] }> {
  const response = await org.fetch('GET', `${DATA}/sobjects/${object}/describe`);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown> & { fields: Field[] };
}

test.each(['Account', 'Contact', 'Lead', 'Opportunity', 'Task', 'Event', 'User', 'Campaign'])(
  '%s has the members of a recorded description, in their order',
  async (object) => {
    const description = await describe(object);
    expect(Object.keys(description)).toEqual(OBJECT_KEYS);
    for (const field of description.fields) expect(Object.keys(field)).toEqual(FIELD_KEYS);
  },
);

test('deployed record types are listed by name before Master', async () => {
  const boxes = await startTestOrg({ sources: [join(import.meta.dirname, '../../apex')] });
  try {
    const response = await boxes.fetch('GET', `${DATA}/sobjects/Box__c/describe`);
    const { recordTypeInfos } = (await response.json()) as {
      recordTypeInfos: { recordTypeId: string; urls: { layout: string } }[];
    };
    expect(recordTypeInfos).toMatchObject([
      { name: 'Paper Box', developerName: 'Paper', master: false, defaultRecordTypeMapping: false },
      { name: 'Wooden Box', developerName: 'Wooden', active: true, available: true },
      { name: 'Master', recordTypeId: '012000000000000AAA', defaultRecordTypeMapping: true },
    ]);
    for (const { recordTypeId, urls } of recordTypeInfos) {
      expect(urls.layout).toMatch(new RegExp(`/Box__c/describe/layouts/${recordTypeId}$`));
      expect((await boxes.fetch('GET', urls.layout)).status).toBe(200);
    }
    expect(recordTypeInfos[0]?.recordTypeId).toMatch(/^012\w{15}$/);
  } finally {
    await boxes.close();
  }
});

test('fields of Task as recorded', async () => {
  const { fields, keyPrefix, label, undeletable, mergeable } = await describe('task');
  expect({ keyPrefix, label, undeletable, mergeable }).toEqual({
    keyPrefix: '00T',
    label: 'Task',
    undeletable: true,
    mergeable: false,
  });
  const byName = new Map(fields.map((field) => [field.name, field]));
  expect(byName.get('WhoId')).toMatchObject({
    type: 'reference',
    soapType: 'tns:ID',
    length: 18,
    byteLength: 18,
    referenceTo: ['Contact', 'Lead'],
    relationshipName: 'Who',
    polymorphicForeignKey: true,
    namePointing: true,
    nillable: true,
  });
  expect(byName.get('Subject')).toMatchObject({
    type: 'combobox',
    length: 255,
    byteLength: 765,
    groupable: false,
    nameField: true,
  });
  expect(byName.get('Status')).toMatchObject({
    type: 'picklist',
    defaultValue: 'Not Started',
    defaultedOnCreate: true,
    nillable: false,
  });
  expect(byName.get('Status')?.picklistValues.map(({ value }) => value)).toEqual([
    'Not Started',
    'In Progress',
    'Completed',
    'Waiting on someone else',
    'Deferred',
  ]);
  expect(byName.get('Description')).toMatchObject({
    type: 'textarea',
    length: 32_000,
    byteLength: 96_000,
    filterable: false,
    sortable: false,
    aggregatable: false,
    extraTypeInfo: 'plaintextarea',
  });
  expect(byName.get('IsClosed')).toMatchObject({
    type: 'boolean',
    defaultValue: false,
    createable: false,
    aggregatable: false,
    soapType: 'xsd:boolean',
  });
});

test('what cannot be undeleted, merged or replicated says so', async () => {
  const role = await describe('OpportunityContactRole');
  expect(role).toMatchObject({ undeletable: false, replicateable: true });
  expect(await describe('User')).toMatchObject({ deletable: false, undeletable: false });
  expect(await describe('Account')).toMatchObject({ mergeable: true });
  expect((await describe('TaskStatus'))['replicateable']).toBe(false);
});

test('children of Account are listed with their cascade', async () => {
  const account = await describe('Account');
  const children = account['childRelationships'] as Record<string, unknown>[];
  const contacts = children.find(({ relationshipName }) => relationshipName === 'Contacts');
  expect(Object.keys(contacts ?? {})).toEqual([
    'cascadeDelete',
    'childSObject',
    'deprecatedAndHidden',
    'field',
    'junctionIdListNames',
    'junctionReferenceTo',
    'relationshipName',
    'restrictedDelete',
  ]);
  expect(contacts).toMatchObject({ childSObject: 'Contact', field: 'AccountId' });
});

test('the global description has an envelope and short items', async () => {
  const response = await org.fetch('GET', `${DATA}/sobjects`);
  const body = (await response.json()) as { sobjects: Record<string, unknown>[] };
  expect(Object.keys(body)).toEqual(['encoding', 'maxBatchSize', 'sobjects']);
  for (const item of body.sobjects) expect(Object.keys(item)).toEqual(SUMMARY_KEYS);
  expect(body.sobjects.find(({ name }) => name === 'Lead')).toMatchObject({ keyPrefix: '00Q' });
});

test('304 when nothing was deployed since', async () => {
  const path = `${DATA}/sobjects/Account/describe`;
  const first = await org.fetch('GET', path);
  const since = first.headers.get('last-modified') ?? '';
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[0-9a-f]{8}--gzip"$/);
  const conditional = (headers: Record<string, string>): Promise<Response> =>
    org.fetch('GET', path, undefined, { headers });
  expect((await conditional({ 'if-modified-since': since })).status).toBe(304);
  expect((await conditional({ 'if-none-match': etag })).status).toBe(304);
  const old = new Date(Date.parse(since) - 60_000).toUTCString();
  expect((await conditional({ 'if-modified-since': old })).status).toBe(200);
});

test('the object itself: short description and what the user last worked on', async () => {
  const created = await org.fetch('POST', `${DATA}/sobjects/Lead`, {
    LastName: 'Doe',
    Company: 'Acme',
  });
  const { id } = (await created.json()) as { id: string };
  const response = await org.fetch('GET', `${DATA}/sobjects/Lead`);
  const body = (await response.json()) as { recentItems: object[] };
  expect(Object.keys(body)).toEqual(['objectDescribe', 'recentItems']);
  expect(body.recentItems).toEqual([
    {
      attributes: { type: 'Lead', url: `${DATA}/sobjects/Lead/${id}` },
      Id: id,
      Name: 'Doe',
    },
  ]);
});

test('limits: 71 members in order; jobs and requests go down', async () => {
  type Limits = Record<string, { Max: number; Remaining: number; CreateCustom?: object }>;
  const read = async (): Promise<Limits> =>
    (await (await org.fetch('GET', `${DATA}/limits`)).json()) as Limits;
  const before = await read();
  const names = Object.keys(before);
  expect(names).toHaveLength(71);
  expect(names).toEqual([...names].sort());
  expect(before['DailyBulkV2QueryFileStorageMB']?.Max).toBe(976_562);
  expect(Object.keys(before['PermissionSets'] ?? {})).toEqual(['Max', 'Remaining', 'CreateCustom']);
  await org.fetch('POST', `${DATA}/jobs/query`, {
    operation: 'query',
    query: 'SELECT Id FROM Lead',
  });
  await org.org.whenIdle();
  const after = await read();
  const spent = (name: string): number =>
    (before[name]?.Remaining ?? 0) - (after[name]?.Remaining ?? 0);
  expect(spent('DailyBulkV2QueryJobs')).toBe(1);
  expect(spent('DailyApiRequests')).toBe(2);
});
