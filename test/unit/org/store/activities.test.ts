import { beforeEach, describe, expect, test } from 'vitest';
import type { FieldValues } from '../../../../local/org/schema/schema.ts';
import { deployed, refusal, type TestOrg } from '../support.ts';

let org: TestOrg;
let account: string;
let contact: string;
let lead: string;

beforeEach(() => {
  org = deployed();
  account = org.insert('Account', { Name: 'Acme' });
  contact = org.insert('Contact', { LastName: 'Doe', AccountId: account });
  lead = org.insert('Lead', { LastName: 'Roe', Company: 'X' });
});

function saved(object: string, values: FieldValues): FieldValues {
  return org.store.read(object, org.insert(object, values)) ?? {};
}

describe('a task', () => {
  test('is open, normal and of type Task unless it says otherwise', () => {
    expect(saved('Task', {})).toMatchObject({
      Subject: null,
      Status: 'Not Started',
      Priority: 'Normal',
      TaskSubtype: 'Task',
      IsClosed: false,
      IsHighPriority: false,
      CompletedDateTime: null,
      IsArchived: false,
      OwnerId: org.userId,
    });
  });

  test('is closed by its status, at the time of the save, until it is opened again', () => {
    const id = org.insert('Task', { Priority: 'High', Status: 'Completed' });
    expect(org.store.read('Task', id)).toMatchObject({
      IsClosed: true,
      IsHighPriority: true,
      CompletedDateTime: '2026-05-06T12:00:00.000Z',
    });
    expect(org.store.update('Task', id, { Subject: 'x' }, org.later())['CompletedDateTime']).toBe(
      '2026-05-06T12:00:00.000Z',
    );
    expect(org.store.update('Task', id, { Status: 'Deferred' }, org.later())).toMatchObject({
      IsClosed: false,
      CompletedDateTime: null,
    });
    expect(
      org.store.update('Task', id, { Status: 'Completed' }, org.later())['CompletedDateTime'],
    ).toBe('2026-05-06T12:03:00.000Z');
  });

  test('belongs to the account of what it relates to, else of whom', () => {
    const other = org.insert('Account', { Name: 'Other' });
    const opportunity = org.insert('Opportunity', {
      Name: 'Deal',
      AccountId: other,
      StageName: 'Prospecting',
      CloseDate: '2026-06-01',
    });
    const orphan = org.insert('Opportunity', {
      Name: 'Orphan',
      StageName: 'Prospecting',
      CloseDate: '2026-06-01',
    });
    const campaign = org.insert('Campaign', { Name: 'C' });
    expect(saved('Task', { WhatId: other, WhoId: contact })['AccountId']).toBe(other);
    expect(saved('Task', { WhatId: opportunity, WhoId: contact })['AccountId']).toBe(other);
    expect(saved('Task', { WhatId: orphan, WhoId: contact })['AccountId']).toBe(account);
    expect(saved('Task', { WhatId: campaign, WhoId: contact })['AccountId']).toBe(account);
    expect(saved('Task', { WhoId: contact })['AccountId']).toBe(account);
    expect(saved('Task', { WhoId: lead })['AccountId']).toBeNull();
    expect(saved('Task', {})['AccountId']).toBeNull();
  });

  test('cannot relate a lead to something, nor anything to an object without activities', () => {
    expect(refusal(() => org.insert('Task', { WhoId: lead, WhatId: account }))).toEqual({
      code: 'FIELD_INTEGRITY_EXCEPTION',
      message: 'cannot specify whatID with lead whoID',
      fields: ['WhatId'],
    });
    const parcel = org.insert('Parcel__c', { Shipment__c: org.insert('Shipment__c', {}) });
    expect(refusal(() => org.insert('Task', { WhatId: parcel }))).toEqual({
      code: 'FIELD_INTEGRITY_EXCEPTION',
      message: `Related To ID: id value of incorrect type: ${parcel}`,
      fields: ['WhatId'],
    });
    expect(org.insert('Task', { WhatId: org.insert('Shipment__c', {}) })).toBeTruthy();
  });

  test('does not recur here, and says so', () => {
    expect(refusal(() => org.insert('Task', { IsRecurrence: true }))).toMatchObject({
      fields: ['IsRecurrence'],
    });
    expect(
      refusal(() => org.insert('Event', { Recurrence2PatternText: 'RRULE:FREQ=DAILY' })),
    ).toMatchObject({ fields: ['Recurrence2PatternText'] });
  });
});

