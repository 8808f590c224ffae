import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventFile, metadataText } from '../../support/org/source-files.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

/** What Salesforce answers when something is wrong: status, code, text and `fields`, one row a case. */

const DATA = '/services/data/v66.0';
const SAM = 'sam@practice.example';

const field = (name: string, content: string) => ({
  path: `objects/Rule__c/fields/${name}.field-meta.xml`,
  text: metadataText('CustomField', `<fullName>${name}</fullName><label>${name}</label>${content}`),
});

const recordType = (object: string, name: string) => ({
  path: `objects/${object}/recordTypes/${name}.recordType-meta.xml`,
  text: metadataText(
    'RecordType',
    `<fullName>${name}</fullName><active>true</active><label>${name}</label>`,
  ),
});

const SOURCE = [
  {
    path: 'objects/Rule__c/Rule__c.object-meta.xml',
    text: metadataText(
      'CustomObject',
      '<deploymentStatus>Deployed</deploymentStatus><label>Rule</label><pluralLabel>Rules</pluralLabel>' +
        '<nameField><label>Name</label><type>Text</type></nameField><sharingModel>ReadWrite</sharingModel>',
    ),
  },
  field(
    'Key__c',
    '<type>Text</type><length>20</length><unique>true</unique><externalId>true</externalId>',
  ),
  field('Topic__c', '<type>Text</type><length>25</length>'),
  field('Mail__c', '<type>Email</type>'),
  ...Array.from({ length: 56 }, (_, index) =>
    field(
      `Up${index}__c`,
      `<type>Lookup</type><referenceTo>Account</referenceTo><relationshipName>Rules${index}</relationshipName>`,
    ),
  ),
  field('Count__c', '<type>Number</type><precision>4</precision><scale>0</scale>'),
  field(
    'Category__c',
    '<type>Picklist</type><valueSet><restricted>true</restricted><valueSetDefinition><sorted>false</sorted>' +
      '<value><fullName>One</fullName><default>false</default><label>One</label></value></valueSetDefinition></valueSet>',
  ),
  {
    path: 'objects/Rule__c/validationRules/Not_Thirteen.validationRule-meta.xml',
    text: metadataText(
      'ValidationRule',
      '<fullName>Not_Thirteen</fullName><active>true</active><errorConditionFormula>Count__c = 13</errorConditionFormula>' +
        '<errorDisplayField>Count__c</errorDisplayField><errorMessage>Thirteen is bad luck.</errorMessage>',
    ),
  },
  recordType('Rule__c', 'Main'),
  recordType('Account', 'Big'),
  eventFile('Signal', 'PublishAfterCommit'),
  {
    path: 'triggers/Rules.trigger',
    text: "trigger Rules on Rule__c (after insert) { if (Trigger.new[0].Topic__c == 'boom') { Integer i = 1 / 0; } }",
  },
];

let org: TestOrg;
let account: string;
let contact: string;
let gone: string;

beforeAll(async () => {
  org = await startTestOrg();
  org.org.deploy(SOURCE);
  account = await create('Account', { Name: 'Parent' });
  contact = await create('Contact', { LastName: 'Person' });
  gone = await create('Account', { Name: 'Gone' });
  await org.fetch('DELETE', `${DATA}/sobjects/Account/${gone}`);
  await create('Rule__c', { Key__c: 'taken' });
});
afterEach(() => org.org.faults.clearAll());
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

async function create(object: string, values: object): Promise<string> {
  const answer = await org.fetch('POST', `${DATA}/sobjects/${object}`, values);
  const { id } = (await answer.json()) as { id: string };
  return id;
}

interface Refusal {
  readonly status: number;
  readonly errors: readonly {
    readonly errorCode: string;
    readonly message: string;
    readonly fields?: readonly string[];
  }[];
}

async function ask(method: string, path: string, body?: unknown, token?: string): Promise<Refusal> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await org.fetch(method, path.startsWith('/') ? path : `${DATA}/${path}`, body, {
    headers,
  });
  return { status: answer.status, errors: (await answer.json()) as Refusal['errors'] };
}

const query = (soql: string): string => `query?q=${encodeURIComponent(soql)}`;
const NO_SUCH_COLUMN =
  "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. " +
  'Please reference your WSDL or the describe call for the appropriate names.';

const numbered = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(', ');

