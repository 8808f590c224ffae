import { beforeAll, describe, expect, test } from 'vitest';
import { deployed, names, openTestOrg, refusal, startMs, type TestOrg } from '../support.ts';

let org: TestOrg;
const ids = { acme: '', bravo: '', jane: '', john: '', lead: '', shipment: '' };

beforeAll(() => {
  org = deployed();
  ids.acme = org.insert('Account', {
    Name: 'Acme 50% off',
    Industry: 'Banking',
    NumberOfEmployees: 10,
    BillingCity: 'Köln',
    AnnualRevenue: 1_000,
  });
  ids.bravo = org.insert('Account', {
    Name: 'bravo_x',
    ParentId: ids.acme,
    NumberOfEmployees: 20,
    Industry: 'Energy',
    AnnualRevenue: 3_000,
  });
  org.insert('Account', { Name: 'Charlie', Description: 'long' });
  ids.jane = org.insert('Contact', {
    LastName: 'Doe',
    FirstName: 'Jane',
    AccountId: ids.acme,
    Email: 'jane@acme.example',
  });
  ids.john = org.insert('Contact', {
    LastName: 'Roe',
    FirstName: 'John',
    AccountId: ids.bravo,
    Birthdate: '1990-03-15',
    DoNotCall: true,
  });
  org.insert('Contact', { LastName: 'Öztürk', MailingCity: 'Graz', MailingStreet: 'Gasse 1' });
  ids.lead = org.insert('Lead', { LastName: 'Lead', Company: 'L' });
  ids.shipment = org.insert('Shipment__c', {
    Account__c: ids.acme,
    Labels__c: 'Red;Fragile',
    Weight__c: 2.5,
    Due__c: '2026-05-06T23:30:00.000Z',
    Opens__c: '08:30:00.000Z',
  });
  org.insert('Shipment__c', { Labels__c: 'Blue', Weight__c: 10 });
  org.insert('Shipment__c', {});
  org.insert('Task', {
    Subject: 'About Jane',
    WhoId: ids.jane,
    WhatId: ids.acme,
    ActivityDate: '2026-05-06',
  });
  org.insert('Task', { Subject: 'About the lead', WhoId: ids.lead, ActivityDate: '2026-05-05' });
  org.insert('Task', { Subject: 'About a shipment', WhatId: ids.shipment });
});

const q = (soql: string, options = {}) => org.query(soql, options);
const bind = (entries: Record<string, never> | Record<string, unknown>) => ({
  binds: new Map(Object.entries(entries)) as ReadonlyMap<string, string>,
});

describe('text', () => {
  test.each([
    ["Name = 'ACME 50% OFF'", ['Acme 50% off']],
    ["Name IN ('charlie', 'BRAVO_X')", ['bravo_x', 'Charlie']],
    ["Name LIKE 'acme%'", ['Acme 50% off']],
    ["Name LIKE '%50\\%%'", ['Acme 50% off']],
    ["Name LIKE 'bravo\\_x'", ['bravo_x']],
    ["Name LIKE 'charli\\_'", []],
    ["Name LIKE 'charli_'", ['Charlie']],
    ["Name LIKE '_ravo_x'", ['bravo_x']],
    ["BillingCity = 'KÖLN'", ['Acme 50% off']],
    ["BillingCity LIKE 'KÖ%'", ['Acme 50% off']],
    ["BillingCity IN ('KÖLN')", ['Acme 50% off']],
    ["Name > 'b' AND Name < 'c'", ['bravo_x']],
    ["Name = 'It\\'s \\u0041'", []],
    ["Name = ''", []],
    ["Industry = ''", ['Charlie']],
    ["Name = 'x\\' OR Name != \\''", []],
  ])('%s', (where, expected) => {
    expect(names(q(`SELECT Name FROM Account WHERE ${where}`))).toEqual(expected);
  });

  test('wide letters of binds are folded too', () => {
    expect(
      q('SELECT LastName FROM Contact WHERE LastName = :name', bind({ name: 'öZTÜRK' })),
    ).toEqual([{ LastName: 'Öztürk' }]);
    expect(
      q('SELECT LastName FROM Contact WHERE LastName LIKE :name', bind({ name: 'öZ%' })),
    ).toEqual([{ LastName: 'Öztürk' }]);
  });

  test('a backslash stays one', () => {
    const id = org.insert('Account', { Name: 'C:\\temp' });
    expect(q("SELECT Id FROM Account WHERE Name = 'c:\\\\TEMP'")).toHaveLength(1);
    expect(q("SELECT Id FROM Account WHERE Name LIKE '%\\\\temp'")).toHaveLength(1);
    org.store.remove('Account', id, org.context);
  });
});