describe('an event', () => {
  const start = '2026-05-07T09:00:00.000Z';

  test.each<[string, FieldValues]>([
    ['start and length', { StartDateTime: start, DurationInMinutes: 90 }],
    ['ActivityDateTime and length', { ActivityDateTime: start, DurationInMinutes: 90 }],
    ['start and end', { StartDateTime: start, EndDateTime: '2026-05-07T10:30:00.000Z' }],
    [
      'all of them, agreeing',
      {
        StartDateTime: start,
        ActivityDateTime: start,
        EndDateTime: '2026-05-07T10:30:00.000Z',
        DurationInMinutes: 90,
      },
    ],
  ])('fills its times from %s', (_, values) => {
    expect(saved('Event', values)).toMatchObject({
      StartDateTime: start,
      ActivityDateTime: start,
      ActivityDate: '2026-05-07',
      DurationInMinutes: 90,
      EndDateTime: '2026-05-07T10:30:00.000Z',
      EndDate: '2026-05-07',
      IsAllDayEvent: false,
      ShowAs: 'Busy',
      GroupEventType: '0',
    });
  });

  test('of a whole day lies at midnight', () => {
    expect(saved('Event', { IsAllDayEvent: true, ActivityDate: '2026-05-07' })).toMatchObject({
      StartDateTime: '2026-05-07T00:00:00.000Z',
      EndDateTime: '2026-05-07T00:00:00.000Z',
      DurationInMinutes: 1_440,
      EndDate: '2026-05-07',
    });
    expect(
      saved('Event', {
        IsAllDayEvent: true,
        StartDateTime: '2026-05-07T15:00:00.000Z',
        EndDateTime: '2026-05-09T00:00:00.000Z',
      }),
    ).toMatchObject({
      StartDateTime: '2026-05-07T00:00:00.000Z',
      EndDateTime: '2026-05-09T00:00:00.000Z',
      DurationInMinutes: 4_320,
      EndDate: '2026-05-09',
    });
  });

  test('moves as a whole when its start moves, and stretches when its end moves', () => {
    const id = org.insert('Event', { StartDateTime: start, DurationInMinutes: 60 });
    expect(
      org.store.update('Event', id, { StartDateTime: '2026-05-08T09:00:00.000Z' }, org.later()),
    ).toMatchObject({
      DurationInMinutes: 60,
      EndDateTime: '2026-05-08T10:00:00.000Z',
      ActivityDate: '2026-05-08',
    });
    expect(
      org.store.update('Event', id, { EndDateTime: '2026-05-08T09:15:00.000Z' }, org.later()),
    ).toMatchObject({ DurationInMinutes: 15 });
    expect(org.store.update('Event', id, { DurationInMinutes: 30 }, org.later())).toMatchObject({
      EndDateTime: '2026-05-08T09:30:00.000Z',
    });
    expect(org.store.update('Event', id, { Subject: 'x' }, org.later())).toMatchObject({
      DurationInMinutes: 30,
    });
    expect(org.store.update('Event', id, { IsAllDayEvent: true }, org.later())).toMatchObject({
      StartDateTime: '2026-05-08T00:00:00.000Z',
      DurationInMinutes: 1_440,
    });
  });

  test.each<[string, FieldValues, string, string]>([
    [
      'nothing',
      {},
      'REQUIRED_FIELD_MISSING',
      'Required fields are missing: [DurationInMinutes, ActivityDateTime]',
    ],
    [
      'a start alone',
      { StartDateTime: start },
      'REQUIRED_FIELD_MISSING',
      'Required fields are missing: [DurationInMinutes]',
    ],
    [
      'starts that differ',
      { StartDateTime: start, ActivityDateTime: '2026-05-07T10:00:00.000Z', DurationInMinutes: 5 },
      'FIELD_INTEGRITY_EXCEPTION',
      'ActivityDate, ActivityDateTime and StartDateTime must match',
    ],
    [
      'an end that contradicts the length',
      { StartDateTime: start, EndDateTime: '2026-05-07T10:00:00.000Z', DurationInMinutes: 5 },
      'FIELD_INTEGRITY_EXCEPTION',
      'DurationInMinutes and EndDateTime do not match',
    ],
    [
      'an end before the start',
      { StartDateTime: start, EndDateTime: '2026-05-07T08:00:00.000Z' },
      'FIELD_INTEGRITY_EXCEPTION',
      'Event duration cannot be negative',
    ],
    [
      'more than 14 days',
      { StartDateTime: start, DurationInMinutes: 20_161 },
      'FIELD_INTEGRITY_EXCEPTION',
      'Event duration cannot exceed 14 days.',
    ],
  ])('is refused with %s', (_, values, code, message) => {
    expect(refusal(() => org.insert('Event', values))).toMatchObject({ code, message });
  });

  test('that is private relates to nothing', () => {
    expect(
      refusal(() =>
        org.insert('Event', {
          StartDateTime: start,
          DurationInMinutes: 5,
          IsPrivate: true,
          WhoId: contact,
        }),
      ),
    ).toMatchObject({ fields: ['IsPrivate'] });
  });
});

