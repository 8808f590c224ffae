import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordId } from '#core/ids.ts';
import type { MirrorRecord } from '#core/record.ts';
import { refreshMirrored } from '#usecases/refresh-mirrored.ts';
import { sweepOrgs } from '#usecases/sweep-orgs.ts';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';
import { customField, customObject } from '../../unit/org/schema/source-builder.ts';

const QUARTER_MS = 15 * 60_000;
const NAMED = '<nameField><label>Name</label><type>Text</type></nameField>';
const CLIENT =
  '<label>Client</label><type>Lookup</type><referenceTo>Contact</referenceTo><relationshipName>Of</relationshipName>';
const withActivities = (label: string) =>
  `<label>${label}</label><enableActivities>true</enableActivities>${NAMED}`;
const picked = (object: string) => ({ object, lookup: 'Client__c', beforeOpportunity: true });

let path: ActivityPath;
let contact: string;
let project: string;
let user: string;

beforeAll(async () => {
  path = await startActivityPath();
  path.practice.org.deploy([
    customObject('Project__c', withActivities('Project')),
    customField('Project__c', 'Client__c', CLIENT),
    customObject('Visit__c', withActivities('Visit')),
    customField('Visit__c', 'Client__c', CLIENT),
  ]);
  const [me] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(me?.['Email']);
  contact = await path.create('Contact', { LastName: 'Ada' });
  project = await path.create('Project__c', { Name: 'Before', Client__c: contact });
  await path.mirrorAll();
});
afterAll(() => path.close());

/** A quarter of an hour in an org that is in use: Apex is seen, and the scheduler runs. */
async function quarter(): Promise<void> {
  const { ports, orgId, practice } = path;
  await practice.org.clock.advance(QUARTER_MS);
  await ports.orgs.noteApexSeen(orgId, ports.clock.now());
  for (let minute = 0; minute < 2; minute += 1) {
    await sweepOrgs(ports);
    await path.drainBulk();
  }
}

function mirrored(object: string, id: string): Promise<MirrorRecord | undefined> {
  return path.ports.mirror.get(path.orgId, object, recordId(id));
}

async function provenThroughMs(object: string): Promise<number | undefined> {
  return (await path.orgState()).objects[object]?.completeThroughMs;
}

describe('R16: custom objects that activities are related to', () => {
  it('are mirrored from the moment a role picks one, with the records that were there', async () => {
    expect((await path.orgState()).objects).not.toHaveProperty('Project__c');
    await path.call('PUT', '/roles/default', { relatedObjects: [picked('Project__c')] });
    await path.drainBulk();
    await quarter();
    expect((await mirrored('Project__c', project))?.fields).toMatchObject({
      Name: 'Before',
      Client__c: contact,
    });
    expect(await provenThroughMs('Project__c')).toBeGreaterThan(0);
  });

  it('are swept every 15 minutes: no trigger tells of them', async () => {
    const second = await path.create('Project__c', { Name: 'Second', Client__c: contact });
    await path.practice.fetch('PATCH', `/services/data/v66.0/sobjects/Project__c/${project}`, {
      Name: 'After',
    });
    const beforeMs = (await provenThroughMs('Project__c')) ?? 0;
    await quarter();
    expect((await mirrored('Project__c', project))?.fields).toMatchObject({ Name: 'After' });
    expect((await mirrored('Project__c', second))?.fields).toMatchObject({ Name: 'Second' });
    await path.practice.fetch('DELETE', `/services/data/v66.0/sobjects/Project__c/${second}`);
    await quarter();
    expect(await mirrored('Project__c', second)).toMatchObject({ deleted: true });
    expect(await provenThroughMs('Project__c')).toBeGreaterThan(beforeMs);
  });

  it('stay mirrored when fields are compared, conditions are on, or nobody picks them', async () => {
    await path.call('PUT', '/roles/default', { relatedObjects: [] });
    await refreshMirrored(path.ports, path.orgId);
    const { objects } = await path.orgState();
    expect(objects['Project__c']?.fieldSet.fields).toContain('Client__c');
    expect(objects['Project__c']?.completeThroughMs).toBeDefined();
  });

  it('are mirrored also where a user has picked one for himself', async () => {
    await path.call('PUT', '/roles/default', { membersManage: true });
    const relatedObjects = [picked('Visit__c')];
    const { status } = await path.call('PUT', `/users/${user}/settings`, { relatedObjects });
    expect(status).toBe(200);
    await path.drainBulk();
    expect((await path.orgState()).objects).toHaveProperty('Visit__c');
  });

  it('leave the mirrored objects when the org has them no more, and fail no pass', async () => {
    const { ports, orgId } = path;
    const org = await path.orgState();
    const gone = { ...org.objects['Project__c'], completeThroughMs: 1 };
    await ports.orgs.update({ ...org, objects: { ...org.objects, Gone__c: gone as never } });
    await refreshMirrored(ports, orgId);
    const { objects } = await path.orgState();
    expect(objects).not.toHaveProperty('Gone__c');
    expect(objects).toHaveProperty('Project__c');
    expect(objects).toHaveProperty('OpportunityContactRole');
  });
});
