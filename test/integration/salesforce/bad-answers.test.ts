import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startPass } from '#usecases/start-pass.ts';
import type { OrgResponse } from '../../../local/org/api/http.ts';
import {
  connectWithoutPackage,
  type OrgReceiver,
  startOrgReceiver,
} from '../../support/org-receiver.ts';

/* Answers of Salesforce that are not as they should be: a reason is told, no row is wrong, no queue stands still. */

const NOTES = 'Says "hello",\nand goes on';

let receiver: OrgReceiver;
beforeAll(async () => {
  receiver = await startOrgReceiver();
  await connectWithoutPackage(receiver);
  const path = '/services/data/v66.0/composite/sobjects';
  const records = ['One', 'Two'].map((LastName) => ({
    attributes: { type: 'Contact' },
    LastName,
    Description: NOTES,
  }));
  const answer = await receiver.practice.fetch('POST', path, { allOrNone: true, records });
  expect(await answer.json()).toMatchObject([{ success: true }, { success: true }]);
});
beforeEach(() => receiver.ports.mirror.clear(receiver.orgId));
afterEach(() => vi.restoreAllMocks());
afterAll(() => receiver.close());

/** Changes the text of every answer to a path, header lengths included. */
function alter(path: RegExp, change: (text: string) => string): void {
  const { org } = receiver.practice;
  const handle = org.handle.bind(org);
  vi.spyOn(org, 'handle').mockImplementation(async (request): Promise<OrgResponse> => {
    const answer = await handle(request);
    if (!path.test(request.path)) return answer;
    const chunks: Uint8Array[] = [];
    const { body } = answer;
    if (body instanceof Uint8Array) chunks.push(body);
    else for await (const chunk of body) chunks.push(chunk);
    const bytes = Buffer.from(change(Buffer.concat(chunks).toString()));
    const { 'content-length': _, ...headers } = answer.headers;
    return { ...answer, headers, body: bytes };
  });
}

let audits = 0;

async function audit() {
  const { ports, orgId } = receiver;
  const id = `bad-${++audits}`;
  await startPass(ports, { orgId, kind: 'audit', id, reason: 'test', objects: ['Contact'] });
  await receiver.drainBulk();
  const pass = await ports.jobs.getPass(orgId, id);
  const rows = await ports.mirror.scan(orgId, 'Contact', { limit: 100 });
  return { part: pass?.parts['Contact'], state: pass?.state, rows };
}

