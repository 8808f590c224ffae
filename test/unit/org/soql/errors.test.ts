import { describe, expect, test } from 'vitest';
import { deployed, refusal } from '../support.ts';

const org = deployed();
const plan = (soql: string) => refusal(() => org.soql.plan(soql));

describe('a query that cannot be read names the token and its place', () => {
  test.each([
    ['SELECT Id FROM Account WHERE Name = x', 'x', 37],
    ['SELECT Id FROM Account LIMIT x', 'x', 30],
    ["SELECT Id FROM Account WHERE Name = 'a' AND Phone = '1' OR Fax = '2'", 'OR', 57],
    ["SELECT Id FROM Account WHERE Name = 'a' foo", 'foo', 41],
    ['SELECT Id, FROM Account', 'FROM', 12],
    ['SELECT Id Account', '<EOF>', 18],
    ['SELECT Id FROM Account GROUP Name', 'GROUP', 24],
    ['SELECT Id FROM Account ORDER BY Name NULLS', '<EOF>', 43],
    ['SELECT Id FROM Account WHERE CreatedDate = LAST_CENTURY', 'LAST_CENTURY', 44],
    ['SELECT Id FROM Account WHERE CreatedDate = LAST_N_DAYS', 'LAST_N_DAYS', 44],
    ['SELECT Id FROM Account WHERE CreatedDate = TODAY:3', 'TODAY', 44],
    ['DELETE FROM Account', 'DELETE', 1],
    ['', '<EOF>', 1],
    ["SELECT Id FROM Account WHERE Name IN 'a'", "'a'", 38],
    ["SELECT Id FROM Account WHERE Name = 'a'; DROP TABLE o_account", undefined, 40],
  ])('%s', (soql, token, column) => {
    const { code, message } = plan(soql);
    expect(code).toBe('MALFORMED_QUERY');
    expect(message).toContain(`ERROR at Row:1:Column:${column}\n`);
    if (token !== undefined)
      expect(message).toMatch(new RegExp(`unexpected token: '${token.replace(/[<>']/g, '.')}'$`));
  });

  test('with the line, a caret, row and column as Salesforce prints them', () => {
    expect(plan('SELECT Naem FROM Account')).toEqual({
      code: 'INVALID_FIELD',
      fields: [],
      message:
        "\nSELECT Naem FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Naem' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
    });
  });

  test('counting rows', () => {
    expect(plan('SELECT Id\nFROM Account\nWHERE Nope = 1').message).toContain(
      '\nWHERE Nope = 1\n      ^\nERROR at Row:3:Column:7\n',
    );
  });

  test('showing no more of a long line than helps', () => {
    const { message } = plan(`SELECT ${'Id, '.repeat(100)} Nope FROM Account`);
    expect(message.length).toBeLessThan(500);
  });
});

