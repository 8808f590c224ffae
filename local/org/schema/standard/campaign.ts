import {
  auditFields, checkbox, date, decimal, idField, isDeleted, lastActivityDate, lookup, owner, picklist, readOnly,
  required, text, textArea, viewedFields,
} from '../field-builder.ts';
import { buildObject } from '../object-builder.ts';

export const campaign = buildObject({
  name: 'Campaign',
  label: 'Campaign',
  labelPlural: 'Campaigns',
  keyPrefix: '701',
  acceptsActivities: true,
  fields: [
    idField('Campaign ID'),
    isDeleted,
    text('Name', 'Name', 80, { ...required, nameField: true }),
    lookup('ParentId', 'Parent Campaign ID', 'Campaign', { children: 'ChildCampaigns' }),
    picklist('Type', 'Type', [
      'Conference', 'Webinar', 'Trade Show', 'Public Relations', 'Partners', 'Referral Program', 'Advertisement',
      'Banner Ads', 'Direct Mail', 'Email', 'Telemarketing', 'Other',
    ], { length: 40 }),
    picklist('Status', 'Status', ['Planned', 'In Progress', 'Completed', 'Aborted'], { length: 40, default: 'Planned' }),
    date('StartDate', 'Start Date'),
    date('EndDate', 'End Date'),
    decimal('ExpectedRevenue', 'Expected Revenue', 'currency', [18, 0]),
    decimal('BudgetedCost', 'Budgeted Cost', 'currency', [18, 0]),
    decimal('ActualCost', 'Actual Cost', 'currency', [18, 0]),
    decimal('ExpectedResponse', 'Expected Response (%)', 'percent', [10, 2]),
    decimal('NumberSent', 'Num Sent', 'double', [18, 0]),
    checkbox('IsActive', 'Active'),
    textArea('Description', 'Description', 32_000),
    owner('User'),
    ...auditFields,
    lastActivityDate,
    ...viewedFields,
  ],
});

export const campaignMember = buildObject({
  name: 'CampaignMember',
  label: 'Campaign Member',
  labelPlural: 'Campaign Members',
  keyPrefix: '00v',
  undeletable: false,
  fields: [
    idField('Campaign Member ID'),
    isDeleted,
    lookup('CampaignId', 'Campaign ID', 'Campaign', {
      ...required,
      updateable: false,
      children: 'CampaignMembers',
      cascadeDelete: true,
    }),
    lookup('LeadId', 'Lead ID', 'Lead', { children: 'CampaignMembers', cascadeDelete: true }),
    lookup('ContactId', 'Contact ID', 'Contact', { children: 'CampaignMembers', cascadeDelete: true }),
    lookup('LeadOrContactId', 'Related Record ID', ['Contact', 'Lead'], readOnly),
    picklist('Status', 'Status', ['Sent', 'Responded'], { length: 40, default: 'Sent' }),
    checkbox('HasResponded', 'Responded', readOnly),
    date('FirstRespondedDate', 'First Responded Date', readOnly),
    picklist('Type', 'Type', ['Contact', 'Lead'], { ...readOnly, length: 40 }),
    ...auditFields,
  ],
});
