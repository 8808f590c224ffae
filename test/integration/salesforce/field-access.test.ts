import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '#usecases/api-keys.ts';
import { connectOrg } from '#usecases/connect-org.ts';
import { sweepOrgs } from '#usecases/sweep-orgs.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { type ApiClient, apiClient } from '../../support/api-client.ts';
import { GATEWAY_URL, type NoticePath, startNoticePath } from '../../support/notice-path.ts';
import { ADMIN_USERNAME } from '../../support/org/test-org.ts';
import { APP } from '../../support/org-receiver.ts';

const SYNC_USERNAME = 'sam@practice.example';
const FIELD = 'Rank__c';

let path: NoticePath;
let api: ApiClient;
let key: string;

beforeAll(async () => {
  const connectedApps = [
    { clientId: 'receiver', clientSecret: 'hush', runAsUsername: SYNC_USERNAME },
  ];
  path = await startNoticePath({ practice: { connectedApps } });
  deployField();
  makeSyncUser();
  const { url } = path.practice;
  await connectOrg(path.ports, { loginUrl: url, credentials: APP, gatewayUrl: GATEWAY_URL });
  await path.settle();
  ({ key } = await createKey(path.ports, path.orgId, 'test'));
  api = apiClient(makeAdmin(path.ports, {}));
});
afterAll(() => path.close());

const admin = () => {
  const { store, clock } = path.practice.org;
  const [userId = ''] = store.findByKey('User', 'Username', ADMIN_USERNAME);
  return { nowMs: clock.now(), userId };
};

/** The package's permission set, with what writing its settings takes. Not View All Data: that shows every field. */
function makeSyncUser(): void {
  const { store } = path.practice.org;
  const [set = ''] = store.findByKey('PermissionSet', 'Name', 'Mixmax_RTS_Sync_User');
  const more = {
    PermissionsCustomizeApplication: true,
    PermissionsModifyAllData: true,
    PermissionsViewAllUsers: true,
  };
  store.update('PermissionSet', set, more, admin());
  for (const id of store.idsWhere('ObjectPermissions', 'ParentId', set)) {
    store.update('ObjectPermissions', id, { PermissionsViewAllRecords: true }, admin());
  }
  assign(set);
}

function assign(PermissionSetId: string): void {
  const { store } = path.practice.org;
  const [AssigneeId = ''] = store.findByKey('User', 'Username', SYNC_USERNAME);
  store.insert('PermissionSetAssignment', { PermissionSetId, AssigneeId }, admin());
}

function deployField(): void {
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">
  <fullName>${FIELD}</fullName><label>Rank</label><length>40</length><type>Text</type>
</CustomField>`;
  const set = `<?xml version="1.0" encoding="UTF-8"?>
<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata">
  <fieldPermissions><editable>true</editable><field>Contact.${FIELD}</field><readable>true</readable></fieldPermissions>
  <label>Ranks</label>
</PermissionSet>`;
  path.practice.org.deploy([
    { path: `objects/Contact/fields/${FIELD}.field-meta.xml`, text },
    { path: 'permissionsets/Ranks.permissionset-meta.xml', text: set },
  ]);
}

function ranks(): string {
  const [id] = path.practice.org.store.findByKey('PermissionSet', 'Name', 'Ranks');
  if (id === undefined) throw new Error('The permission set was not deployed.');
  return id;
}

function takeAway(): void {
  const { store } = path.practice.org;
  for (const id of store.idsWhere('PermissionSetAssignment', 'PermissionSetId', ranks())) {
    store.remove('PermissionSetAssignment', id, admin());
  }
}

const call = (method: string, route: string, body?: unknown) =>
  api.call(method, `/v1/orgs/${path.orgId}${route}`, { key, ...(body !== undefined && { body }) });
const state = async () => (await path.orgState()).objects['Contact'];

async function save(fields: object): Promise<string> {
  const contacts = '/services/data/v66.0/sobjects/Contact';
  const answer = await path.practice.fetch('POST', contacts, fields);
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

const held = async (id: string) =>
  (await path.ports.mirror.get(path.orgId, 'Contact', id as never))?.fields;

async function refresh() {
  const answer = await call('POST', '/fields/refresh');
  expect(answer.status).toBe(200);
  await sweepOrgs(path.ports);
  await path.settle();
  return answer.body.objects.Contact;
}

describe('field-level security of the Sync User (T47)', () => {
  let ada: string;

  it('leaves out what the user may not read', async () => {
    ada = await save({ LastName: 'Lovelace', [FIELD]: 'Countess' });
    await path.settle();
    expect(await held(ada)).toMatchObject({ LastName: 'Lovelace' });
    expect(await held(ada)).not.toHaveProperty(FIELD);
    expect((await state())?.fieldSet.fields).not.toContain(FIELD);
  });

  it('backfills the column of a field that becomes visible', async () => {
    assign(ranks());
    expect(await refresh()).toEqual({ added: [FIELD], removed: [] });
    expect(await held(ada)).toMatchObject({ [FIELD]: 'Countess' });
    expect((await state())?.completeThroughMs).toBeGreaterThan(0);
  });

  it('retires it when it is taken away, by a read that is refused, without a dead letter', async () => {
    takeAway();
    const id = await save({ LastName: 'Babbage', [FIELD]: 'Inventor' });
    await path.settle();
    expect(await held(id)).toMatchObject({ LastName: 'Babbage' });
    expect((await state())?.fieldSet.fields).not.toContain(FIELD);
    expect(await path.ports.deadLetters.count(path.orgId)).toBe(0);
    expect((await call('GET', '/fields')).body.objects.Contact.retired).toEqual([FIELD]);
  });

  it('leaves the conditions when it is lost, and comes back with what is declared', async () => {
    assign(ranks());
    await refresh();
    await call('PUT', '/field-uses/sidebar', { objects: { Contact: [FIELD] } });
    const on = await call('PUT', '/conditions', { on: true, objects: { Contact: ['Phone'] } });
    expect(on.body.objects.Contact).toContain(FIELD);
    await path.settle();

    takeAway();
    expect(await refresh()).toEqual({ added: [], removed: [FIELD] });
    expect((await call('GET', '/conditions')).body.objects.Contact).not.toContain(FIELD);

    assign(ranks());
    expect(await refresh()).toEqual({ added: [FIELD], removed: [] });
    const conditions = (await call('GET', '/conditions')).body;
    expect(conditions.objects.Contact).toContain(FIELD);
    expect(conditions.required.Contact).toEqual({ [FIELD]: ['sidebar'] });
    expect(conditions.driftedSince).toBeUndefined();
    // The org lists it too: a change of nothing else is told.
    const contact = `/services/data/v66.0/sobjects/Contact/${ada}`;
    await path.practice.org.clock.advance(2_000);
    await path.practice.fetch('PATCH', contact, { [FIELD]: 'Lady' });
    await path.settle();
    expect(await held(ada)).toMatchObject({ [FIELD]: 'Lady' });
  });
});
