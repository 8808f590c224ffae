import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
const COLLECTIONS = `${DATA}/composite/sobjects`;
let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg();
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

type Row = Record<string, unknown> & { id?: string; errors: Record<string, unknown>[] };

async function rows(method: string, path: string, body?: object): Promise<Row[]> {
  const response = await org.fetch(method, path, body);
  const answer = (await response.json()) as Row[];
  expect(response.status, JSON.stringify(answer)).toBe(200);
  return answer;
}

const account = (Name?: string) => ({ attributes: { type: 'Account' }, Name });
const names = (records: Row[]): (string | undefined)[] => records.map(({ id }) => id);

test('creates of several objects, in order, failures on their own rows', async () => {
  const answer = await rows('POST', COLLECTIONS, {
    records: [account('One'), account(), { attributes: { type: 'Contact' }, LastName: 'Doe' }],
  });
  expect(answer[0]).toEqual({ id: expect.stringMatching(/^001/), success: true, errors: [] });
  expect(answer[1]).toEqual({
    success: false,
    errors: [
      {
        statusCode: 'REQUIRED_FIELD_MISSING',
        message: 'Required fields are missing: [Name]',
        fields: ['Name'],
      },
    ],
  });
  expect(answer[2]?.id).toMatch(/^003/);
});

test('all or none: the good rows say that they were rolled back', async () => {
  const answer = await rows('POST', COLLECTIONS, {
    allOrNone: true,
    records: [account('Undone'), account()],
  });
  expect(answer[0]).toEqual({
    success: false,
    errors: [
      {
        statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
        message:
          'Record rolled back because not all records were valid and the request was using AllOrNone header',
        fields: [],
      },
    ],
  });
  expect(answer[1]?.errors[0]).toMatchObject({ statusCode: 'REQUIRED_FIELD_MISSING' });
  const soql = encodeURIComponent("SELECT COUNT() FROM Account WHERE Name = 'Undone'");
  const found = await org.fetch('GET', `${DATA}/query?q=${soql}`);
  expect(await found.json()).toMatchObject({ totalSize: 0 });
});

test('updates, retrieves and deletes', async () => {
  const [a = '', b = ''] = names(
    await rows('POST', COLLECTIONS, { records: [account('A'), account('B')] }),
  );
  const updated = await rows('PATCH', COLLECTIONS, {
    records: [
      { ...account('A2'), id: a },
      { ...account('X'), Id: '001Dp000009999999' },
    ],
  });
  expect(updated.map(({ success }) => success)).toEqual([true, false]);
  const ids = [a, '001Dp00000zzzzz', b];
  const read = await rows('POST', `${COLLECTIONS}/Account`, { ids, fields: ['Name', 'Id'] });
  expect(read).toMatchObject([{ Name: 'A2', Id: a }, null, { Name: 'B' }]);
  expect(await rows('GET', `${COLLECTIONS}/Account?ids=${b},${a}&fields=Name`)).toMatchObject([
    { attributes: { type: 'Account', url: `${DATA}/sobjects/Account/${b}` }, Name: 'B' },
    { Name: 'A2' },
  ]);
  const deleted = await rows('DELETE', `${COLLECTIONS}?ids=${a},nonsense,${b}`);
  expect(deleted).toMatchObject([
    { id: a, success: true },
    { success: false, errors: [{ statusCode: 'MALFORMED_ID' }] },
    { id: b, success: true },
  ]);
  expect(await rows('POST', `${COLLECTIONS}/Account`, { ids: [a], fields: ['Id'] })).toEqual([
    null,
  ]);
});