describe('missing values', () => {
  test.each([
    ['Industry = null', ['Charlie']],
    ['Industry != null', ['Acme 50% off', 'bravo_x']],
    ["Industry != 'Banking'", ['bravo_x', 'Charlie']],
    ["Industry NOT IN ('Banking')", ['bravo_x', 'Charlie']],
    ["Industry IN ('Banking', null)", ['Acme 50% off', 'Charlie']],
    ["Industry NOT IN ('Banking', null)", ['bravo_x']],
    ["NOT Industry = 'Banking'", ['bravo_x', 'Charlie']],
    ["NOT (Industry = 'Banking' OR NumberOfEmployees > 15)", ['Charlie']],
    ['NumberOfEmployees > 0', ['Acme 50% off', 'bravo_x']],
    ["Parent.Name != 'x'", ['Acme 50% off', 'bravo_x', 'Charlie']],
    ['Parent.Name = null', ['Acme 50% off', 'Charlie']],
    ['IsDeleted = null', ['Acme 50% off', 'bravo_x', 'Charlie']],
    ['IsDeleted != null', []],
  ])('%s', (where, expected) => {
    expect(names(q(`SELECT Name FROM Account WHERE ${where}`))).toEqual(expected);
  });

  test.each([
    ['Industry = :x', { x: null }, ['Charlie']],
    ['Industry != :x', { x: null }, ['Acme 50% off', 'bravo_x']],
    ['Industry IN :x', { x: ['Banking', null] }, ['Acme 50% off', 'Charlie']],
    ['Industry IN :x', { x: [] }, []],
    ['Industry NOT IN :x', { x: [] }, ['Acme 50% off', 'bravo_x', 'Charlie']],
    ['Industry IN (:x, :y)', { x: 'banking', y: 'ENERGY' }, ['Acme 50% off', 'bravo_x']],
    ['NumberOfEmployees = :x', { x: 20 }, ['bravo_x']],
  ])('%s with %j', (where, values, expected) => {
    expect(names(q(`SELECT Name FROM Account WHERE ${where}`, bind(values)))).toEqual(expected);
  });
});

describe('ids and binds', () => {
  test('ids compare as 18 characters, given with 15 or 18', () => {
    expect(names(q(`SELECT Name FROM Account WHERE Id = '${ids.acme.slice(0, 15)}'`))).toEqual([
      'Acme 50% off',
    ]);
    expect(
      names(
        q(
          'SELECT Name FROM Account WHERE Id IN :ids',
          bind({ ids: [ids.acme.slice(0, 15), ids.bravo] }),
        ),
      ),
    ).toHaveLength(2);
    expect(
      names(q(`SELECT Name FROM Account WHERE Id > '${ids.acme}' ORDER BY Id LIMIT 1`)),
    ).toEqual(['bravo_x']);
    expect(refusal(() => q('SELECT Id FROM Account WHERE Id = :x', bind({ x: 'nope' }))).code).toBe(
      'INVALID_QUERY_FILTER_OPERATOR',
    );
  });

  test('binds work in LIMIT and OFFSET', () => {
    expect(
      names(q('SELECT Name FROM Account ORDER BY Name LIMIT :n OFFSET :o', bind({ n: 1, o: 1 }))),
    ).toEqual(['bravo_x']);
    expect(refusal(() => q('SELECT Id FROM Account LIMIT :n', bind({ n: -1 }))).code).toBe(
      'MALFORMED_QUERY',
    );
    expect(refusal(() => q('SELECT Id FROM Account LIMIT :n', bind({ n: 'x' }))).code).toBe(
      'MALFORMED_QUERY',
    );
  });

  test('a bind that is missing, or not allowed at all, is refused', () => {
    expect(refusal(() => q('SELECT Id FROM Account WHERE Name = :x', bind({}))).message).toBe(
      'Variable does not exist: x',
    );
    expect(refusal(() => q('SELECT Id FROM Account WHERE Name = :x')).message).toBe(
      'Bind variables only allowed in Apex code',
    );
    expect(
      refusal(() => q('SELECT Id FROM Account WHERE Name = :x', bind({ x: ['a'] }))).message,
    ).toContain('A single value is needed');
    expect(
      org.soql.plan('SELECT Id FROM Account WHERE Name = :A OR Phone IN (:b, :a) LIMIT :c')
        .bindNames,
    ).toEqual(['a', 'b', 'c']);
  });
});

