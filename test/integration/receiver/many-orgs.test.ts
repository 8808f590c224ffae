import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signWebhook } from '#core/signature.ts';
import { allRoutes } from '../../../lambdas/admin/routes/all-routes.ts';
import { makeGateway } from '../../../lambdas/gateway/wire.ts';
import { type ManyOrgs, type OneOfMany, openManyOrgs } from '../../support/many-orgs.ts';
import { aNotice } from '../../support/notices.ts';
import { orgIdOf } from '../../support/salesforce-ids.ts';
import { askOrg } from '../../support/set-up-org.ts';
import { context, httpEvent } from '../../support/test-receiver.ts';

const DATA = '/services/data/v66.0';

let many: ManyOrgs;
let acme: OneOfMany;
let globex: OneOfMany;
/** A sandbox copied from acme: its records have the same ids, its settings are acme's. */
let sandbox: OneOfMany;

beforeAll(async () => {
  many = await openManyOrgs(['00DDp0000000001MAA', '00DDp0000000002MAA', '00DDp0000000003MAA']);
  [acme, globex, sandbox] = many.orgs as [OneOfMany, OneOfMany, OneOfMany];
  await many.connect(acme);
  await many.connect(globex);
  await copySettings(acme, sandbox);
});
afterAll(async () => {
  await many.close();
  expect(many.faults).toEqual([]);
});

/** What a sandbox copy brings along: address, token and org id of the org that it was copied from. */
async function copySettings(from: OneOfMany, to: OneOfMany): Promise<void> {
  const fields = 'Gateway_URL__c, Token__c, Org_Id__c, Disable_RTS__c';
  const soql = encodeURIComponent(`SELECT ${fields} FROM Mixmax_Settings__c`);
  const { body } = await askOrg(from.org, 'GET', `${DATA}/query?q=${soql}`, undefined);
  const { attributes: _, ...row } = body.records[0];
  expect(row).toMatchObject({ Org_Id__c: expect.stringContaining(from.orgId.slice(0, 15)) });
  await to.save('Mixmax_Settings__c', { ...row, SetupOwnerId: to.orgId });
}

const settle = () => many.scheduler.advance(60_000);
const rows = async ({ orgId }: OneOfMany) =>
  (await many.receiver.ports.mirror.scan(orgId, 'Contact', { limit: 100 })).map(
    ({ id, fields }) => ({
      id,
      name: fields['LastName'],
    }),
  );

describe('three orgs, one a sandbox copy of another', () => {
  it('a copy says nothing in the name of the org that it was copied from', async () => {
    const before = await rows(acme);
    await sandbox.save('Contact', { LastName: 'Copied' });
    await settle();
    expect(sandbox.posted).toEqual([]);
    expect(await rows(acme)).toEqual(before);
  });

  it('each has its own mirror and feed, although their records have the same ids', async () => {
    await many.connect(sandbox);
    const ids = [];
    for (const one of [acme, globex, sandbox]) {
      ids.push(await one.save('Contact', { LastName: `Of ${one.orgId}` }));
    }
    await settle();
    expect(ids[0]).toBe(ids[1]);
    for (const [place, one] of [acme, globex, sandbox].entries()) {
      const names = (await rows(one)).map(({ name }) => name);
      expect(names).toContain(`Of ${one.orgId}`);
      expect(names.filter((name) => String(name).startsWith('Of '))).toHaveLength(1);
      const feed = await many.api.call('GET', `/v1/orgs/${one.orgId}/feed?record=${ids[place]}`, {
        key: one.key,
      });
      expect(feed.body.events.length).toBeGreaterThan(0);
      for (const event of feed.body.events) expect(event.orgId).toBe(one.orgId);
    }
    expect((await rows(sandbox)).map(({ name }) => name)).toContain('Copied');
  });

  it('every route refuses every other org’s key, as if it named an org that nobody knows', async () => {
    const routes = allRoutes.filter(
      ({ access }) => access === 'org-key' || access === 'org-member',
    );
    expect(routes.length).toBeGreaterThan(20);
    const pathOf = (path: string, orgId: string) =>
      path.replace('{orgId}', orgId).replaceAll(/\{\w+\}/g, 'x');
    for (const { method, path } of routes) {
      for (const owner of many.orgs) {
        for (const other of many.orgs) {
          if (other === owner) continue;
          const { key } = other;
          const refused = await many.api.call(method, pathOf(path, owner.orgId), { key });
          const unknown = await many.api.call(method, pathOf(path, orgIdOf(77)), { key });
          expect(refused.status, `${method} ${path}`).toBe(403);
          expect(refused.body).toEqual(unknown.body);
          expect(JSON.stringify(refused.body)).not.toContain(owner.orgId.slice(0, 15));
        }
      }
    }
  });

  it('a notice signed with another org’s token is refused, as if the org were unknown', async () => {
    const gateway = makeGateway(many.receiver.ports);
    const post = async (orgId: string, token: string, named = orgId) => {
      const nowMs = many.scheduler.now();
      const body = JSON.stringify(aNotice(named as never, nowMs, [{ ids: [] }]));
      const seconds = Math.floor(nowMs / 1_000);
      const headers = {
        'content-type': 'application/json',
        'webhook-id': 'id',
        'webhook-timestamp': String(seconds),
        'webhook-signature': signWebhook(token, 'id', seconds, Buffer.from(body)),
      };
      const event = httpEvent('POST', `/v1/orgs/${orgId}/notices`, headers, { body });
      const { statusCode, body: text } = await gateway(event, context());
      return { statusCode, text };
    };
    const tokenOf = async ({ orgId }: OneOfMany) =>
      (await many.receiver.ports.secrets.find(orgId))?.token ?? '';
    const unknown = await post(orgIdOf(77), await tokenOf(acme));
    expect(unknown.statusCode).toBe(401);
    for (const owner of many.orgs) {
      for (const other of many.orgs) {
        const token = await tokenOf(other);
        if (other === owner) continue;
        expect(await post(owner.orgId, token)).toEqual(unknown);
        // Signed rightly, but about another org than it was posted to.
        expect((await post(other.orgId, token, owner.orgId)).statusCode).toBe(400);
      }
    }
  });
});
