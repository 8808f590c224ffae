import { beforeEach, describe, expect, test } from 'vitest';
import { deploySource } from '../../../../local/org/schema/source/deploy-source.ts';
import { source } from '../schema/source-builder.ts';
import { openTestOrg, refusal, startMs, type TestOrg } from '../support.ts';

let org: TestOrg;
let account: string;
let jane: string;
let john: string;

const settings = source(
  'settings/Activities.settings-meta.xml',
  'ActivitiesSettings',
  '<allowUsersToRelateMultipleContactsToTasksAndEvents>true</allowUsersToRelateMultipleContactsToTasksAndEvents>',
);

function share(): void {
  const { problems } = deploySource(org.schema, [settings], org.store.keyPrefixes);
  expect(problems).toEqual([]);
  org.store.migrate();
  org.store.relateKnownActivities(org.context);
}

beforeEach(() => {
  org = openTestOrg();
  account = org.insert('Account', { Name: 'Acme' });
  jane = org.insert('Contact', { LastName: 'Doe', AccountId: account });
  john = org.insert('Contact', { LastName: 'Roe' });
});

function relations(task: string) {
  return org.query(
    `SELECT RelationId, IsWhat, AccountId FROM TaskRelation WHERE TaskId = '${task}' ORDER BY IsWhat, RelationId`,
  );
}

function taskOf(task: string) {
  return org.store.read('Task', task);
}

test('without Shared Activities there are neither rows nor counts', () => {
  expect(org.schema.find('TaskRelation')).toBeUndefined();
  expect(org.schema.require('Task').fields.has('whocount')).toBe(false);
});

test('tasks from before get their rows when they are switched on', () => {
  const task = org.insert('Task', { Subject: 'old', WhoId: jane, WhatId: account });
  share();
  expect(relations(task)).toEqual([
    { RelationId: jane, IsWhat: false, AccountId: account },
    { RelationId: account, IsWhat: true, AccountId: null },
  ]);
  expect(taskOf(task)).toMatchObject({ WhoCount: 1, WhatCount: 1 });
});