describe('the last activity of a record', () => {
  const lastActivity = (object: string, id: string) =>
    org.store.read(object, id)?.['LastActivityDate'];

  test('is the latest date of closed tasks and of events, and moves SystemModstamp alone', () => {
    const task = org.insert('Task', { WhoId: contact, ActivityDate: '2026-05-01' });
    expect(lastActivity('Contact', contact)).toBeNull();
    org.store.update('Task', task, { Status: 'Completed' }, org.later());
    expect(org.store.read('Contact', contact)).toMatchObject({
      LastActivityDate: '2026-05-01',
      SystemModstamp: '2026-05-06T12:01:00.000Z',
      LastModifiedDate: '2026-05-06T12:00:00.000Z',
    });
    expect(lastActivity('Account', account)).toBe('2026-05-01');
    org.insert('Event', {
      WhoId: contact,
      StartDateTime: '2026-05-03T10:00:00.000Z',
      DurationInMinutes: 5,
    });
    expect(lastActivity('Contact', contact)).toBe('2026-05-03');
  });

  test('follows an activity that moves, goes and comes back', () => {
    const other = org.insert('Contact', { LastName: 'Other' });
    const task = org.insert('Task', {
      WhoId: contact,
      ActivityDate: '2026-05-01',
      Status: 'Completed',
    });
    org.store.update('Task', task, { WhoId: other }, org.context);
    expect([lastActivity('Contact', contact), lastActivity('Contact', other)]).toEqual([
      null,
      '2026-05-01',
    ]);
    org.store.remove('Task', task, org.context);
    expect(lastActivity('Contact', other)).toBeNull();
    org.store.undelete('Task', task, org.context);
    expect(lastActivity('Contact', other)).toBe('2026-05-01');
  });

  test('does not touch a record whose date stays', () => {
    org.insert('Task', { WhoId: contact, ActivityDate: '2026-05-01', Status: 'Completed' });
    const before = org.store.read('Contact', contact);
    org.later();
    org.insert('Task', { WhoId: contact, ActivityDate: '2026-04-01', Status: 'Completed' });
    expect(org.store.read('Contact', contact)).toEqual(before);
  });
});

