import {
  auditFields, checkbox, date, dateTime, decimal, idField, integer, isDeleted, lastActivityDate, lookup, owner, picklist,
  readOnly, required, text, textArea, viewedFields,
} from '../field-builder.ts';
import { buildObject, platformOwned } from '../object-builder.ts';
import { forecastCategories, forecastCategoryNames, leadSources, opportunityStages } from './picklists.ts';

const derived = { ...readOnly, nillable: false, defaultedOnCreate: true };

export const opportunity = buildObject({
  name: 'Opportunity',
  label: 'Opportunity',
  labelPlural: 'Opportunities',
  keyPrefix: '006',
  acceptsActivities: true,
  fields: [
    idField('Opportunity ID'),
    isDeleted,
    lookup('AccountId', 'Account ID', 'Account', { children: 'Opportunities', cascadeDelete: true }),
    checkbox('IsPrivate', 'Private'),
    text('Name', 'Name', 120, { ...required, nameField: true }),
    textArea('Description', 'Description', 32_000),
    picklist('StageName', 'Stage', opportunityStages.map((stage) => stage.name), required),
    decimal('Amount', 'Amount', 'currency', [18, 2]),
    decimal('Probability', 'Probability (%)', 'percent', [3, 0], { defaultedOnCreate: true }),
    decimal('ExpectedRevenue', 'Expected Amount', 'currency', [18, 2], readOnly),
    decimal('TotalOpportunityQuantity', 'Quantity', 'double', [18, 2]),
    date('CloseDate', 'Close Date', required),
    picklist('Type', 'Opportunity Type', [
      'Existing Customer - Upgrade', 'Existing Customer - Replacement', 'Existing Customer - Downgrade', 'New Customer',
    ]),
    text('NextStep', 'Next Step', 255),
    picklist('LeadSource', 'Lead Source', leadSources),
    checkbox('IsClosed', 'Closed', readOnly),
    checkbox('IsWon', 'Won', readOnly),
    picklist('ForecastCategory', 'Forecast Category', forecastCategories, {
      ...derived,
      length: 40,
      restrictedPicklist: true,
    }),
    picklist('ForecastCategoryName', 'Forecast Category', forecastCategoryNames, { defaultedOnCreate: true }),
    lookup('CampaignId', 'Campaign ID', 'Campaign', { children: 'Opportunities' }),
    checkbox('HasOpportunityLineItem', 'Has Line Item', readOnly),
    owner('User'),
    ...auditFields,
    lastActivityDate,
    dateTime('LastStageChangeDate', 'Last Stage Change Date', readOnly),
    integer('FiscalQuarter', 'Fiscal Quarter', 9, readOnly),
    integer('FiscalYear', 'Fiscal Year', 9, readOnly),
    text('Fiscal', 'Fiscal Period', 6, readOnly),
    ...viewedFields,
  ],
});

export const opportunityContactRole = buildObject({
  name: 'OpportunityContactRole',
  label: 'Opportunity Contact Role',
  labelPlural: 'Opportunity Contact Role',
  keyPrefix: '00K',
  triggerable: false,
  undeletable: false,
  fields: [
    idField('Contact Role ID'),
    lookup('OpportunityId', 'Opportunity ID', 'Opportunity', {
      ...required,
      updateable: false,
      children: 'OpportunityContactRoles',
      cascadeDelete: true,
    }),
    lookup('ContactId', 'Contact ID', 'Contact', {
      ...required,
      children: 'OpportunityContactRoles',
      cascadeDelete: true,
    }),
    picklist('Role', 'Role', [
      'Business User', 'Decision Maker', 'Economic Buyer', 'Economic Decision Maker', 'Evaluator', 'Executive Sponsor',
      'Influencer', 'Technical Buyer', 'Other',
    ], { length: 40 }),
    checkbox('IsPrimary', 'Primary'),
    ...auditFields,
    isDeleted,
  ],
});

export const opportunityStage = buildObject({
  name: 'OpportunityStage',
  label: 'Opportunity Stage',
  labelPlural: 'Opportunity Stage',
  keyPrefix: '01J',
  ...platformOwned,
  fields: [
    idField('Opportunity Stage ID'),
    text('MasterLabel', 'Master Label', 255, { ...readOnly, nameField: true }),
    text('ApiName', 'API Name', 255, readOnly),
    checkbox('IsActive', 'Is Active', readOnly),
    integer('SortOrder', 'Sort Order', 9, readOnly),
    checkbox('IsClosed', 'Closed', readOnly),
    checkbox('IsWon', 'Won', readOnly),
    picklist('ForecastCategory', 'Forecast Category', forecastCategories, { ...readOnly, length: 40 }),
    picklist('ForecastCategoryName', 'Forecast Category Name', forecastCategoryNames, readOnly),
    decimal('DefaultProbability', 'Probability (%)', 'percent', [3, 0], readOnly),
    text('Description', 'Description', 255, readOnly),
    ...auditFields,
  ],
});