describe('with Shared Activities', () => {
  beforeEach(share);

  test('writing a task writes its rows, and those it no longer needs are gone for good', () => {
    const task = org.insert('Task', { Subject: 'call', WhoId: jane });
    expect(relations(task)).toHaveLength(1);
    const [old] = org.store.idsWhere('TaskRelation', 'TaskId', task);
    org.store.update('Task', task, { WhoId: john, WhatId: account }, org.later());
    expect(relations(task)).toMatchObject([{ RelationId: john }, { RelationId: account }]);
    expect(taskOf(task)).toMatchObject({ WhoCount: 1, WhatCount: 1 });
    const gone = org.store.deletedBetween('TaskRelation', startMs, startMs + 3_600_000);
    expect(gone.map(({ id }) => id)).toEqual([old]);
    expect(org.store.read('TaskRelation', old ?? '')).toBeUndefined();
  });

  test('more contacts come by rows; the next takes the place of a primary one that goes', () => {
    const task = org.insert('Task', { Subject: 'call', WhoId: jane });
    org.later();
    org.insert('TaskRelation', { TaskId: task, RelationId: john });
    expect(taskOf(task)).toMatchObject({ WhoId: jane, WhoCount: 2 });
    const [row = ''] = org.store.idsWhere('TaskRelation', 'RelationId', jane);
    const stamp = taskOf(task)?.['SystemModstamp'];
    org.store.remove('TaskRelation', row, org.later());
    expect(taskOf(task)).toMatchObject({ WhoId: john, WhoCount: 1 });
    expect(taskOf(task)?.['SystemModstamp']).not.toBe(stamp);
  });

  test('the first row fills WhoId and WhatId', () => {
    const task = org.insert('Task', { Subject: 'call' });
    expect(taskOf(task)).toMatchObject({ WhoCount: 0, WhatCount: 0 });
    org.insert('TaskRelation', { TaskId: task, RelationId: jane });
    org.insert('TaskRelation', { TaskId: task, RelationId: account });
    expect(taskOf(task)).toMatchObject({ WhoId: jane, WhatId: account, WhoCount: 1, WhatCount: 1 });
  });

  test('lists of people are no part of formulas', () => {
    const rule = source(
      'objects/Task/validationRules/R.validationRule-meta.xml',
      'ValidationRule',
      '<fullName>R</fullName><active>true</active><errorMessage>no</errorMessage>' +
        '<errorConditionFormula>LEN(TaskWhoIds) &gt; 1</errorConditionFormula>',
    );
    const { problems } = deploySource(org.schema, [rule], org.store.keyPrefixes);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('fields of type junctionIdList cannot be used in formulas'),
    ]);
  });

  test('lists of people follow merges, conversions, deletes and undeletes', () => {
    const people = (task: string) => JSON.parse(String(taskOf(task)?.['TaskWhoIds'] ?? null));
    const list = (...ids: string[]) => ({ TaskWhoIds: JSON.stringify(ids) });
    const kept = org.insert('Contact', { LastName: 'Kept' });
    const both = org.insert('Task', list(jane, kept));
    const one = org.insert('Task', list(john, jane));
    org.store.merge('Contact', kept, [jane], org.later());
    expect(people(both)).toEqual([kept]);
    expect(people(one)).toEqual([john, kept]);

    org.store.remove('Contact', kept, org.later());
    expect(people(one)).toEqual([john]);
    org.store.remove('Task', one, org.later());
    org.store.undelete('Task', one, org.later());
    expect(people(one)).toEqual([john]);

    const lead = org.insert('Lead', { LastName: 'Lee', Company: 'L' });
    const ofLead = org.insert('Task', list(lead));
    const conversion = { leadId: lead, convertedStatus: 'Closed - Converted' };
    org.store.convertLead({ ...conversion, accountId: account, contactId: john }, org.later());
    expect(people(ofLead)).toEqual([john]);
  });

  test('a lead stands alone, a record comes once, and there are 50 contacts and one other at most', () => {
    const lead = org.insert('Lead', { LastName: 'L', Company: 'C' });
    const ofLead = org.insert('Task', { Subject: 'lead', WhoId: lead });
    const relate = (task: string, record: string) => () =>
      org.insert('TaskRelation', { TaskId: task, RelationId: record });
    expect(refusal(relate(ofLead, jane)).message).toContain('relates to nothing else');
    const task = org.insert('Task', { Subject: 'call', WhoId: jane, WhatId: account });
    expect(refusal(relate(task, lead)).message).toContain('relates to nothing else');
    expect(refusal(relate(task, jane)).code).toBe('DUPLICATE_VALUE');
    const other = org.insert('Account', { Name: 'Other' });
    expect(refusal(relate(task, other)).message).toContain('one Related To');
    for (let index = 1; index < 50; index += 1) {
      relate(task, org.insert('Contact', { LastName: `C${index}` }))();
    }
    expect(refusal(relate(task, john)).message).toContain('at most 50');
    expect(taskOf(task)).toMatchObject({ WhoCount: 50 });
  });

  test('a deleted task loses its rows, an undeleted one has those of its primary records', () => {
    const task = org.insert('Task', { Subject: 'call', WhoId: jane, WhatId: account });
    org.insert('TaskRelation', { TaskId: task, RelationId: john });
    org.store.remove('Task', task, org.later());
    expect(org.store.count('TaskRelation')).toBe(0);
    org.store.undelete('Task', task, org.later());
    expect(relations(task)).toMatchObject([{ RelationId: jane }, { RelationId: account }]);
    expect(taskOf(task)).toMatchObject({ WhoCount: 1, WhatCount: 1 });
  });
});

const meeting = { StartDateTime: '2026-05-07T09:00:00.000Z', DurationInMinutes: 30 };

function roles(event: string) {
  return org.query(
    `SELECT RelationId, IsParent, IsWhat, IsInvitee, AccountId FROM EventRelation WHERE EventId = '${event}' ORDER BY Id`,
  );
}

const eventOf = (event: string) => org.store.read('Event', event);
const relatesTo = { IsParent: true, IsWhat: false, IsInvitee: false };
const relatedTo = { IsParent: true, IsWhat: true, IsInvitee: false };
const invites = { IsParent: false, IsWhat: false, IsInvitee: true };

