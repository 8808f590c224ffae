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
  ['FIND {acme OR doe}', 'not supported'],
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