test.each([
  ['SELECT Id FROM Nope', 'INVALID_TYPE', "sObject type 'Nope' is not supported."],
  [
    'SELECT Id FROM Moved__e',
    'INVALID_TYPE_FOR_OPERATION',
    'entity type Moved__e does not support query',
  ],
  [
    'SELECT Id, Boss.Name FROM Contact',
    'INVALID_FIELD',
    "Didn't understand relationship 'Boss' in field path.",
  ],
  [
    'SELECT Id, (SELECT Id FROM Cousins) FROM Account',
    'INVALID_TYPE',
    "Didn't understand relationship 'Cousins' in FROM part of query call.",
  ],
  [
    'SELECT Account.Nope FROM Contact',
    'INVALID_FIELD',
    "No such column 'Nope' on entity 'Account'.",
  ],
  ['SELECT Who.Nope FROM Task', 'INVALID_FIELD', "No such column 'Nope' on entity 'Name'."],
  [
    'SELECT Account.Parent.Parent.Parent.Parent.Parent.Name FROM Contact',
    'MALFORMED_QUERY',
    'Relationship path has more than 5 levels',
  ],
  [
    "SELECT Id FROM Task WHERE Description = 'x'",
    'INVALID_FIELD',
    "field 'Description' can not be filtered in a query call",
  ],
  [
    'SELECT Id FROM Task ORDER BY Description',
    'INVALID_FIELD',
    "field 'Description' can not be sorted in a query call",
  ],
  [
    'SELECT Subject FROM Task GROUP BY Subject',
    'INVALID_FIELD',
    "field 'Subject' can not be grouped in a query call",
  ],
  [
    "SELECT Id FROM Account WHERE NumberOfEmployees = '5'",
    'INVALID_FIELD',
    "value of filter criterion for field 'NumberOfEmployees' must be of type int and should not be enclosed in quotes",
  ],
  [
    'SELECT Id FROM Account WHERE Name = 5',
    'INVALID_FIELD',
    "value of filter criterion for field 'Name' must be of type string and should be enclosed in quotes",
  ],
  [
    "SELECT Id FROM Account WHERE CreatedDate > '2026-01-01'",
    'INVALID_FIELD',
    "value of filter criterion for field 'CreatedDate' must be of type dateTime and should not be enclosed in quotes",
  ],
  [
    'SELECT Id FROM Account WHERE CreatedDate > 2026-01-01',
    'INVALID_FIELD',
    'must be of type dateTime',
  ],
  [
    'SELECT Id FROM Opportunity WHERE CloseDate > 2026-01-01T00:00:00Z',
    'INVALID_FIELD',
    'must be of type date',
  ],
  ["SELECT Id FROM Account WHERE IsDeleted = 'true'", 'INVALID_FIELD', 'must be of type boolean'],
  ['SELECT Id FROM Account WHERE Name = TODAY', 'INVALID_FIELD', 'must be of type string'],
  ["SELECT Id FROM Account WHERE Id = 'x'", 'INVALID_QUERY_FILTER_OPERATOR', 'invalid ID field: x'],
  [
    "SELECT Id FROM Account WHERE Id LIKE '001%'",
    'INVALID_QUERY_FILTER_OPERATOR',
    'invalid operator on id field',
  ],
  [
    "SELECT Id FROM Shipment__c WHERE Labels__c IN ('Red')",
    'INVALID_QUERY_FILTER_OPERATOR',
    'invalid operator',
  ],
  [
    "SELECT Id FROM Account WHERE Name INCLUDES ('a')",
    'INVALID_QUERY_FILTER_OPERATOR',
    'invalid operator',
  ],
  ['SELECT Id, Id FROM Account', 'MALFORMED_QUERY', 'duplicate field selected: Id'],
  [
    'SELECT Name n FROM Account',
    'MALFORMED_QUERY',
    'only aggregate expressions use field aliasing',
  ],
  [
    'SELECT Name, COUNT(Id) FROM Account',
    'MALFORMED_QUERY',
    'Field must be grouped or aggregated: Name',
  ],
  [
    'SELECT COUNT(Id) FROM Account ORDER BY Name',
    'MALFORMED_QUERY',
    'Ordered field must be grouped or aggregated: Name',
  ],
  ['SELECT COUNT(Id) x, MAX(Name) X FROM Account', 'MALFORMED_QUERY', 'duplicate alias: X'],
  [
    'SELECT SUM(Name) FROM Account',
    'MALFORMED_QUERY',
    'field Name does not support aggregate operator SUM',
  ],
  [
    'SELECT Id FROM Account WHERE COUNT(Id) > 1',
    'MALFORMED_QUERY',
    'Aggregate expressions are not allowed in WHERE',
  ],
  [
    'SELECT FIELDS(ALL) FROM Account',
    'MALFORMED_QUERY',
    'The SOQL FIELDS function must have a LIMIT of at most 200',
  ],
  ['SELECT FIELDS(CUSTOM) FROM Account LIMIT 201', 'MALFORMED_QUERY', 'LIMIT of at most 200'],
  [
    'SELECT Id FROM Account OFFSET 2001',
    'NUMBER_OUTSIDE_VALID_RANGE',
    'Maximum SOQL offset allowed is 2000',
  ],
  [
    'SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)',
    'MALFORMED_QUERY',
    'The inner and outer selects should not be on the same object type',
  ],
  [
    'SELECT Id FROM Account WHERE Id IN (SELECT AccountId, Id FROM Contact)',
    'MALFORMED_QUERY',
    'A sub-select must select exactly one field',
  ],
  [
    'SELECT Id FROM Account WHERE Name IN (SELECT AccountId FROM Contact)',
    'MALFORMED_QUERY',
    "cannot use: 'Name'",
  ],
  [
    'SELECT Id FROM Account WHERE Id IN (SELECT LastName FROM Contact)',
    'MALFORMED_QUERY',
    "cannot use: 'LastName'",
  ],
  [
    'SELECT TYPEOF Account WHEN Account THEN Name END FROM Contact',
    'MALFORMED_QUERY',
    'TYPEOF needs a relationship to several objects: Account',
  ],
  [
    'SELECT TYPEOF What WHEN Contact THEN Name END FROM Task',
    'INVALID_FIELD',
    'Contact is no object of relationship What',
  ],
  [
    'SELECT TYPEOF What WHEN Account THEN Nmae END FROM Task',
    'INVALID_FIELD',
    "No such column 'Nmae' on entity 'Account'",
  ],
  [
    'SELECT TYPEOF What WHEN Account THEN Name FROM Task',
    'MALFORMED_QUERY',
    "unexpected token: 'FROM'",
  ],
])('%s is refused', (soql, code, text) => {
  const refused = plan(soql);
  expect(refused.code).toBe(code);
  expect(refused.message).toContain(text);
});