test('without Shared Activities the rows of an event are its invitees, and no record is invited', () => {
  const fields = org.schema.require('EventRelation').fields;
  expect(['isparent', 'iswhat', 'isinvitee', 'accountid'].filter((one) => fields.has(one))).toEqual(
    [],
  );
  expect(org.schema.require('Event').fields.has('whocount')).toBe(false);
  const event = org.insert('Event', { ...meeting, WhoId: jane });
  expect(org.store.count('EventRelation')).toBe(0);
  const relate = () => org.insert('EventRelation', { EventId: event, RelationId: account });
  expect(refusal(relate).code).toBe('FIELD_INTEGRITY_EXCEPTION');
});

test('events from before get their rows when they are switched on, and invitees stay as they are', () => {
  const event = org.insert('Event', { ...meeting, WhoId: jane, WhatId: account });
  const row = org.insert('EventRelation', { EventId: event, RelationId: john, Status: 'Accepted' });
  const before = org.store.read('EventRelation', row);
  org.later();
  share();
  expect(roles(event)).toEqual([
    { RelationId: john, ...invites, AccountId: null },
    { RelationId: jane, ...relatesTo, AccountId: account },
    { RelationId: account, ...relatedTo, AccountId: null },
  ]);
  expect(eventOf(event)).toMatchObject({ WhoCount: 1, WhatCount: 1 });
  expect(org.store.read('EventRelation', row)).toMatchObject(before ?? { Id: 'missing' });
});

