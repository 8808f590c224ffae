import { describe, expect, test } from 'vitest';
import { deploySource } from '../../../local/org/schema/source/deploy-source.ts';
import { customField } from './schema/source-builder.ts';
import { deployed, refusal, startMs, type TestOrg } from './support.ts';

function formula(object: string, name: string, type: string, source: string, extra = '') {
  const size = ['Number', 'Currency', 'Percent'].includes(type)
    ? '<precision>18</precision><scale>2</scale>'
    : '';
  const escaped = source.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return customField(
    object,
    name,
    `<label>F</label><type>${type}</type>${size}<formula>${escaped}</formula>${extra}`,
  );
}

function orgWith(...files: { path: string; text: string }[]): { org: TestOrg; problems: string[] } {
  const org = deployed();
  const { problems } = deploySource(org.schema, files, org.store.keyPrefixes);
  org.store.migrate();
  return { org, problems: problems.map((problem) => problem.message) };
}

const acme = {
  Name: 'Acme',
  NumberOfEmployees: 7,
  AnnualRevenue: 1_000,
  Industry: 'Banking',
  Site: 'HQ',
  Website: 'www.acme.example',
};

/** The value of a formula on an account, as the store and as SOQL answer it. */
function formulaValue(type: string, source: string, extra = ''): unknown {
  const { org, problems } = orgWith(formula('Account', 'F__c', type, source, extra));
  expect(problems).toEqual([]);
  const parent = org.insert('Account', { Name: 'Parent', NumberOfEmployees: 3 });
  const saved = org.store.insert('Account', { ...acme, ParentId: parent }, org.context);
  expect(org.store.read('Account', String(saved['Id']))?.['F__c']).toBe(saved['F__c']);
  expect(org.query("SELECT F__c FROM Account WHERE Name = 'Acme'")).toEqual([
    { F__c: saved['F__c'] },
  ]);
  return saved['F__c'];
}

test.each<[string, string, unknown]>([
  ['Text', 'Name & " (" & Site & ")"', 'Acme (HQ)'],
  ['Text', 'Name + "!"', 'Acme!'],
  ['Text', '"It\'s \\"so\\""', 'It\'s "so"'],
  ['Text', 'Fax', null],
  ['Text', 'IF(NumberOfEmployees > 5, "big", "small")', 'big'],
  ['Text', 'IF(ISBLANK(Fax), "none", Fax)', 'none'],
  ['Text', 'BLANKVALUE(Fax, Phone)', null],
  ['Text', 'CASE(Industry, "Energy", "E", "Banking", "B", "?")', 'B'],
  ['Text', 'IF(ISPICKVAL(Industry, "Banking"), UPPER(LEFT(Name, 2)), "")', 'AC'],
  ['Text', 'RIGHT(Name, 2) & MID(Name, 2, 2) & LOWER(Site) & TEXT(NumberOfEmployees)', 'mecmhq7'],
  ['Text', 'SUBSTITUTE(Website, "www.", "") /* no prefix */', 'acme.example'],
  ['Text', 'Parent.Name', 'Parent'],
  ['Text', 'Parent.Parent.Name & "-"', '-'],
  ['Text', 'Owner.Alias', 'admin'],
  ['Number', 'NumberOfEmployees * 2 + 1', 15],
  ['Number', '2 + 3 * 4 ^ 2 / 8 - -1', 9],
  ['Number', 'AnnualRevenue / NumberOfEmployees', 142.86],
  ['Number', 'NumberOfEmployees / 0', null],
  ['Number', 'NumberOfEmployees + BillingLatitude', 7],
  ['Number', 'NumberOfEmployees - Parent.NumberOfEmployees', 4],
  [
    'Number',
    'MAX(1, NumberOfEmployees, 3) + MIN(2, 1) + ABS(-2) + ROUND(2.5, 0) + FLOOR(1.9) + CEILING(1.1) + MOD(7, 4)',
    19,
  ],
  ['Number', 'LEN(Name) + FIND("m", Name) + VALUE("2.5")', 9.5],
  ['Number', 'TODAY() - DATE(2026, 5, 1)', 5],
  [
    'Number',
    'YEAR(TODAY()) * 100 + MONTH(TODAY()) + DAY(DATEVALUE(CreatedDate)) / 100',
    202_605.06,
  ],
  ['Checkbox', 'Name = "acme"', false],
  ['Checkbox', 'Name = "Acme" && NOT(Site <> "HQ") && !(1 > 2)', true],
  ['Checkbox', 'OR(Fax = "", CONTAINS(Website, "nope"))', true],
  ['Checkbox', 'AND(BEGINS(Website, "www"), NumberOfEmployees >= 7, AnnualRevenue != null)', true],
  ['Checkbox', 'BillingLatitude > 0', false],
  ['Checkbox', 'Parent.IsDeleted', false],
  ['Date', 'DATEVALUE(CreatedDate) + 30', '2026-06-05'],
  ['DateTime', 'NOW() - 0.5', '2026-05-06T00:00:00.000Z'],
])('%s: %s gives %j', (type, source, expected) => {
  expect(formulaValue(type, source)).toBe(expected);
});