test.each([
  ['SELECT Id FROM Account, Account.Contacts c', 'More than one object in FROM'],
  ['SELECT FORMAT(AnnualRevenue) FROM Account', 'format()'],
  [
    "SELECT Id FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'mi') < 5",
    'DISTANCE',
  ],
  ['SELECT Id FROM Account USING SCOPE team', 'USING SCOPE team'],
  ['SELECT Id FROM Account WITH DATA CATEGORY a AT b', 'WITH DATA CATEGORY'],
  ['SELECT Id FROM Account UPDATE TRACKING', 'UPDATE TRACKING'],
])('what this org leaves out is refused by name: %s', (soql, name) => {
  const { code, message } = plan(soql);
  expect(code).toBe('MALFORMED_QUERY');
  expect(message).toContain(`${name}`);
  expect(message).toMatch(/not supported|several arguments/);
});

test.each([
  [
    'SELECT COUNT(Id) FROM Lead GROUP BY CUBE(Status, City, Country, Company)',
    'GROUP BY CUBE has at most 3 fields',
  ],
  ['SELECT GROUPING(Name), COUNT(Id) FROM Account GROUP BY Name', 'GROUPING() needs a field'],
  ['SELECT Industry FROM Account GROUP BY ROLLUP(Name)', 'must be grouped or aggregated: Industry'],
  ['SELECT Name FROM Account GROUP BY ROLLUP(Name', "unexpected token: '<EOF>'"],
])('totals: %s', (soql, text) => {
  const { code, message } = plan(soql);
  expect(code).toBe('MALFORMED_QUERY');
  expect(message).toContain(text);
});

test('a query may have 100,000 characters', () => {
  const soql = (length: number) =>
    `SELECT Id FROM Account WHERE Name = '${'x'.repeat(length - 38)}'`;
  expect(org.soql.plan(soql(100_000)).object).toBe('Account');
  expect(plan(soql(100_001)).message).toBe(
    'SOQL statements cannot be longer than 100000 characters.',
  );
});

test('a query nested without end is refused, not fatal', () => {
  expect(
    plan(`SELECT Id FROM Account WHERE ${'('.repeat(5_000)}Name = 'a'${')'.repeat(5_000)}`).message,
  ).toContain('nested too deeply');
});

test('strings with escapes that are none are refused', () => {
  expect(plan("SELECT Id FROM Account WHERE Name = 'a\\q'").message).toContain(
    "Illegal character sequence '\\q'",
  );
  expect(plan("SELECT Id FROM Account WHERE Name = 'a").code).toBe('MALFORMED_QUERY');
});
