import { beforeEach, describe, expect, test } from 'vitest';
import { openTestOrg, refusal, type TestOrg } from '../support.ts';

let org: TestOrg;

beforeEach(() => {
  org = openTestOrg();
});

const deal = {
  Name: 'Deal',
  StageName: 'Proposal/Price Quote',
  CloseDate: '2026-08-20',
  Amount: 200,
};

describe('an opportunity', () => {
  test('takes probability, forecast and fiscal period from stage and date', () => {
    expect(org.store.read('Opportunity', org.insert('Opportunity', deal))).toMatchObject({
      IsClosed: false,
      IsWon: false,
      Probability: 75,
      ForecastCategory: 'Pipeline',
      ForecastCategoryName: 'Pipeline',
      ExpectedRevenue: 150,
      FiscalYear: 2026,
      FiscalQuarter: 3,
      Fiscal: '2026 3',
      LastStageChangeDate: null,
    });
  });

  test('is won or lost by its stage', () => {
    const id = org.insert('Opportunity', deal);
    expect(
      org.store.update('Opportunity', id, { StageName: 'Closed Won' }, org.later()),
    ).toMatchObject({
      IsClosed: true,
      IsWon: true,
      Probability: 100,
      ForecastCategory: 'Closed',
      LastStageChangeDate: '2026-05-06T12:01:00.000Z',
    });
    expect(
      org.store.update('Opportunity', id, { StageName: 'Closed Lost' }, org.later()),
    ).toMatchObject({ IsClosed: true, IsWon: false, Probability: 0, ForecastCategory: 'Omitted' });
  });

  test('keeps a probability that somebody chose, until the stage changes without one', () => {
    const id = org.insert('Opportunity', {
      ...deal,
      Probability: 10,
      ForecastCategoryName: 'Commit',
    });
    expect(org.store.read('Opportunity', id)).toMatchObject({
      Probability: 10,
      ForecastCategory: 'Forecast',
      ExpectedRevenue: 20,
    });
    expect(org.store.update('Opportunity', id, { Amount: 100 }, org.context)).toMatchObject({
      Probability: 10,
      ExpectedRevenue: 10,
    });
    expect(
      org.store.update(
        'Opportunity',
        id,
        { StageName: 'Prospecting', Probability: 10 },
        org.context,
      )['Probability'],
    ).toBe(10);
    expect(
      org.store.update(
        'Opportunity',
        id,
        { StageName: 'Negotiation/Review', Probability: 10 },
        org.context,
      )['Probability'],
    ).toBe(90);
  });
});

test('an opportunity has one primary contact role', () => {
  const opportunity = org.insert('Opportunity', deal);
  const [first = '', second = ''] = ['A', 'B'].map((LastName) =>
    org.insert('OpportunityContactRole', {
      OpportunityId: opportunity,
      ContactId: org.insert('Contact', { LastName }),
      IsPrimary: true,
    }),
  );
  const primary = (id: string) => org.store.read('OpportunityContactRole', id)?.['IsPrimary'];
  expect([primary(first), primary(second)]).toEqual([false, true]);
  org.store.update('OpportunityContactRole', first, { IsPrimary: true }, org.later());
  expect([primary(first), primary(second)]).toEqual([true, false]);
  expect(org.store.read('OpportunityContactRole', second)?.['SystemModstamp']).toBe(
    '2026-05-06T12:01:00.000Z',
  );
});

describe('a campaign member', () => {
  test('is a lead or a contact, once per campaign', () => {
    const campaign = org.insert('Campaign', { Name: 'C' });
    const contact = org.insert('Contact', { LastName: 'Doe' });
    const id = org.insert('CampaignMember', { CampaignId: campaign, ContactId: contact });
    expect(org.store.read('CampaignMember', id)).toMatchObject({
      LeadOrContactId: contact,
      Type: 'Contact',
      Status: 'Sent',
      HasResponded: false,
    });
    expect(
      org.store.update('CampaignMember', id, { Status: 'Responded' }, org.context),
    ).toMatchObject({ HasResponded: true, FirstRespondedDate: '2026-05-06' });
    expect(
      refusal(() => org.insert('CampaignMember', { CampaignId: campaign, ContactId: contact })),
    ).toMatchObject({ code: 'DUPLICATE_VALUE', message: 'Already a campaign member.' });
    expect(refusal(() => org.insert('CampaignMember', { CampaignId: campaign }))).toMatchObject({
      code: 'REQUIRED_FIELD_MISSING',
    });
  });
});

test('people are called by first and last name', () => {
  const id = org.insert('Lead', { FirstName: 'Jane', LastName: 'Roe', Company: 'X' });
  expect(org.store.read('Lead', id)).toMatchObject({
    Name: 'Jane Roe',
    Status: 'Open - Not Contacted',
    IsConverted: false,
  });
  expect(org.store.update('Lead', id, { FirstName: null }, org.context)['Name']).toBe('Roe');
});
