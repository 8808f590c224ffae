import { expect, test } from 'vitest';
import { loadStandardSchema } from '../../../../local/org/schema/standard-schema.ts';

const schema = loadStandardSchema();

/** Type, length, precision and scale as describe calls of a Developer Edition org answered them. */
test.each([
  ['Account', 'Name', 'string', 255, 0, 0],
  ['Account', 'BillingStreet', 'textarea', 255, 0, 0],
  ['Account', 'BillingLatitude', 'double', 0, 18, 15],
  ['Account', 'AnnualRevenue', 'currency', 0, 18, 0],
  ['Account', 'NumberOfEmployees', 'int', 0, 8, 0],
  ['Account', 'Description', 'textarea', 32_000, 0, 0],
  ['Contact', 'LastName', 'string', 80, 0, 0],
  ['Contact', 'Name', 'string', 121, 0, 0],
  ['Contact', 'Email', 'email', 80, 0, 0],
  ['Task', 'Subject', 'combobox', 255, 0, 0],
  ['Task', 'Priority', 'picklist', 20, 0, 0],
  ['Task', 'CallDurationInSeconds', 'int', 0, 8, 0],
  ['Task', 'WhoId', 'reference', 18, 0, 0],
])('%s.%s is %s(%i) (%i, %i)', (object, field, type, length, precision, scale) => {
  expect(schema.require(object).fields.get(field.toLowerCase())).toMatchObject({
    name: field,
    type,
    length,
    precision,
    scale,
  });
});

test('fields say what may be done with them', () => {
  const task = schema.require('Task').fields;
  expect(task.get('status')).toMatchObject({
    nillable: false,
    createable: true,
    defaultedOnCreate: true,
  });
  expect(task.get('isclosed')).toMatchObject({ createable: false, updateable: false });
  expect(task.get('tasksubtype')).toMatchObject({
    createable: true,
    updateable: false,
    restrictedPicklist: true,
  });
  expect(task.get('description')).toMatchObject({
    filterable: false,
    sortable: false,
    groupable: false,
  });
  expect(task.get('subject')).toMatchObject({ filterable: true, sortable: true, groupable: false });
  expect(schema.require('Contact').fields.get('email')).toMatchObject({
    idLookup: true,
    externalId: false,
  });
});

test.each([
  ['Account', '001'],
  ['Contact', '003'],
  ['Opportunity', '006'],
  ['User', '005'],
  ['Lead', '00Q'],
  ['Task', '00T'],
  ['Event', '00U'],
  ['OpportunityContactRole', '00K'],
  ['Campaign', '701'],
  ['CampaignMember', '00v'],
  ['Organization', '00D'],
  ['Profile', '00e'],
  ['AsyncApexJob', '707'],
])('%s ids begin with %s', (object, prefix) => {
  expect(schema.byKeyPrefix(prefix)?.name).toBe(object);
});

test('objects without Recycle Bin are not undeletable', () => {
  for (const name of ['OpportunityContactRole', 'CampaignMember']) {
    expect(schema.require(name).undeletable).toBe(false);
  }
  expect(schema.require('User').deletable).toBe(false);
});

test('parents know their children by relationship name', () => {
  const children = schema
    .childRelationships('account')
    .map((child) => [child.childObject, child.field, child.relationshipName, child.cascadeDelete]);
  expect(children).toContainEqual(['Contact', 'AccountId', 'Contacts', true]);
  expect(children).toContainEqual(['Account', 'ParentId', 'ChildAccounts', false]);
  expect(children).toContainEqual(['Task', 'WhatId', 'Tasks', true]);
  expect(children).toContainEqual(['Task', 'AccountId', undefined, false]);
});

test('every look-up points at an object that exists, every compound part at its compound field', () => {
  for (const object of schema.all()) {
    for (const field of object.fields.values()) {
      for (const target of field.referenceTo) expect(schema.find(target)?.name).toBe(target);
      if (field.compoundFieldName)
        expect(object.fields.has(field.compoundFieldName.toLowerCase())).toBe(true);
    }
  }
});

test('an unknown object is refused in Salesforce’s words', () => {
  expect(() => schema.require('Shipment__c')).toThrow(
    "sObject type 'Shipment__c' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name.",
  );
});