describe('parents', () => {
  test('come as records, null when there is none, with their ids', () => {
    const plan = org.soql.plan(
      'SELECT LastName, Account.Name, Account.Parent.Name, Account.Id FROM Contact ORDER BY LastName',
    );
    const rows = [...org.soql.run(plan, { nowMs: startMs, userId: org.userId })];
    expect(plan.selected.map((field) => field.path)).toEqual([
      'LastName',
      'Account.Name',
      'Account.Parent.Name',
      'Account.Id',
    ]);
    const [doe, roe, last] = rows;
    expect(doe?.id).toBe(ids.jane);
    expect(doe?.values.get('Account')).toMatchObject({ object: 'Account', id: ids.acme });
    expect(
      q('SELECT LastName, Account.Name, Account.Parent.Name FROM Contact ORDER BY LastName'),
    ).toEqual([
      { LastName: 'Doe', Account: { Name: 'Acme 50% off', Parent: null } },
      { LastName: 'Roe', Account: { Name: 'bravo_x', Parent: { Name: 'Acme 50% off' } } },
      { LastName: 'Öztürk', Account: null },
    ]);
    expect([...(roe?.values.keys() ?? [])]).toEqual(['LastName', 'Account']);
    expect(last?.values.get('Account')).toBeNull();
  });

  test('behind a look-up to several objects have a name and a type', () => {
    expect(
      q(
        'SELECT Subject, Who.Name, Who.Type, What.Name, What.Type, Owner.Name FROM Task ORDER BY Subject',
      ),
    ).toEqual([
      {
        Subject: 'About a shipment',
        Who: null,
        What: { Name: 'S-0001', Type: 'Shipment__c' },
        Owner: { Name: 'Alex Admin' },
      },
      {
        Subject: 'About Jane',
        Who: { Name: 'Jane Doe', Type: 'Contact' },
        What: { Name: 'Acme 50% off', Type: 'Account' },
        Owner: { Name: 'Alex Admin' },
      },
      {
        Subject: 'About the lead',
        Who: { Name: 'Lead', Type: 'Lead' },
        What: null,
        Owner: { Name: 'Alex Admin' },
      },
    ]);
    expect(q("SELECT Subject FROM Task WHERE Who.Type = 'contact'")).toEqual([
      { Subject: 'About Jane' },
    ]);
    expect(
      q("SELECT Subject FROM Task WHERE What.Type IN ('Shipment__c') AND What.Name LIKE 's-%'"),
    ).toEqual([{ Subject: 'About a shipment' }]);
    const [row] = org.soql.run(org.soql.plan('SELECT Who.Name FROM Task WHERE WhoId != null'), {
      nowMs: startMs,
      userId: org.userId,
    });
    expect(row?.values.get('Who')).toMatchObject({ object: 'Name', id: ids.jane });
  });

  test('TYPEOF shows other fields for each kind of parent', () => {
    const soql =
      'SELECT Subject, TYPEOF What WHEN Account THEN Industry, Owner.Alias WHEN Opportunity THEN StageName ELSE Name END ' +
      'FROM Task ORDER BY Subject';
    expect(q(soql)).toEqual([
      { Subject: 'About a shipment', What: { Name: 'S-0001' } },
      { Subject: 'About Jane', What: { Industry: 'Banking', Owner: { Alias: 'admin' } } },
      { Subject: 'About the lead', What: null },
    ]);
    const options = { nowMs: startMs, userId: org.userId };
    const behind = [...org.soql.run(org.soql.plan(soql), options)].map((row) =>
      row.values.get('What'),
    );
    expect(behind).toMatchObject([{ object: 'Name' }, { object: 'Account' }, null]);
    expect(
      q(
        "SELECT TYPEOF What WHEN Opportunity THEN Amount END FROM Task WHERE Subject = 'About Jane'",
      ),
    ).toEqual([{ What: {} }]);
  });

  test('can be reached through the alias or the name of the object', () => {
    expect(
      q("SELECT c.LastName, c.Account.Name FROM Contact c WHERE c.Account.Industry = 'Banking'"),
    ).toEqual([{ LastName: 'Doe', Account: { Name: 'Acme 50% off' } }]);
    expect(q("SELECT Contact.LastName FROM Contact WHERE Contact.FirstName = 'Jane'")).toEqual([
      { LastName: 'Doe' },
    ]);
  });

  test('custom relations end in __r', () => {
    expect(q('SELECT Account__r.Name FROM Shipment__c WHERE Account__r.Industry != null')).toEqual([
      { Account__r: { Name: 'Acme 50% off' } },
    ]);
  });
});

