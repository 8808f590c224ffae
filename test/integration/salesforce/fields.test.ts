import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '#usecases/api-keys.ts';
import { connectOrg } from '#usecases/connect-org.ts';
import { sweepOrgs } from '#usecases/sweep-orgs.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { type ApiClient, apiClient } from '../../support/api-client.ts';
import { GATEWAY_URL, type NoticePath, startNoticePath } from '../../support/notice-path.ts';
import { APP } from '../../support/org-receiver.ts';

const DAY_MS = 24 * 3_600_000;

let path: NoticePath;
let api: ApiClient;
let key: string;
beforeAll(async () => {
  path = await startNoticePath();
  deployField('Nickname__c');
  const { url } = path.practice;
  await connectOrg(path.ports, { loginUrl: url, credentials: APP, gatewayUrl: GATEWAY_URL });
  await path.settle();
  ({ key } = await createKey(path.ports, path.orgId, 'test'));
  api = apiClient(makeAdmin(path.ports, {}));
});
afterAll(() => path.close());

const fileOf = (name: string) => `objects/Contact/fields/${name}.field-meta.xml`;

function deployField(name: string): void {
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">
  <fullName>${name}</fullName><label>${name}</label><length>40</length><type>Text</type>
</CustomField>`;
  path.practice.org.deploy([{ path: fileOf(name), text }]);
}

/** A formula over two fields. */
function deployGreeting(): void {
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">
  <fullName>Greeting__c</fullName><label>Greeting</label><type>Text</type>
  <formula>Salutation &amp; " " &amp; LastName</formula>
</CustomField>`;
  path.practice.org.deploy([{ path: fileOf('Greeting__c'), text }]);
}

const removeField = (name: string) => path.practice.org.deploy([], [fileOf(name)]);
const call = (method: string, route: string, body?: unknown) =>
  api.call(method, `/v1/orgs/${path.orgId}${route}`, { key, ...(body !== undefined && { body }) });
const held = async () => (await path.orgState()).objects['Contact']?.fieldSet.fields ?? [];