describe('queries', () => {
  test('as many children and parents as there may be', async () => {
    const children = numbered(20, (index) => `(SELECT Id FROM Rules${index}__r)`);
    expect((await ask('GET', query(`SELECT Id, ${children} FROM Account LIMIT 1`))).status).toBe(
      200,
    );
    const parents = numbered(55, (index) => `Up${index}__r.Name`);
    expect((await ask('GET', query(`SELECT ${parents} FROM Rule__c LIMIT 1`))).status).toBe(200);
  });

  test.each([
    [
      'a text that is no query',
      'SELECT Id From',
      'MALFORMED_QUERY',
      "\nSELECT Id From\n              ^\nERROR at Row:1:Column:15\nunexpected token: '<EOF>'",
    ],
    [
      'an unknown column',
      'SELECT Naem FROM Account',
      'INVALID_FIELD',
      `\nSELECT Naem FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Naem' on entity 'Account'. ${NO_SUCH_COLUMN}`,
    ],
    [
      'an unknown object',
      'SELECT Id FROM Nope',
      'INVALID_TYPE',
      "sObject type 'Nope' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.",
    ],
    [
      'an object that is not queried',
      'SELECT Id FROM Signal__e',
      'INVALID_TYPE_FOR_OPERATION',
      'entity type Signal__e does not support query',
    ],
    [
      'an offset too far',
      'SELECT Id FROM Account LIMIT 5 OFFSET 2001',
      'NUMBER_OUTSIDE_VALID_RANGE',
      'Maximum SOQL offset allowed is 2000',
    ],
    [
      'too many child queries',
      `SELECT Id, ${numbered(21, (index) => `(SELECT Id FROM Rules${index}__r)`)} FROM Account`,
      'MALFORMED_QUERY',
      'A query has at most 20 child queries',
    ],
    [
      'too many parents',
      `SELECT ${numbered(56, (index) => `Up${index}__r.Name`)} FROM Rule__c`,
      'MALFORMED_QUERY',
      'A query reaches at most 55 parents',
    ],
    [
      'a bad id',
      "SELECT Id FROM Contact WHERE AccountId = 'nothing'",
      'INVALID_QUERY_FILTER_OPERATOR',
      'invalid ID field: nothing',
    ],
  ])('%s', async (_, soql, errorCode, text) => {
    const { status, errors } = await ask('GET', query(soql));
    expect(status).toBe(400);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.errorCode).toBe(errorCode);
    expect(errors[0]?.message).toContain(text);
    expect(errors[0]).not.toHaveProperty('fields');
  });

  test('a locator that nobody was given', async () => {
    expect(await ask('GET', 'query/0r8000000000000AAA-2000')).toEqual({
      status: 400,
      errors: [{ errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' }],
    });
  });
});

describe('saves', () => {
  const REQUIRED_PROFILE =
    'Please check the security settings of this field and verify that it is read/write for your profile or permission set.';

  test.each<[string, object, string, string, readonly string[] | undefined]>([
    [
      'unknown column',
      { foo: 1 },
      'INVALID_FIELD',
      "No such column 'foo' on sobject of type Rule__c",
      undefined,
    ],
    [
      'too long',
      { Topic__c: 'x'.repeat(26) },
      'STRING_TOO_LONG',
      `Topic__c: data value too large: ${'x'.repeat(26)} (max length=25)`,
      ['Topic__c'],
    ],
    [
      'no e-mail',
      { Mail__c: 'not an email' },
      'INVALID_EMAIL_ADDRESS',
      'Mail__c: invalid email address: not an email',
      ['Mail__c'],
    ],
    [
      'validation rule',
      { Count__c: 13 },
      'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      'Thirteen is bad luck.',
      ['Count__c'],
    ],
    [
      'restricted picklist',
      { Category__c: 'Two' },
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      'Category__c: bad value for restricted picklist field: Two',
      ['Category__c'],
    ],
    [
      'not writable',
      { CreatedById: '005000000000001AAA' },
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      `Unable to create/update fields: CreatedById. ${REQUIRED_PROFILE}`,
      ['CreatedById'],
    ],
    [
      'bad reference',
      { OwnerId: '005000000000001AAA' },
      'INVALID_CROSS_REFERENCE_KEY',
      'invalid cross reference id',
      [],
    ],
  ])('%s', async (_, values, errorCode, message, fields) => {
    const { status, errors } = await ask('POST', 'sobjects/Rule__c', { Name: 'x', ...values });
    expect(status).toBe(400);
    expect(errors).toEqual([{ message, errorCode, ...(fields === undefined ? {} : { fields }) }]);
  });

  test('required', async () => {
    expect(await ask('POST', 'sobjects/Account', {})).toEqual({
      status: 400,
      errors: [
        {
          errorCode: 'REQUIRED_FIELD_MISSING',
          message: 'Required fields are missing: [Name]',
          fields: ['Name'],
        },
      ],
    });
  });

  test('a record type of another object', async () => {
    const soql = "SELECT Id FROM RecordType WHERE SobjectType = 'Account'";
    const found = await org.fetch('GET', `${DATA}/${query(soql)}`);
    const { records } = (await found.json()) as { records: readonly { Id: string }[] };
    const [type] = records.map(({ Id }) => Id);
    expect(await ask('POST', 'sobjects/Rule__c', { Name: 'x', RecordTypeId: type })).toEqual({
      status: 400,
      errors: [
        {
          errorCode: 'INVALID_CROSS_REFERENCE_KEY',
          message: `Record Type ID: this ID value isn't valid for the user: ${type}`,
          fields: ['RecordTypeId'],
        },
      ],
    });
  });

  test('unique: the other record by its 15 characters', async () => {
    const { status, errors } = await ask('POST', 'sobjects/Rule__c', {
      Name: 'x',
      Key__c: 'taken',
    });
    expect(status).toBe(400);
    expect(errors[0]?.errorCode).toBe('DUPLICATE_VALUE');
    expect(errors[0]?.message).toMatch(
      /^duplicate value found: Key__c duplicates value on record with id: \w{15}$/,
    );
  });

  test('a trigger that ends with an exception', async () => {
    const { status, errors } = await ask('POST', 'sobjects/Rule__c', {
      Name: 'x',
      Topic__c: 'boom',
    });
    expect(status).toBe(400);
    expect(errors[0]?.errorCode).toBe('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY');
    expect(errors[0]?.message).toMatch(
      /^Rules: execution of AfterInsert\n\ncaused by: System\.MathException: Divide by 0\n\nTrigger\.Rules: line 1, column \d+$/,
    );
  });

  test('field integrity: a lead and something else', async () => {
    const lead = await create('Lead', { LastName: 'L', Company: 'C' });
    const { status, errors } = await ask('POST', 'sobjects/Task', { WhoId: lead, WhatId: account });
    expect(status).toBe(400);
    expect(errors[0]?.errorCode).toBe('FIELD_INTEGRITY_EXCEPTION');
    expect(errors[0]?.message.toLowerCase()).toContain('cannot specify whatid with lead whoid');
  });

  test('a body of another type', async () => {
    const headers = { 'content-type': 'text/plain' };
    const answer = await org.fetch('POST', `${DATA}/sobjects/Account`, '{"Name":"x"}', { headers });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toEqual([
      {
        errorCode: 'UNSUPPORTED_MEDIA_TYPE',
        message: 'Content-Type header specified in HTTP request is not supported: text/plain',
      },
    ]);
  });

  test('bad JSON', async () => {
    const { status, errors } = await ask('POST', 'sobjects/Account', '{"Name": oops}');
    expect(status).toBe(400);
    expect(errors[0]?.errorCode).toBe('JSON_PARSER_ERROR');
    expect(errors[0]?.message).toMatch(/^Unexpected character/);
  });

  test('a locked row', async () => {
    org.org.faults.arm({ kind: 'rows-locked', object: 'Account', times: 1 });
    const { status, errors } = await ask('PATCH', `sobjects/Account/${account}`, { Name: 'y' });
    expect(status).toBe(400);
    expect(errors[0]?.errorCode).toBe('UNABLE_TO_LOCK_ROW');
    expect(errors[0]?.message).toBe(
      `unable to obtain exclusive access to this record or 1 records: ${account.slice(0, 15)}`,
    );
  });
});

describe('paths', () => {
  test('an object, a path, a record that is not there', async () => {
    const notFound = {
      status: 404,
      errors: [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }],
    };
    expect(await ask('GET', 'sobjects/Nope')).toEqual(notFound);
    expect(await ask('GET', 'nothing')).toEqual(notFound);
    expect(await ask('GET', '/services/data/v66.0//limits')).toEqual(notFound);
    expect(await ask('GET', '/services/data/v99.0/limits')).toEqual(notFound);
    const unknown = `sobjects/Account/${account.slice(0, 12)}zzz`;
    expect(await ask('GET', unknown)).toEqual(notFound);
    expect(await ask('PATCH', unknown, { Name: 'x' })).toEqual(notFound);
    expect(await ask('DELETE', unknown)).toEqual(notFound);
  });

  test('a record in the Recycle Bin', async () => {
    expect(await ask('GET', `sobjects/Account/${gone}`)).toEqual({
      status: 404,
      errors: [{ errorCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] }],
    });
  });

  test('an id of another object', async () => {
    expect(await ask('GET', `sobjects/Account/${contact}`)).toEqual({
      status: 400,
      errors: [
        {
          errorCode: 'MALFORMED_ID',
          message: `Account ID: id value of incorrect type: ${contact}`,
          fields: ['Id'],
        },
      ],
    });
  });

  test('a field that is no key', async () => {
    expect(await ask('PATCH', 'sobjects/Rule__c/Topic__c/x', { Name: 'x' })).toEqual({
      status: 404,
      errors: [
        {
          errorCode: 'NOT_FOUND',
          message: 'Provided external ID field does not exist or is not accessible: Topic__c',
        },
      ],
    });
  });

  test('a method the resource has not', async () => {
    expect(await ask('DELETE', 'sobjects/Account')).toEqual({
      status: 405,
      errors: [
        {
          errorCode: 'METHOD_NOT_ALLOWED',
          message: "HTTP Method 'DELETE' not allowed. Allowed are GET,POST",
        },
      ],
    });
  });

  test('a version that is retired', async () => {
    const { status, errors } = await ask('GET', '/services/data/v20.0/limits');
    expect([status, errors[0]?.errorCode]).toEqual([410, 'GONE']);
  });
});