describe('children', () => {
  test('come as lists, filtered, ordered and limited per parent', () => {
    org.insert('Contact', { LastName: 'Abel', AccountId: ids.acme });
    expect(
      q(
        'SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName LIMIT 1), (SELECT Name FROM ChildAccounts), (SELECT Labels__c FROM Shipments__r WHERE Weight__c > 1) FROM Account ORDER BY Name',
      ),
    ).toEqual([
      {
        Name: 'Acme 50% off',
        Contacts: [{ LastName: 'Abel' }],
        ChildAccounts: [{ Name: 'bravo_x' }],
        Shipments__r: [{ Labels__c: 'Red;Fragile' }],
      },
      { Name: 'bravo_x', Contacts: [{ LastName: 'Roe' }], ChildAccounts: [], Shipments__r: [] },
      { Name: 'Charlie', Contacts: [], ChildAccounts: [], Shipments__r: [] },
    ]);
  });

  test('may have parents of their own and use binds, beside binds outside', () => {
    expect(
      q(
        'SELECT (SELECT LastName, Owner.Alias FROM Contacts WHERE LastName = :inner) FROM Account WHERE Name = :outer',
        bind({ inner: 'doe', outer: 'acme 50% off' }),
      ),
    ).toEqual([{ Contacts: [{ LastName: 'Doe', Owner: { Alias: 'admin' } }] }]);
  });

  test('are read for more parents than one batch holds', () => {
    const many = deployed();
    for (let index = 0; index < 1_203; index++) {
      many.insert('Contact', {
        LastName: `L${index}`,
        AccountId: many.insert('Account', { Name: `A${index}` }),
      });
    }
    const rows = many.query('SELECT Name, (SELECT LastName FROM Contacts) FROM Account');
    expect(rows).toHaveLength(1_203);
    expect(
      rows.every(
        (row) =>
          String(row['Name']).slice(1) ===
          String((row['Contacts'] as { LastName: string }[])[0]?.LastName).slice(1),
      ),
    ).toBe(true);
  });
});

describe('sub-selects', () => {
  test.each([
    ["Id IN (SELECT AccountId FROM Contact WHERE LastName = 'Doe')", ['Acme 50% off']],
    ['Id NOT IN (SELECT AccountId FROM Contact)', ['Charlie']],
    [
      'Id IN (SELECT AccountId FROM Contact) AND Id NOT IN (SELECT Account__c FROM Shipment__c)',
      ['bravo_x'],
    ],
    [
      "ParentId NOT IN (SELECT AccountId FROM Contact WHERE LastName = 'Doe')",
      ['Acme 50% off', 'Charlie'],
    ],
  ])('%s', (where, expected) => {
    expect(names(q(`SELECT Name FROM Account WHERE ${where} ORDER BY Name`))).toEqual(expected);
  });
});

describe('multi-select picklists', () => {
  test.each([
    ["INCLUDES ('red')", ['S-0001']],
    ["INCLUDES ('Red;Fragile')", ['S-0001']],
    ["INCLUDES ('Red;Blue')", []],
    ["INCLUDES ('Red', 'Blue')", ['S-0001', 'S-0002']],
    ["INCLUDES ('Fragil')", []],
    ["EXCLUDES ('Red')", ['S-0002', 'S-0003']],
    ["= 'red;fragile'", ['S-0001']],
    ['= null', ['S-0003']],
  ])('%s', (condition, expected) => {
    expect(
      names(q(`SELECT Name FROM Shipment__c WHERE Labels__c ${condition} ORDER BY Name`)),
    ).toEqual(expected);
  });
});