describe('an event with Shared Activities', () => {
  beforeEach(share);

  const relate = (event: string, record: string, role = {}) =>
    org.insert('EventRelation', { EventId: event, RelationId: record, ...role });

  test('has rows that follow what is written into it; who is invited stays so', () => {
    const event = org.insert('Event', { ...meeting, WhoId: jane });
    const [old = ''] = org.store.idsWhere('EventRelation', 'EventId', event);
    const invited = relate(event, john);
    expect(eventOf(event)).toMatchObject({ WhoId: jane, WhoCount: 1 });
    org.store.update('Event', event, { WhoId: john, WhatId: account }, org.later());
    expect(roles(event)).toMatchObject([
      { RelationId: john, IsParent: true, IsInvitee: true },
      { RelationId: account, ...relatedTo },
    ]);
    const gone = org.store.deletedBetween('EventRelation', startMs, startMs + 3_600_000);
    expect(gone.map(({ id }) => id)).toEqual([old]);
    org.store.update('Event', event, { WhoId: null }, org.later());
    expect(org.store.read('EventRelation', invited)).toMatchObject(invites);
    expect(eventOf(event)).toMatchObject({ WhoId: null, WhoCount: 0, WhatCount: 1 });
  });

  test('takes more contacts by rows; the next takes the place and the account of a primary one that goes', () => {
    org.store.update('Contact', john, { AccountId: null }, org.context);
    const event = org.insert('Event', { ...meeting, WhoId: jane });
    relate(event, john, { IsParent: true });
    expect(eventOf(event)).toMatchObject({ WhoId: jane, WhoCount: 2, AccountId: account });
    expect(org.store.read('Account', account)).toMatchObject({ LastActivityDate: '2026-05-07' });
    const [row = ''] = org.store.idsWhere('EventRelation', 'RelationId', jane);
    org.store.remove('EventRelation', row, org.later());
    expect(eventOf(event)).toMatchObject({ WhoId: john, WhoCount: 1, AccountId: null });
    expect(org.store.read('Account', account)).toMatchObject({ LastActivityDate: null });
    expect(org.store.read('Contact', john)).toMatchObject({ LastActivityDate: '2026-05-07' });
  });

  test('relates to an invitee whose row says so, and is not touched by invitations', () => {
    const event = org.insert('Event', meeting);
    const stamp = eventOf(event)?.['SystemModstamp'];
    org.later();
    const row = relate(event, jane);
    expect(eventOf(event)).toMatchObject({ WhoId: null, WhoCount: 0, SystemModstamp: stamp });
    org.store.update('EventRelation', row, { IsParent: true }, org.later());
    expect(eventOf(event)).toMatchObject({ WhoId: jane, WhoCount: 1, AccountId: account });
    expect(roles(event)).toMatchObject([{ IsParent: true, IsInvitee: true }]);
  });

  test('invites people and users, and relates to the rest', () => {
    const event = org.insert('Event', meeting);
    relate(event, org.userId);
    relate(event, account);
    expect(roles(event)).toMatchObject([
      { RelationId: org.userId, ...invites },
      { RelationId: account, ...relatedTo },
    ]);
    expect(eventOf(event)).toMatchObject({ WhoCount: 0, WhatId: account, WhatCount: 1 });
    const refused = (record: string, role: object) => refusal(() => relate(event, record, role));
    expect(refused(jane, { IsInvitee: false }).message).toContain('or both');
    const other = org.insert('Account', { Name: 'Other' });
    expect(refused(other, { IsInvitee: true, IsParent: true }).fields).toEqual(['IsInvitee']);
    expect(refused(other, {}).message).toContain('one Related To');
    const sam = org.store.findByKey('User', 'Username', 'sam@practice.example')[0] ?? '';
    expect(refused(sam, { IsParent: true }).message).toContain('does not relate');
  });

  test('relates to one lead or to 50 contacts, invites beside them, and to nothing when private', () => {
    const lead = org.insert('Lead', { LastName: 'L', Company: 'C' });
    const ofLead = org.insert('Event', { ...meeting, WhoId: lead });
    const parent = { IsParent: true };
    expect(refusal(() => relate(ofLead, jane, parent)).message).toContain('nothing else');
    expect(relate(ofLead, jane)).toBeTruthy();
    const event = org.insert('Event', { ...meeting, WhoId: jane });
    expect(refusal(() => relate(event, jane)).code).toBe('DUPLICATE_VALUE');
    for (let index = 1; index < 50; index += 1) {
      relate(event, org.insert('Contact', { LastName: `C${index}` }), parent);
    }
    expect(refusal(() => relate(event, john, parent)).message).toContain('at most 50');
    expect(relate(event, john)).toBeTruthy();
    expect(eventOf(event)).toMatchObject({ WhoCount: 50 });
    const secret = org.insert('Event', { ...meeting, IsPrivate: true });
    expect(refusal(() => relate(secret, jane, parent)).message).toContain('Private events');
  });

  test('loses its rows when it is deleted, and has those of its primary records again', () => {
    const event = org.insert('Event', { ...meeting, WhoId: jane, WhatId: account });
    relate(event, john, { IsParent: true });
    org.store.remove('Event', event, org.later());
    expect(org.store.count('EventRelation')).toBe(0);
    org.store.undelete('Event', event, org.later());
    expect(roles(event)).toMatchObject([{ RelationId: jane }, { RelationId: account }]);
    expect(eventOf(event)).toMatchObject({ WhoCount: 1, WhatCount: 1 });
  });

  test('goes and comes back with its primary contact, rows included', () => {
    const event = org.insert('Event', { ...meeting, WhoId: jane });
    org.store.remove('Contact', jane, org.later());
    expect(eventOf(event)).toMatchObject({ IsDeleted: true });
    expect(org.store.count('EventRelation')).toBe(0);
    org.store.undelete('Contact', jane, org.later());
    expect(eventOf(event)).toMatchObject({ IsDeleted: false, WhoId: jane, WhoCount: 1 });
    expect(roles(event)).toMatchObject([{ RelationId: jane, ...relatesTo }]);
  });

  test('has one row for contacts that are merged, with what each of them was', () => {
    const event = org.insert('Event', { ...meeting, WhoId: jane });
    relate(event, john);
    const third = org.insert('Contact', { LastName: 'Third' });
    relate(event, third, { IsParent: true });
    expect(eventOf(event)).toMatchObject({ WhoCount: 2 });
    org.store.merge('Contact', john, [jane, third], org.later());
    expect(roles(event)).toMatchObject([
      { RelationId: john, IsParent: true, IsWhat: false, IsInvitee: true },
    ]);
    expect(eventOf(event)).toMatchObject({ WhoId: john, WhoCount: 1 });
  });

  test('goes over to the contact that its lead becomes', () => {
    const lead = org.insert('Lead', { LastName: 'L', Company: 'C' });
    const event = org.insert('Event', { ...meeting, WhoId: lead });
    const conversion = { leadId: lead, accountId: account, contactId: jane };
    const convertedStatus = 'Closed - Converted';
    org.store.convertLead({ ...conversion, convertedStatus }, org.later());
    expect(roles(event)).toMatchObject([
      { RelationId: jane, ...relatesTo },
      { RelationId: account, ...relatedTo },
    ]);
    expect(eventOf(event)).toMatchObject({ WhoId: jane, WhoCount: 1, WhatCount: 1 });
  });
});