test('upserts say what they created', async () => {
  const contact = (Email: string) => ({ attributes: { type: 'Contact' }, LastName: 'Doe', Email });
  const path = `${COLLECTIONS}/Contact/Email`;
  const first = await rows('PATCH', path, { records: [contact('a@x.example')] });
  expect(first).toEqual([{ id: first[0]?.id, success: true, errors: [], created: true }]);
  const second = await rows('PATCH', path, {
    records: [contact('a@x.example'), contact('b@x.example'), { ...contact('c'), Email: 'c' }],
  });
  expect(second).toMatchObject([
    { id: first[0]?.id, created: false },
    { success: true, created: true },
    { success: false, created: true, errors: [{ statusCode: 'INVALID_EMAIL_ADDRESS' }] },
  ]);
  const noAttributes = await org.fetch('PATCH', path, { records: [{ LastName: 'x' }] });
  expect(await noAttributes.json()).toMatchObject([{ errorCode: 'JSON_PARSER_ERROR' }]);
});

test.each([
  [
    'too many records',
    { records: Array.from({ length: 201 }, () => account('x')) },
    'EXCEEDED_ID_LIMIT',
  ],
  [
    'too many chunks',
    {
      records: Array.from({ length: 11 }, (_, index) => ({
        attributes: { type: index % 2 ? 'Account' : 'Lead' },
      })),
    },
    'INVALID_INPUT',
  ],
  ['an unknown object', { records: [{ attributes: { type: 'Nope' } }] }, 'INVALID_TYPE'],
  ['no list', { records: 'x' }, 'JSON_PARSER_ERROR'],
])('%s is refused', async (_, body, errorCode) => {
  const response = await org.fetch('POST', COLLECTIONS, body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject([{ errorCode }]);
});

test('a retrieve with an unknown field fails as a whole', async () => {
  const [id] = names(await rows('POST', COLLECTIONS, { records: [account('F')] }));
  const response = await org.fetch('GET', `${COLLECTIONS}/Account?ids=${id}&fields=Nope`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject([{ errorCode: 'INVALID_FIELD' }]);
});

test('composite: later parts use earlier ones; parts fail alone', async () => {
  const response = await org.fetch('POST', `${DATA}/composite`, {
    compositeRequest: [
      {
        method: 'POST',
        url: `${DATA}/sobjects/Account`,
        referenceId: 'acc',
        body: { Name: 'Parent' },
      },
      {
        method: 'POST',
        url: `${DATA}/sobjects/Contact`,
        referenceId: 'con',
        body: { LastName: 'Child', AccountId: '@{acc.id}' },
      },
      {
        method: 'GET',
        url: `${DATA}/sobjects/Contact/@{con.id}?fields=AccountId`,
        referenceId: 'r',
      },
      { method: 'GET', url: `${DATA}/sobjects/Contact/@{missing.id}`, referenceId: 'bad' },
    ],
  });
  expect(response.status).toBe(200);
  const { compositeResponse } = (await response.json()) as {
    compositeResponse: Record<string, unknown>[];
  };
  expect(Object.keys(compositeResponse[0] ?? {})).toEqual([
    'body',
    'httpHeaders',
    'httpStatusCode',
    'referenceId',
  ]);
  const { id } = (compositeResponse[0]?.['body'] ?? {}) as { id?: string };
  expect(compositeResponse).toMatchObject([
    { httpStatusCode: 201, httpHeaders: { Location: `${DATA}/sobjects/Account/${id}` } },
    { httpStatusCode: 201 },
    { httpStatusCode: 200, body: { AccountId: id } },
    { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
  ]);
});

test('composite all or none undoes every part', async () => {
  const response = await org.fetch('POST', `${DATA}/composite`, {
    allOrNone: true,
    compositeRequest: [
      { method: 'POST', url: `${DATA}/sobjects/Account`, referenceId: 'a', body: { Name: 'Gone' } },
      { method: 'POST', url: `${DATA}/sobjects/Account`, referenceId: 'b', body: {} },
    ],
  });
  expect(await response.json()).toMatchObject({
    compositeResponse: [
      { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
      { httpStatusCode: 400, body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
    ],
  });
  const soql = encodeURIComponent("SELECT COUNT() FROM Account WHERE Name = 'Gone'");
  expect(await (await org.fetch('GET', `${DATA}/query?q=${soql}`)).json()).toMatchObject({
    totalSize: 0,
  });
});

test('batch: independent parts, each of which counts', async () => {
  const used = (response: Response): number =>
    Number(/=(\d+)/.exec(response.headers.get('sforce-limit-info') ?? '')?.[1]);
  const before = used(await org.fetch('GET', `${DATA}/limits`));
  const response = await org.fetch('POST', `${DATA}/composite/batch`, {
    haltOnError: true,
    batchRequests: [
      { method: 'GET', url: 'v66.0/limits' },
      { method: 'GET', url: 'v66.0/sobjects/Nope/describe' },
      { method: 'GET', url: 'v66.0/limits' },
    ],
  });
  expect(used(response) - before).toBe(3);
  expect(await response.json()).toMatchObject({
    hasErrors: true,
    results: [
      { statusCode: 200 },
      { statusCode: 404 },
      { statusCode: 412, result: [{ errorCode: 'BATCH_PROCESSING_HALTED' }] },
    ],
  });
});

test('graphs: each stands or falls by itself', async () => {
  const graph = (graphId: string, body: object) => ({
    graphId,
    compositeRequest: [{ method: 'POST', url: `${DATA}/sobjects/Lead`, referenceId: 'x', body }],
  });
  const response = await org.fetch('POST', `${DATA}/composite/graph`, {
    graphs: [graph('1', { LastName: 'L', Company: 'C' }), graph('2', {})],
  });
  expect(await response.json()).toMatchObject({
    graphs: [
      { graphId: '1', isSuccessful: true, graphResponse: { compositeResponse: [{}] } },
      { graphId: '2', isSuccessful: false },
    ],
  });
});

test('graphs after too many that failed are not tried', async () => {
  const graph = (index: number, body: object) => ({
    graphId: String(index),
    compositeRequest: [{ method: 'POST', url: `${DATA}/sobjects/Lead`, referenceId: 'x', body }],
  });
  const good = { LastName: 'Never', Company: 'C' };
  const graphs = Array.from({ length: 15 }, (_, index) => graph(index, index < 14 ? {} : good));
  const response = await org.fetch('POST', `${DATA}/composite/graph`, { graphs });
  const body = (await response.json()) as { graphs: object[] };
  expect(body.graphs[14]).toMatchObject({
    isSuccessful: false,
    graphResponse: { compositeResponse: [{ body: [{ errorCode: 'PROCESSING_HALTED' }] }] },
  });
});

const node = (index: number, object: string, body: object = {}) => ({
  method: 'POST',
  url: `${DATA}/sobjects/${object}`,
  referenceId: `n${index}`,
  body,
});

test.each([
  ['501 nodes', Array.from({ length: 501 }, (_, index) => node(index, 'Lead')), '501 nodes'],
  [
    '16 kinds',
    Array.from({ length: 16 }, (_, index) => node(index, `Thing${index}__c`)),
    '16 kinds of nodes',
  ],
  [
    'a chain of 16',
    Array.from({ length: 16 }, (_, index) => node(index, 'Lead', { X: `@{n${index - 1}.id}` })),
    'references deeper than 15',
  ],
])('a graph of %s is refused', async (_, compositeRequest, reason) => {
  const body = { graphs: [{ graphId: '1', compositeRequest }] };
  const response = await org.fetch('POST', `${DATA}/composite/graph`, body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject([
    { errorCode: 'LIMIT_EXCEEDED', message: expect.stringContaining(reason) },
  ]);
});

test('of a composite request’s parts five may be queries or collections', async () => {
  const parts = (count: number) => ({
    compositeRequest: Array.from({ length: count }, (_, index) => ({
      method: 'GET',
      url: `${DATA}/query?q=SELECT+Id+FROM+Account+LIMIT+1`,
      referenceId: `q${index}`,
    })),
  });
  expect((await org.fetch('POST', `${DATA}/composite`, parts(5))).status).toBe(200);
  const refused = await org.fetch('POST', `${DATA}/composite`, parts(6));
  expect(await refused.json()).toMatchObject([{ errorCode: 'LIMIT_EXCEEDED' }]);
});

test('a reference stands for one part or record', async () => {
  const part = { method: 'GET', url: `${DATA}/limits`, referenceId: 'a' };
  const compositeRequest = [part, part];
  const twice = await org.fetch('POST', `${DATA}/composite`, { compositeRequest });
  expect([twice.status, await twice.json()]).toMatchObject([400, [{ errorCode: 'INVALID_INPUT' }]]);
  const graphs = [{ graphId: 'g', compositeRequest }];
  expect((await org.fetch('POST', `${DATA}/composite/graph`, { graphs })).status).toBe(400);

  const record = { attributes: { type: 'Account', referenceId: 'a' }, Name: 'Twice' };
  const tree = await org.fetch('POST', `${DATA}/composite/tree/Account`, {
    records: [record, record],
  });
  expect([tree.status, await tree.json()]).toEqual([
    400,
    {
      hasErrors: true,
      results: [
        {
          referenceId: 'a',
          errors: [
            {
              statusCode: 'INVALID_INPUT',
              message: 'Duplicate ReferenceId provided in the request.',
              fields: [],
            },
          ],
        },
      ],
    },
  ]);
});

test('records of a tree are of the object they stand among, and of five objects at most', async () => {
  const post = async (records: object[]) => {
    const answer = await org.fetch('POST', `${DATA}/composite/tree/Account`, { records });
    return [answer.status, JSON.stringify(await answer.json())];
  };
  const record = (type: string, fields: object = {}) => ({
    attributes: { type, referenceId: `ref${type}` },
    ...fields,
  });
  const under = (relationship: string, child: object) => ({ [relationship]: { records: [child] } });
  expect(await post([record('Contact', { LastName: 'Doe' })])).toEqual([
    400,
    expect.stringContaining('refContact is among records of Account, its type is Contact'),
  ]);
  const member = record('CampaignMember');
  const people = under('Contacts', record('Contact', under('CampaignMembers', member)));
  const deals = under('Opportunities', record('Opportunity', under('Tasks', record('Task'))));
  const six = record('Account', { ...people, ...deals, ...under('Events', record('Event')) });
  expect(await post([six])).toEqual([
    400,
    expect.stringContaining('a tree may hold records of 5 objects at most'),
  ]);
});

test('tree: parents with children, all or nothing', async () => {
  const record = (referenceId: string, type: string, fields: object) => ({
    attributes: { type, referenceId },
    ...fields,
  });
  const tree = (lastName: string) => ({
    records: [
      record('a1', 'Account', {
        Name: 'Tree',
        Contacts: { records: [record('c1', 'Contact', { LastName: lastName })] },
      }),
    ],
  });
  const good = await org.fetch('POST', `${DATA}/composite/tree/Account`, tree('Leaf'));
  expect(good.status).toBe(201);
  const body = (await good.json()) as { results: { referenceId: string; id: string }[] };
  expect(body).toMatchObject({
    hasErrors: false,
    results: [{ referenceId: 'a1' }, { referenceId: 'c1' }],
  });
  const [a1, c1] = body.results;
  const child = await org.fetch('GET', `${DATA}/sobjects/Contact/${c1?.id}`);
  expect(await child.json()).toMatchObject({ AccountId: a1?.id });

  const bad = await org.fetch('POST', `${DATA}/composite/tree/Account`, tree(''));
  expect(bad.status).toBe(400);
  expect(await bad.json()).toMatchObject({
    hasErrors: true,
    results: [{ referenceId: 'c1', errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] }],
  });
  const soql = encodeURIComponent("SELECT COUNT() FROM Account WHERE Name = 'Tree'");
  expect(await (await org.fetch('GET', `${DATA}/query?q=${soql}`)).json()).toMatchObject({
    totalSize: 1,
  });
});