/** Contacts by account and DoNotCall with totals, counted by hand; bits of the mask: account, DoNotCall left out. */
function expectedTotals(isWanted: (mask: number) => boolean): object[] {
  const rows = q('SELECT Account.Name, DoNotCall FROM Contact').map((row) => ({
    a: ((row['Account'] as { Name?: string } | null)?.Name ?? null) as string | null,
    d: row['DoNotCall'] as boolean,
  }));
  return [0, 2, 1, 3].filter(isWanted).flatMap((mask) => {
    const shown = rows.map(({ a, d }) => ({ a: mask & 1 ? null : a, d: mask & 2 ? null : d }));
    const keys = [...new Set(shown.map((row) => JSON.stringify([row.a ?? '', row.d])))].sort();
    return keys.map((key) => {
      const group = shown.filter((row) => JSON.stringify([row.a ?? '', row.d]) === key);
      return { ...group[0], ga: mask & 1, gd: (mask >> 1) & 1, n: group.length };
    });
  });
}

describe('aggregates', () => {
  test('over everything', () => {
    expect(
      q(
        'SELECT COUNT(Id), COUNT(Industry) n, COUNT_DISTINCT(Industry), SUM(AnnualRevenue) total, AVG(NumberOfEmployees), MIN(Name), MAX(CreatedDate) FROM Account',
      ),
    ).toEqual([
      {
        expr0: 3,
        n: 2,
        expr1: 2,
        total: 4_000,
        expr2: 15,
        expr3: 'Acme 50% off',
        expr4: '2026-05-06T12:00:00.000Z',
      },
    ]);
    const plan = org.soql.plan(
      'SELECT COUNT(Id), SUM(AnnualRevenue) s, AVG(NumberOfEmployees) FROM Account',
    );
    expect(plan).toMatchObject({ aggregate: true, countOnly: false });
    expect(plan.selected).toEqual([
      { path: 'expr0', fieldType: 'int' },
      { path: 's', fieldType: 'currency' },
      { path: 'expr1', fieldType: 'double' },
    ]);
    const [row] = org.soql.run(plan, { nowMs: startMs, userId: org.userId });
    expect(row).toMatchObject({ object: 'AggregateResult', id: undefined });
  });

  test('by groups, with HAVING and ORDER BY', () => {
    expect(
      q(
        'SELECT Account.Name, COUNT(Id) FROM Contact GROUP BY Account.Name HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC',
      ),
    ).toEqual([{ Name: 'Acme 50% off', expr0: 2 }]);
    expect(
      q('SELECT Industry i, COUNT(Id) FROM Account GROUP BY Industry ORDER BY Industry NULLS LAST'),
    ).toEqual([
      { i: 'Banking', expr0: 1 },
      { i: 'Energy', expr0: 1 },
      { i: null, expr0: 1 },
    ]);
    expect(
      q(
        'SELECT CALENDAR_YEAR(CreatedDate) y, CALENDAR_MONTH(CreatedDate), COUNT(Id) FROM Account GROUP BY CALENDAR_YEAR(CreatedDate), CALENDAR_MONTH(CreatedDate)',
      ),
    ).toEqual([{ y: 2026, expr0: 5, expr1: 3 }]);
    expect(q('SELECT DoNotCall FROM Contact GROUP BY DoNotCall ORDER BY DoNotCall')).toEqual([
      { DoNotCall: false },
      { DoNotCall: true },
    ]);
  });

  test('with totals from right to left: ROLLUP', () => {
    expect(
      q(
        'SELECT Account.Name a, DoNotCall d, GROUPING(Account.Name) ga, GROUPING(DoNotCall) gd, COUNT(Id) n FROM Contact GROUP BY ROLLUP(Account.Name, DoNotCall) ORDER BY GROUPING(Account.Name), GROUPING(DoNotCall), Account.Name, DoNotCall',
      ),
    ).toEqual(expectedTotals((mask) => mask !== 1));
  });

  test('with totals of every combination: CUBE, of rows that fit the conditions', () => {
    const select =
      'SELECT Account.Name a, DoNotCall d, GROUPING(Account.Name) ga, GROUPING(DoNotCall) gd, COUNT(Id) n FROM Contact';
    const order = 'ORDER BY GROUPING(Account.Name), GROUPING(DoNotCall), Account.Name, DoNotCall';
    const cube = `GROUP BY CUBE(Account.Name, DoNotCall)`;
    expect(q(`${select} ${cube} ${order}`)).toEqual(expectedTotals(() => true));
    const some = q(`${select} WHERE DoNotCall = true ${cube} HAVING COUNT(Id) > 0 ${order}`);
    expect(some.every((row) => row['d'] !== false)).toBe(true);
    expect(some.at(-1)).toMatchObject({
      a: null,
      d: null,
      n: q('SELECT Id FROM Contact WHERE DoNotCall = true').length,
    });
  });

  test('totals of a field that is counted count every row', () => {
    expect(
      q('SELECT Industry, COUNT(Industry) n FROM Account GROUP BY ROLLUP(Industry)').at(-1),
    ).toEqual({ Industry: null, n: 2 });
  });

  test('COUNT() counts rows and gives none', () => {
    const plan = org.soql.plan('SELECT COUNT() FROM Account');
    expect(plan).toMatchObject({ countOnly: true, aggregate: false, selected: [] });
    expect(q('SELECT COUNT() FROM Account')).toEqual([]);
    const count = (soql: string) =>
      org.soql.count(org.soql.plan(soql), { nowMs: startMs, userId: org.userId });
    expect(count('SELECT COUNT() FROM Account')).toBe(3);
    expect(count('SELECT COUNT() FROM Account LIMIT 2')).toBe(2);
    expect(count('SELECT Id FROM Account LIMIT 2 OFFSET 2')).toBe(1);
    expect(count('SELECT Industry FROM Account GROUP BY Industry')).toBe(3);
  });
});