const lines = (text: string) => text.split(/\n(?=")/);
const columnsOf = (text: string) => (lines(text)[0] ?? '').split(',').length;

describe('a page of Bulk results', () => {
  it('with quotes and line breaks inside cells is read as it was written', async () => {
    const { part, rows } = await audit();
    expect(part).toMatchObject({ state: 'done', rows: 2 });
    expect(rows.map(({ fields }) => fields['Description'])).toEqual([NOTES, NOTES]);
  });

  it('with ids of 15 characters is read as if they had 18', async () => {
    alter(/\/results/, (text) => text.replaceAll(/"(003\w{12})\w{3}"/g, '"$1"'));
    const { part, rows } = await audit();
    expect(part).toMatchObject({ state: 'done', rows: 2 });
    for (const { id } of rows) expect(id).toHaveLength(18);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['a NUL byte', (text) => text.replace('"One"', '"O\0ne"'), /NUL/],
    ['a byte order mark', (text) => `\ufeff${text}`, /quote|header/],
    ['another column', (text) => text.replace('"LastName"', '"LustName"'), /header .*LastName/],
    ['columns in another order', (text) => swapped(text), /header does not name/],
    [
      'a cell too many',
      (text) => text.replace('"One"', '"One","x"'),
      /more than \d+ cells|is no \w+; nothing/,
    ],
    ['a cell too few', (text) => text.replace('"One",', ''), /of \d+ cells/],
    ['text behind a quote', (text) => text.replace('"One"', '"One"x'), /closing quote/],
    ['a row that breaks off', (text) => text.slice(0, -20), /breaks off|of \d+ cells/],
    ['a row missing', (text) => lines(text).slice(0, -1).join('\n'), /1 rows came where 2/],
    ['a row too many', (text) => `${text}${lines(text).at(-1)}`, /3 rows came where 2/],
    ['an id that is none', (text) => text.replace(/"003\w{15}"/, '"nobody"'), /Salesforce id/],
    [
      'an id with a wrong checksum',
      (text) => text.replace(/"(003\w{12})\w{3}"/, '"$1ZZZ"'),
      /checksum/,
    ],
    ['no stamp', (text) => text.replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/, '""'), /SystemModstamp/],
    [
      'a stamp that is none',
      (text) => text.replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/, '"yesterday"'),
      /SystemModstamp|datetime/,
    ],
    ['nothing at all', () => '', /header|breaks off|0 rows/],
  ])(
    'with %s fails the part with the reason, after fresh jobs, and writes nothing wrong',
    async (_, change, reason) => {
      alter(/\/results/, change);
      const { part, state, rows } = await audit();
      expect(state).toBe('failed');
      expect(part?.error).toMatch(reason);
      // What came before the fault may be written: it is true.
      for (const { fields } of rows) {
        expect(fields['LastName']).toMatch(/^(One|Two)$/);
        expect(fields['Description']).toBe(NOTES);
      }
      expect((await receiver.ports.deadLetters.list(receiver.orgId, 10)).length).toBe(0);
      vi.restoreAllMocks();
      expect(await audit()).toMatchObject({ state: 'done', rows: { length: 2 } });
    },
  );

  it('has as many columns as were asked for', async () => {
    let columns = 0;
    alter(/\/results/, (text) => {
      columns = columnsOf(text);
      return text;
    });
    await audit();
    expect(columns).toBeGreaterThan(10);
  });
});

function swapped(text: string): string {
  return text
    .replace('"FirstName"', '"?"')
    .replace('"LastName"', '"FirstName"')
    .replace('"?"', '"LastName"');
}

describe('a describe', () => {
  it('with a type that nobody knows: texts are held as they are', async () => {
    alter(/\/sobjects\/Contact\/describe/, (text) => retyped(text, 'LastName', 'hologram'));
    const { part, rows } = await audit();
    expect(part).toMatchObject({ state: 'done', rows: 2 });
    expect(rows.map(({ fields }) => fields['LastName']).sort()).toEqual(['One', 'Two']);
  });

  it('that says number where the org sends a text: the field is named, nothing is written', async () => {
    alter(/\/sobjects\/Contact\/describe/, (text) => retyped(text, 'LastName', 'double'));
    const { part, rows } = await audit();
    expect(part?.error).toMatch(/LastName: .*no double/);
    expect(rows).toEqual([]);
  });

  it('that is no describe fails the part', async () => {
    for (const body of ['{"name":"Contact"}', '[]']) {
      alter(/\/sobjects\/Contact\/describe/, () => body);
      const { state, part } = await audit();
      expect(state, body).toBe('failed');
      expect(part?.error, body).toMatch(/describe/);
      vi.restoreAllMocks();
    }
  });

  it('that is a web page is taken for an outage: the pass waits, and goes on by itself', async () => {
    const { ports, orgId } = receiver;
    alter(/\/sobjects\/Contact\/describe/, () => '<html>Sorry</html>');
    await startPass(ports, {
      orgId,
      kind: 'audit',
      id: 'web',
      reason: 'test',
      objects: ['Contact'],
    });
    for (let step = 0; step < 20; step += 1) await receiver.stepBulk();
    expect(await ports.jobs.getPass(orgId, 'web')).toMatchObject({ state: 'running' });
    vi.restoreAllMocks();
    await receiver.drainBulk();
    expect(await ports.jobs.getPass(orgId, 'web')).toMatchObject({ state: 'done' });
  });
});

function retyped(text: string, name: string, type: string): string {
  const described = JSON.parse(text) as { fields: { name: string; type: string }[] };
  const fields = described.fields.map((field) =>
    field.name === name ? { ...field, type } : field,
  );
  return JSON.stringify({ ...described, fields });
}