async function save(fields: object): Promise<string> {
  const contacts = '/services/data/v66.0/sobjects/Contact';
  const answer = await path.practice.fetch('POST', contacts, fields);
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

async function contact(id: string) {
  const record = await path.ports.mirror.get(path.orgId, 'Contact', id as never);
  return record?.fields;
}

describe('fields of the org', () => {
  it('a field deleted in the org is retired, and notices go on without it (T47)', async () => {
    expect(await held()).toContain('Nickname__c');
    removeField('Nickname__c');
    const id = await save({ LastName: 'Lovelace' });
    await path.settle();
    expect(await contact(id)).toMatchObject({ LastName: 'Lovelace' });
    expect(await path.ports.deadLetters.count(path.orgId)).toBe(0);
    expect(await held()).not.toContain('Nickname__c');
    const { body } = await call('GET', '/fields');
    expect(body.objects.Contact.retired).toEqual(['Nickname__c']);
  });

  it('a pass over an object that lost a field leaves it out and proves the rest (T47)', async () => {
    deployField('Motto__c');
    await call('POST', '/fields/refresh');
    await sweepOrgs(path.ports);
    await path.settle();
    expect(await held()).toContain('Motto__c');
    removeField('Motto__c');
    const before = (await path.orgState()).objects['Contact']?.completeThroughMs ?? 0;
    await path.practice.org.clock.advance(20 * 60_000);
    await save({ LastName: 'Babbage' });
    const { body } = await call('POST', '/audits', { objects: ['Contact'] });
    await path.settle();
    expect((await call('GET', `/audits/${body.id}`)).body.state).toBe('done');
    const state = await path.orgState();
    expect(state.problem).toBeUndefined();
    expect(state.objects['Contact']?.fieldSet.fields).not.toContain('Motto__c');
    expect(state.objects['Contact']?.completeThroughMs).toBeGreaterThan(before);
  });

  it('a new field is held after midnight, with the values that records had before (T46)', async () => {
    const id = await save({ LastName: 'Hopper' });
    await path.settle();
    deployField('Rank__c');
    const contacts = '/services/data/v66.0/sobjects/Contact';
    await path.practice.org.clock.advance(1_000);
    await path.practice.fetch('PATCH', `${contacts}/${id}`, { Rank__c: 'Admiral' });
    await path.settle();
    await sweepOrgs(path.ports);
    await path.settle();
    expect(await held()).not.toContain('Rank__c');

    await path.practice.org.clock.advance(DAY_MS);
    for (let minute = 0; minute < 3; minute += 1) {
      await sweepOrgs(path.ports);
      await path.settle();
    }
    expect(await held()).toContain('Rank__c');
    expect(await contact(id)).toMatchObject({ Rank__c: 'Admiral' });
    const state = (await path.orgState()).objects['Contact'];
    expect(state?.completeThroughMs).toBeGreaterThan(0);
  });

  it('declared use is marked, added to the conditions, and never removed by dropping it', async () => {
    const put = (consumer: string, fields: string[]) =>
      call('PUT', `/field-uses/${consumer}`, { objects: { Contact: fields } });
    expect((await put('sidebar', ['Phone'])).body).toEqual({
      objects: { Contact: ['Phone'] },
      added: {},
    });
    const on = await call('PUT', '/conditions', { on: true, objects: { Contact: ['Fax'] } });
    expect(on.body.objects.Contact).toEqual(expect.arrayContaining(['Fax', 'Phone', 'Email']));
    expect(on.body.required).toEqual({ Contact: { Phone: ['sidebar'] } });
    await path.settle();

    const widened = await put('template-7', ['Title', 'phone']);
    expect(widened.body.added).toEqual({ Contact: ['Title'] });
    await path.settle();
    const { body } = await call('GET', '/conditions');
    expect(body.required.Contact).toEqual({
      Phone: ['sidebar', 'template-7'],
      Title: ['template-7'],
    });
    // Covered: the column of records that were there before has been read.
    const all = await path.ports.mirror.scan(path.orgId, 'Contact', { limit: 100 });
    expect(all.every(({ fields }) => Object.hasOwn(fields, 'Title'))).toBe(true);

    expect((await call('DELETE', '/field-uses/template-7')).status).toBe(204);
    const dropped = (await call('GET', '/conditions')).body;
    expect(dropped.required.Contact).toEqual({ Phone: ['sidebar'] });
    expect(dropped.objects.Contact).toContain('Title');
    expect((await call('GET', '/field-uses')).body.consumers).toEqual({
      sidebar: { Contact: ['Phone'] },
    });
  });

  it('offers what a formula reads in its place', async () => {
    deployGreeting();
    await call('POST', '/fields/refresh');
    const { fields } = (await call('GET', '/fields')).body.objects.Contact;
    const formula = fields.find(({ name }: { name: string }) => name === 'Greeting__c');
    expect(formula.inputs.sort()).toEqual(['LastName', 'Salutation']);
    const refused = await call('PUT', '/field-uses/sidebar', {
      objects: { Contact: ['Greeting__c'] },
    });
    expect(refused).toMatchObject({ status: 400 });
    expect(refused.body.detail).toMatch(/LastName, Salutation|Salutation, LastName/);
    removeField('Greeting__c');
    await call('POST', '/fields/refresh');
  });

  it('refuses uses that nobody can keep', async () => {
    const put = (objects: unknown) => call('PUT', '/field-uses/sidebar', { objects });
    expect((await put({ Secret__c: ['Name'] })).status).toBe(400);
    expect((await put({ Contact: ['Nowhere__c'] })).status).toBe(400);
    expect((await put({ constructor: ['Name'] })).status).toBe(400);
    expect((await call('PUT', '/field-uses/__proto__', { objects: {} })).status).toBe(400);
  });

  it('a synced field that is deleted leaves the conditions, here and in the org', async () => {
    deployField('Badge__c');
    await call('PUT', '/conditions', { on: true, objects: { Contact: ['Badge__c'] } });
    await path.settle();
    removeField('Badge__c');
    const { body } = await call('POST', '/fields/refresh');
    expect(body.objects.Contact.removed).toEqual(['Badge__c']);
    const id = await save({ LastName: 'Curie', Phone: '1' });
    await path.settle();
    expect(await contact(id)).toMatchObject({ Phone: '1' });
    const conditions = (await call('GET', '/conditions')).body;
    expect(conditions.objects.Contact).not.toContain('Badge__c');
    expect(conditions.driftedSince).toBeUndefined();
  });

  it('a formula is held as it was when its record was read, and named as one (T16)', async () => {
    await call('PUT', '/conditions', { on: false });
    deployGreeting();
    await call('POST', '/fields/refresh');
    await path.settle();
    const id = await save({ LastName: 'Hopper', Salutation: 'Ms.' });
    await path.settle();
    const whole = (await call('GET', `/records/Contact/${id}`)).body;
    expect(whole.fields.Greeting__c).toBe('Ms. Hopper');
    expect(whole.calculated).toEqual(['Greeting__c']);
    const asked = (await call('GET', `/records/Contact/${id}?fields=LastName`)).body;
    expect(asked).not.toHaveProperty('calculated');
  });
});