describe('dates', () => {
  test.each([
    ['Due__c = TODAY', 1],
    ['Due__c > TODAY', 0],
    ['Due__c >= TODAY', 1],
    ['Due__c != TODAY', 2],
    ['Due__c < TODAY', 0],
    ['Due__c <= TODAY', 1],
    ['Due__c IN (TODAY, YESTERDAY)', 1],
    ['Due__c NOT IN (TODAY)', 2],
    ['Due__c = 2026-05-06T23:30:00Z', 1],
    ['Due__c = 2026-05-07T01:30:00+02:00', 1],
    ['Due__c > 2026-05-06T23:30:00.000+0000', 0],
    ['DAY_ONLY(Due__c) = 2026-05-06', 1],
    ['HOUR_IN_DAY(Due__c) = 23', 1],
    ['DAY_IN_WEEK(Due__c) = 4', 1],
    ['CALENDAR_QUARTER(Due__c) = 2', 1],
    ['DAY_IN_YEAR(Due__c) = 126', 1],
    ['WEEK_IN_MONTH(Due__c) = 1', 1],
    ['WEEK_IN_YEAR(Due__c) = 18', 1],
    ['Opens__c = 08:30:00.000Z', 1],
    ['Opens__c > 09:00:00Z', 0],
  ])('%s', (where, expected) => {
    expect(q(`SELECT Id FROM Shipment__c WHERE ${where}`)).toHaveLength(expected);
  });

  test('begin and end in the time zone of the user', () => {
    const auckland = org.insert('User', {
      LastName: 'Kiwi',
      Username: 'kiwi@practice.example',
      Alias: 'kiwi',
      Email: 'kiwi@practice.example',
      TimeZoneSidKey: 'Pacific/Auckland',
      LocaleSidKey: 'en_US',
      EmailEncodingKey: 'UTF-8',
      LanguageLocaleKey: 'en_US',
      ProfileId: String(q('SELECT Id FROM Profile LIMIT 1')[0]?.['Id']),
    });
    // 12:00 UTC is midnight in Auckland: the 7th has begun there, and 23:30 UTC lies in it.
    expect(q('SELECT Id FROM Shipment__c WHERE Due__c = TODAY', { userId: auckland })).toHaveLength(
      1,
    );
    expect(
      q('SELECT Id FROM Task WHERE ActivityDate = YESTERDAY', { userId: auckland }),
    ).toHaveLength(1);
    expect(q('SELECT Id FROM Task WHERE ActivityDate = YESTERDAY')).toHaveLength(1);
    expect(q('SELECT Id FROM Task WHERE ActivityDate = TODAY', { userId: auckland })).toHaveLength(
      0,
    );
    expect(
      q(
        'SELECT COUNT(Id), DAY_ONLY(convertTimezone(Due__c)) d FROM Shipment__c WHERE Due__c != null GROUP BY DAY_ONLY(convertTimezone(Due__c))',
        { userId: auckland },
      ),
    ).toEqual([{ expr0: 1, d: '2026-05-07' }]);
  });
});