test('missing numbers stay missing where the formula says so', () => {
  expect(
    formulaValue(
      'Number',
      'NumberOfEmployees + BillingLatitude',
      '<formulaTreatBlanksAs>BlankAsBlank</formulaTreatBlanksAs>',
    ),
  ).toBeNull();
});

test.each<[string, string, string]>([
  ['Text', 'Nope & "x"', 'Field Nope does not exist. Check spelling.'],
  ['Text', 'Boss.Name', 'Field Boss.Name does not exist. Check spelling.'],
  ['Text', 'VLOOKUP(Name)', 'function VLOOKUP() is not supported in formulas of this org'],
  ['Text', 'constructor(Name)', 'function CONSTRUCTOR() is not supported in formulas of this org'],
  [
    'Text',
    'IF(Name, "a", "b")',
    "Incorrect parameter type for function 'IF()'. Expected Boolean, received Text",
  ],
  [
    'Text',
    'IF(TRUE, "a")',
    "Incorrect number of parameters for function 'IF()'. Expected 3, received 2",
  ],
  ['Number', 'Name', "Incorrect parameter type for formula 'F__c'. Expected Number, received Text"],
  [
    'Number',
    'Name * 2',
    "Incorrect parameter type for operator '*'. Expected Number, received Text",
  ],
  [
    'Text',
    'IF(TRUE, "a", 1)',
    "Incorrect parameter type for function 'IF()'. Results must have one type",
  ],
  ['Text', 'Name &', "Syntax error. Found 'end of formula'"],
  ['Text', 'Name # 2', "Syntax error: unexpected character '#'"],
  ['Text', 'F__c & "x"', 'formula of F__c refers to itself, or to too many others'],
  ['Picklist', 'Name', 'a formula cannot give a Picklist'],
])('a deploy refuses %s: %s', (type, source, message) => {
  expect(orgWith(formula('Account', 'F__c', type, source)).problems).toEqual([message]);
});

describe('formula fields', () => {
  test('are filtered, ordered, grouped and read through parents like others', () => {
    const { org } = orgWith(
      formula('Account', 'Size__c', 'Text', 'IF(NumberOfEmployees > 5, "Big", "Small")'),
      formula('Contact', 'Badge__c', 'Text', 'LastName & "/" & Account.Size__c'),
    );
    for (const [Name, NumberOfEmployees] of [
      ['A', 9],
      ['B', 1],
      ['C', 8],
    ] as const) {
      org.insert('Contact', {
        LastName: Name,
        AccountId: org.insert('Account', { Name, NumberOfEmployees }),
      });
    }
    expect(
      org.query("SELECT Name FROM Account WHERE Size__c = 'BIG' ORDER BY Size__c, Name DESC"),
    ).toEqual([{ Name: 'C' }, { Name: 'A' }]);
    expect(
      org.query("SELECT Badge__c, Account.Size__c FROM Contact WHERE Account.Size__c = 'small'"),
    ).toEqual([{ Badge__c: 'B/Small', Account: { Size__c: 'Small' } }]);
    expect(
      org.query('SELECT Size__c, COUNT(Id) FROM Account GROUP BY Size__c ORDER BY Size__c'),
    ).toEqual([
      { Size__c: 'Big', expr0: 2 },
      { Size__c: 'Small', expr0: 1 },
    ]);
  });

  test('change with what they read, and no stamp moves', () => {
    const { org } = orgWith(formula('Contact', 'Home__c', 'Text', 'Account.Name'));
    const account = org.insert('Account', { Name: 'Old' });
    const contact = org.insert('Contact', { LastName: 'Doe', AccountId: account });
    org.store.update('Account', account, { Name: 'New' }, org.later());
    expect(org.store.read('Contact', contact)).toMatchObject({
      Home__c: 'New',
      SystemModstamp: new Date(startMs).toISOString(),
    });
  });

  test('cannot be written', () => {
    const { org } = orgWith(formula('Account', 'F__c', 'Text', 'Name'));
    expect(refusal(() => org.store.coerce('Account', { F__c: 'x' }, 'insert')).code).toBe(
      'INVALID_FIELD_FOR_INSERT_UPDATE',
    );
    expect(org.store.insert('Account', { Name: 'A', F__c: 'x' }, org.context)['F__c']).toBe('A');
  });
});