describe('archiving', () => {
  const dayMs = 86_400_000;
  const shown = (object: string, allRows: boolean) =>
    org
      .query(`SELECT Subject FROM ${object} ORDER BY Subject`, { allRows })
      .map((row) => row['Subject']);

  test('hides what is a year old, except open tasks', () => {
    org.insert('Task', { Subject: 'closed, due', Status: 'Completed', ActivityDate: '2026-05-01' });
    org.insert('Task', { Subject: 'closed, no date', Status: 'Completed' });
    org.insert('Task', { Subject: 'open', ActivityDate: '2020-01-01' });
    org.insert('Event', {
      Subject: 'past',
      StartDateTime: '2026-05-01T10:00:00.000Z',
      DurationInMinutes: 5,
    });
    org.store.archiveActivities(Date.UTC(2026, 4, 1) + 365 * dayMs - 1);
    expect(shown('Task', false)).toEqual(['closed, due', 'closed, no date', 'open']);
    org.store.archiveActivities(Date.UTC(2026, 4, 6, 12) + 365 * dayMs);
    expect(shown('Task', false)).toEqual(['open']);
    expect(shown('Event', false)).toEqual([]);
    expect(shown('Task', true)).toEqual(['closed, due', 'closed, no date', 'open']);
    expect(
      org.query('SELECT IsArchived, SystemModstamp, LastModifiedDate FROM Event', {
        allRows: true,
      }),
    ).toEqual([
      {
        IsArchived: true,
        SystemModstamp: '2027-05-06T12:00:00.000Z',
        LastModifiedDate: '2026-05-06T12:00:00.000Z',
      },
    ]);
  });
});

describe('converting a lead', () => {
  const convertedStatus = 'Closed - Converted';

  test('closes it, and moves its activities and memberships to the contact', () => {
    const opportunity = org.insert('Opportunity', {
      Name: 'Deal',
      AccountId: account,
      StageName: 'Prospecting',
      CloseDate: '2026-06-01',
    });
    const task = org.insert('Task', {
      WhoId: lead,
      Status: 'Completed',
      ActivityDate: '2026-05-02',
    });
    const member = org.insert('CampaignMember', {
      CampaignId: org.insert('Campaign', { Name: 'C' }),
      LeadId: lead,
    });
    const saved = org.store.convertLead(
      {
        leadId: lead,
        accountId: account,
        contactId: contact,
        opportunityId: opportunity,
        convertedStatus,
      },
      org.later(),
    );
    expect(saved).toMatchObject({
      IsConverted: true,
      Status: convertedStatus,
      ConvertedDate: '2026-05-06',
      ConvertedAccountId: account,
      ConvertedContactId: contact,
      ConvertedOpportunityId: opportunity,
      LastModifiedDate: '2026-05-06T12:01:00.000Z',
    });
    expect(org.store.read('Task', task)).toMatchObject({
      WhoId: contact,
      WhatId: opportunity,
      AccountId: account,
    });
    expect(org.store.read('CampaignMember', member)).toMatchObject({
      LeadId: lead,
      ContactId: contact,
      LeadOrContactId: contact,
      Type: 'Contact',
    });
    expect(org.store.read('Contact', contact)?.['LastActivityDate']).toBe('2026-05-02');
  });

  test('happens once, and to a status that means it', () => {
    const conversion = { leadId: lead, accountId: account, contactId: contact, convertedStatus };
    expect(
      refusal(() =>
        org.store.convertLead(
          { ...conversion, convertedStatus: 'Open - Not Contacted' },
          org.context,
        ),
      ).code,
    ).toBe('INVALID_STATUS');
    org.store.convertLead(conversion, org.context);
    expect(refusal(() => org.store.convertLead(conversion, org.context))).toMatchObject({
      code: 'CANNOT_UPDATE_CONVERTED_LEAD',
      message: 'cannot reference converted lead',
    });
    expect(refusal(() => org.store.update('Lead', lead, { Company: 'Y' }, org.context)).code).toBe(
      'CANNOT_UPDATE_CONVERTED_LEAD',
    );
  });
});

test('invitations to an event go with it, for good', () => {
  const event = org.insert('Event', {
    StartDateTime: '2026-05-07T09:00:00.000Z',
    DurationInMinutes: 5,
  });
  const relation = org.insert('EventRelation', { EventId: event, RelationId: contact });
  expect(org.store.read('EventRelation', relation)).toMatchObject({ Status: 'New' });
  org.store.remove('Event', event, org.context);
  expect(org.store.read('EventRelation', relation)).toBeUndefined();
  org.store.undelete('Event', event, org.context);
  expect(org.query('SELECT Id FROM EventRelation')).toEqual([]);
});