describe('what shows', () => {
  test('deleted records only with ALL ROWS', () => {
    const id = org.insert('Account', { Name: 'Gone' });
    org.store.remove('Account', id, org.context);
    expect(names(q('SELECT Name FROM Account'))).not.toContain('Gone');
    expect(names(q('SELECT Name FROM Account', { allRows: true }))).toContain('Gone');
    expect(q('SELECT Name, IsDeleted FROM Account WHERE IsDeleted = true ALL ROWS')).toContainEqual(
      { Name: 'Gone', IsDeleted: true },
    );
    expect(org.soql.plan('SELECT Id FROM Account ALL ROWS').allRows).toBe(true);
    org.store.purge('Account', [id]);
  });

  test('everything, or what the user owns', () => {
    const [seller = ''] = org.store.findByKey('User', 'Username', 'sam@practice.example');
    expect(q('SELECT Id FROM Account USING SCOPE mine')).toHaveLength(3);
    expect(q('SELECT Id FROM Account USING SCOPE mine', { userId: seller })).toHaveLength(0);
    expect(q('SELECT Id FROM Account USING SCOPE everything', { userId: seller })).toHaveLength(3);
  });
});

describe('the SELECT list', () => {
  test('FIELDS() stands for the fields', () => {
    const [all] = q("SELECT FIELDS(ALL) FROM Shipment__c WHERE Name = 'S-0001' LIMIT 1");
    expect(Object.keys(all ?? {}).map((name) => name.toLowerCase())).toEqual([
      ...org.schema.require('Shipment__c').fields.keys(),
    ]);
    expect(Object.keys(q('SELECT FIELDS(STANDARD) FROM Shipment__c')[0] ?? {})).not.toContain(
      'Labels__c',
    );
    expect(Object.keys(q('SELECT FIELDS(CUSTOM), Name FROM Shipment__c LIMIT 5')[0] ?? {})).toEqual(
      [
        'Code__c',
        'Tag__c',
        'Account__c',
        'Keeper__c',
        'Weight__c',
        'Labels__c',
        'Due__c',
        'Opens__c',
        'Name',
      ],
    );
  });

  test('compound addresses come in parts, null when all are empty', () => {
    expect(
      q(
        "SELECT LastName, MailingAddress FROM Contact WHERE LastName IN ('Doe', 'Öztürk') ORDER BY LastName",
      ),
    ).toEqual([
      { LastName: 'Doe', MailingAddress: null },
      {
        LastName: 'Öztürk',
        MailingAddress: {
          city: 'Graz',
          country: null,
          geocodeAccuracy: null,
          latitude: null,
          longitude: null,
          postalCode: null,
          state: null,
          street: 'Gasse 1',
        },
      },
    ]);
    expect(q("SELECT Account.BillingAddress FROM Contact WHERE LastName = 'Doe'")).toMatchObject([
      { Account: { BillingAddress: { city: 'Köln' } } },
    ]);
  });

  test('plain rows come as arrays in its order', () => {
    const plan = org.soql.plan(
      "SELECT DoNotCall, Account.Name, LastName, Account.IsDeleted FROM Contact WHERE FirstName != null OR LastName = 'Öztürk' ORDER BY LastName",
    );
    expect([...org.soql.runArrays(plan, { nowMs: startMs, userId: org.userId })]).toEqual([
      [false, 'Acme 50% off', 'Doe', false],
      [true, 'bravo_x', 'Roe', false],
      [false, null, 'Öztürk', null],
    ]);
    for (const soql of [
      'SELECT (SELECT Id FROM Contacts) FROM Account',
      'SELECT BillingAddress FROM Account',
      'SELECT COUNT() FROM Account',
    ]) {
      expect(
        refusal(() => [
          ...org.soql.runArrays(org.soql.plan(soql), { nowMs: startMs, userId: org.userId }),
        ]).code,
      ).toBe('MALFORMED_QUERY');
    }
  });

  test('toLabel() gives the value where the label is the same', () => {
    expect(q("SELECT toLabel(Industry) FROM Account WHERE toLabel(Industry) = 'Banking'")).toEqual([
      { Industry: 'Banking' },
    ]);
  });
});

