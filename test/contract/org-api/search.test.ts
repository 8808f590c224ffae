import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg();
  const create = async (object: string, fields: object): Promise<void> => {
    expect((await org.fetch('POST', `${DATA}/sobjects/${object}`, fields)).status).toBe(201);
  };
  await create('Account', { Name: 'Acme Rockets', Industry: 'Energy', Phone: '+1 415 555 0100' });
  await create('Account', { Name: 'Acme Bakery', Industry: 'Banking' });
  await create('Account', { Name: 'Acmeland', Site: 'Rockets' });
  await create('Contact', { FirstName: 'Jane', LastName: 'Doe', Email: 'jane.doe@acme.example' });
  await create('Lead', { LastName: "O'Hara", Company: '50% Off_', Email: 'x@y.example' });
});

afterAll(() => org.close());

interface Answer {
  readonly status: number;
  readonly names: readonly string[];
  readonly text: string;
}

async function search(sosl: string, username?: string): Promise<Answer> {
  const headers =
    username === undefined ? {} : { authorization: `Bearer ${org.org.issueToken(username)}` };
  const path = `${DATA}/search?q=${encodeURIComponent(sosl)}`;
  const response = await org.fetch('GET', path, undefined, { headers });
  const text = await response.text();
  const { searchRecords = [] } = JSON.parse(text) as { searchRecords?: { Name: string }[] };
  return { status: response.status, names: searchRecords.map(({ Name }) => Name).sort(), text };
}

test('whole words are found, in any case; a star stands for letters', async () => {
  const accounts = 'RETURNING Account(Id, Name)';
  expect((await search(`FIND {acme} IN NAME FIELDS ${accounts}`)).names).toEqual([
    'Acme Bakery',
    'Acme Rockets',
  ]);
  expect((await search(`FIND {acme*} IN NAME FIELDS ${accounts}`)).names).toHaveLength(3);
  expect((await search(`FIND {acme rockets} IN NAME FIELDS ${accounts}`)).names).toEqual([
    'Acme Rockets',
  ]);
  expect((await search(`FIND {"rockets acme"} ${accounts}`)).names).toEqual([]);
  expect((await search(`FIND {rockets} ${accounts}`)).names).toEqual(['Acme Rockets', 'Acmeland']);
});

test('records carry attributes and the fields asked for; clauses narrow and order', async () => {
  const { text } = await search(
    "FIND {acme} RETURNING Account(Name WHERE Industry = 'Energy' ORDER BY Name LIMIT 5), Contact",
  );
  expect(JSON.parse(text)).toEqual({
    searchRecords: [
      {
        attributes: {
          type: 'Account',
          url: expect.stringMatching(/\/services\/data\/v66\.0\/sobjects\/Account\/001\w{15}$/),
        },
        Name: 'Acme Rockets',
      },
      { attributes: { type: 'Contact', url: expect.any(String) }, Id: expect.any(String) },
    ],
  });
});

test.each([
  ['acme OR rockets', ['Acme Bakery', 'Acme Rockets', 'Acmeland']],
  ['bakery OR "acme rockets"', ['Acme Bakery', 'Acme Rockets']],
  ['acme AND NOT bakery', ['Acme Rockets']],
  ['acme AND bakery OR acmeland', ['Acme Bakery', 'Acmeland']],
  ['acme AND (bakery OR acmeland)', ['Acme Bakery']],
  ['acm* AND NOT (bakery OR rockets)', []],
  ['(acme', ['Acme Bakery', 'Acme Rockets']],
  ['or?', []],
])('%s finds %j', async (term, names) => {
  expect((await search(`FIND {${term}} RETURNING Account(Name)`)).names).toEqual(names);
});

async function searchByParameters(method: string, parameters: unknown): Promise<Answer> {
  const query = method === 'GET' ? `?${String(parameters)}` : '';
  const body = method === 'GET' ? undefined : parameters;
  const response = await org.fetch(method, `${DATA}/parameterizedSearch/${query}`, body);
  const text = await response.text();
  const { searchRecords = [] } = JSON.parse(text) as { searchRecords?: { Name: string }[] };
  return { status: response.status, names: searchRecords.map(({ Name }) => Name).sort(), text };
}