describe('sessions and access', () => {
  test.each([
    ['a wrong token', 'Bearer 00D!x'],
    ['none', ''],
  ])('%s', async (_, authorization) => {
    const answer = await fetch(`${org.url}${DATA}/limits`, { headers: { authorization } });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual([
      { message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' },
    ]);
  });

  test('no access to a record of somebody else', async () => {
    const theirs = await create('Rule__c', { Name: 'Of the administrator' });
    const sam = org.org.issueToken(SAM);
    expect(await ask('GET', 'sobjects/Rule__c', undefined, sam)).toMatchObject({
      status: 404,
      errors: [{ errorCode: 'NOT_FOUND' }],
    });
    const remove = await ask('DELETE', `sobjects/Account/${account}`, undefined, sam);
    expect(theirs).toMatch(/^a\w{17}$/);
    expect(remove).toEqual({
      status: 403,
      errors: [
        {
          errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY',
          message: 'insufficient access rights on object id',
          fields: [],
        },
      ],
    });
  });
});

describe('outages, and what one machine cannot come to by itself', () => {
  test.each<[object, number, string, string]>([
    [{ kind: 'request-limit' }, 403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'],
    [{ kind: 'unavailable' }, 503, 'SERVER_UNAVAILABLE', 'Server Unavailable'],
    [
      { kind: 'server-error' },
      500,
      'UNKNOWN_EXCEPTION',
      'An unexpected error occurred. Please include this ErrorId if you contact support: 12345-67890',
    ],
    [
      { kind: 'query-timeout' },
      400,
      'QUERY_TIMEOUT',
      'Your query request was running for too long.',
    ],
    [
      { kind: 'policy-block' },
      403,
      'TXN_SECURITY_METERING_ERROR',
      'A transaction security policy blocks this request.',
    ],
    [
      {
        kind: 'refused',
        status: 403,
        errorCode: 'REQUEST_LIMIT_EXCEEDED',
        message: 'ConcurrentPerOrgLongTxn Limit exceeded.',
      },
      403,
      'REQUEST_LIMIT_EXCEEDED',
      'ConcurrentPerOrgLongTxn Limit exceeded.',
    ],
  ])('%j', async (fault, status, errorCode, message) => {
    expect((await org.control('POST', 'faults', fault)).status).toBe(201);
    expect(await ask('GET', 'limits')).toEqual({ status, errors: [{ message, errorCode }] });
  });

  test('the edge’s own page', async () => {
    org.org.faults.arm({ kind: 'unavailable', html: true, times: 1 });
    const answer = await org.fetch('GET', `${DATA}/limits`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      503,
      'text/html;charset=UTF-8',
    ]);
  });
});