describe('order', () => {
  test.each([
    ['Industry', ['Charlie', 'Acme 50% off', 'bravo_x']],
    ['Industry DESC', ['Charlie', 'bravo_x', 'Acme 50% off']],
    ['Industry NULLS LAST', ['Acme 50% off', 'bravo_x', 'Charlie']],
    ['Industry DESC NULLS LAST', ['bravo_x', 'Acme 50% off', 'Charlie']],
    ['Name DESC', ['Charlie', 'bravo_x', 'Acme 50% off']],
    ['NumberOfEmployees ASC NULLS FIRST, Name', ['Charlie', 'Acme 50% off', 'bravo_x']],
    ['Parent.Name NULLS LAST, Name DESC', ['bravo_x', 'Charlie', 'Acme 50% off']],
  ])('BY %s', (order, expected) => {
    expect(names(q(`SELECT Name FROM Account ORDER BY ${order}`))).toEqual(expected);
  });

  test('picklists sort in the order of their values', () => {
    const other = deployed();
    for (const StageName of ['Closed Lost', 'Needs Analysis', 'Prospecting', 'Closed Won'])
      other.insert('Opportunity', { Name: StageName, StageName, CloseDate: '2026-06-01' });
    expect(names(other.query('SELECT Name FROM Opportunity ORDER BY StageName'))).toEqual([
      'Prospecting',
      'Needs Analysis',
      'Closed Won',
      'Closed Lost',
    ]);
  });
});

test('clauses that change nothing here are accepted and told', () => {
  expect(org.soql.plan('SELECT Id FROM Account FOR UPDATE')).toMatchObject({
    forUpdate: true,
    hasLimitOrOffset: false,
  });
  expect(
    org.soql.plan('SELECT Id FROM Account ORDER BY Name LIMIT 1 OFFSET 2 FOR VIEW FOR REFERENCE'),
  ).toMatchObject({ forUpdate: false, hasLimitOrOffset: true, hasOffset: true, hasOrderBy: true });
  expect(org.soql.plan('SELECT Id FROM Account WITH USER_MODE').accessMode).toBe('user');
  expect(org.soql.plan('SELECT Id FROM Account WITH SECURITY_ENFORCED').accessMode).toBe(
    'enforced',
  );
  expect(org.soql.plan('SELECT Id FROM Account WITH SYSTEM_MODE').accessMode).toBe('system');
  expect(org.soql.plan('SELECT Id FROM Account').accessMode).toBeUndefined();
});

test('a query may run inside the loop over itself', () => {
  const plan = org.soql.plan('SELECT Name FROM Account ORDER BY Name');
  const options = { nowMs: startMs, userId: org.userId };
  const pairs: string[] = [];
  for (const outer of org.soql.run(plan, options)) {
    for (const inner of org.soql.run(plan, options))
      pairs.push(`${String(outer.values.get('Name'))[0]}${String(inner.values.get('Name'))[0]}`);
  }
  expect(pairs).toEqual(['AA', 'Ab', 'AC', 'bA', 'bb', 'bC', 'CA', 'Cb', 'CC']);
});

test('a loop that stops early leaves the query usable', () => {
  const plan = org.soql.plan('SELECT Name FROM Account ORDER BY Name');
  for (let round = 0; round < 3; round++) {
    for (const record of org.soql.run(plan, { nowMs: startMs, userId: org.userId })) {
      expect(record.values.get('Name')).toBe('Acme 50% off');
      break;
    }
  }
});

test('plans are kept for the next time, but not more than a million characters of them', () => {
  const org = openTestOrg();
  const short = 'SELECT Id FROM Account';
  const first = org.soql.plan(short);
  const longQuery = (length: number) =>
    `SELECT Id FROM Account WHERE Name = '${String(length).padEnd(length, 'x')}'`;
  for (let index = 0; index < 50; index += 1) org.soql.plan(longQuery(10_000 + index));
  expect(org.soql.plan(short)).toBe(first);
  for (let index = 0; index < 60; index += 1) org.soql.plan(longQuery(11_000 + index));
  expect(org.soql.plan(short)).not.toBe(first);
});