test('a search by parameters, of a query string and of a body', async () => {
  const get = 'q=acme&in=NAME&sobject=Account&Account.fields=Id,Name&Account.limit=1';
  expect((await searchByParameters('GET', get)).names).toHaveLength(1);
  const all = 'q=acme&sobject=Account&sobject=Contact&fields=Name';
  expect((await searchByParameters('GET', all)).names).toEqual([
    'Acme Bakery',
    'Acme Rockets',
    'Jane Doe',
  ]);
  const post = {
    q: 'acme',
    in: 'ALL',
    fields: ['Name'],
    sobjects: [
      {
        name: 'Account',
        fields: ['Name'],
        where: "Industry = 'Energy'",
        orderBy: 'Name',
        limit: 5,
      },
    ],
    overallLimit: 10,
  };
  expect((await searchByParameters('POST', post)).names).toEqual(['Acme Rockets']);
});

test.each([
  [{ sobjects: [{ name: 'Account' }] }, 'q'],
  [{ q: 'acme', in: 'SHOES' }, 'in'],
  [{ q: 'acme', sobjects: [{ name: 'Account', limit: -1 }] }, 'sobjects.0.limit'],
  [{ q: 'acme', snippet: 5 }, 'snippet'],
])('what is wrong with the parameters %j is told', async (parameters, named) => {
  const { status, text } = await searchByParameters('POST', parameters);
  expect(status).toBe(400);
  expect(text).toContain(named);
});

test('versions before 37 answer the bare list', async () => {
  const path = `/services/data/v36.0/search?q=${encodeURIComponent('FIND {acmeland}')}`;
  expect(await (await org.fetch('GET', path)).json()).toEqual([
    expect.objectContaining({ Id: expect.any(String) }),
  ]);
});

test('e-mail and phone fields; limits; special characters are characters', async () => {
  const inEmail = 'FIND {jane.doe@acme.example} IN EMAIL FIELDS RETURNING Contact(Name)';
  expect((await search(inEmail)).names).toEqual(['Jane Doe']);
  const inPhone = 'FIND {"415 555"} IN PHONE FIELDS RETURNING Account(Name)';
  expect((await search(inPhone)).names).toEqual(['Acme Rockets']);
  expect((await search('FIND {acme} RETURNING Account(Name) LIMIT 1')).names).toHaveLength(1);
  expect((await search("FIND {O'Hara} RETURNING Lead(Name)")).names).toEqual(["O'Hara"]);
  expect((await search('FIND {50% off_} RETURNING Lead(Name)')).names).toEqual(["O'Hara"]);
});

test('a user finds what the user may see', async () => {
  const sam = 'sam@practice.example';
  const integration = 'integration@practice.example';
  expect((await search('FIND {acme} RETURNING Account(Name)', sam)).names).toHaveLength(2);
  const refused = await search('FIND {acme} RETURNING Account(Name)', integration);
  expect(refused).toMatchObject({ status: 400 });
  expect(refused.text).toContain('INVALID_TYPE');
});

test.each([
  ['', 'No search term found'],
  ['FIND {a}', 'longer than one character'],
  ['FIND {acme NOT doe}', 'NOT may stand only behind AND'],
  ['FIND {acme OR}', 'nothing to search for after OR'],
  ['FIND {acme AND NOT}', 'nothing to search for after AND NOT'],
  ['FIND {AND acme}', 'nothing to search for before AND'],
  ['FIND {acme} WITHIN 3', "unexpected token: 'WITHIN'"],
  ['FIND {acme} RETURNING Account(Id', "unexpected token: 'Account(Id'"],
  ['FIND {a*c*m*e*}', 'may hold 3 stars'],
  ['FIND {acme} RETURNING TaskStatus', 'does not support search'],
])('what is wrong with %s is told', async (sosl, reason) => {
  const { status, text } = await search(sosl);
  expect(status).toBe(400);
  expect(text).toContain('MALFORMED_SEARCH');
  expect(text).toContain(reason);
});
