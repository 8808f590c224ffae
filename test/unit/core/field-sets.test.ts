import { describe, expect, it } from 'vitest';
import { conditionsHash } from '#core/conditions.ts';
import { completeFields, fieldSetOf, formulaInputs } from '#core/field-sets.ts';

const field = (name: string, type = 'string', formula: string | null = null) => ({
  name,
  type,
  calculated: formula !== null,
  calculatedFormula: formula,
});

const CONTACT = [
  field('Id', 'id'),
  field('IsDeleted', 'boolean'),
  field('MasterRecordId', 'reference'),
  field('SystemModstamp', 'datetime'),
  field('Name'),
  field('LastName'),
  field('FirstName'),
  field('Email', 'email'),
  field('OwnerId', 'reference'),
  field('CreatedDate', 'datetime'),
  field('Title'),
  field('MailingAddress', 'address'),
  field('MailingCity'),
  field('Photo__c', 'base64'),
  field('TaskWhoIds', 'JunctionIdList'),
  field('Future__c', 'hologram'),
  field('Score__c', 'double', 'IF(ISBLANK(Title), 0, Weight__c * 2) + Account.AnnualRevenue'),
  field('Weight__c', 'double'),
];
const IDENTITY = ['CreatedDate', 'Email', 'FirstName', 'LastName', 'Name', 'OwnerId'];

describe('field sets', () => {
  it('hold every readable field of a known type while conditions are off, and tell formulas apart', () => {
    expect(fieldSetOf('Contact', CONTACT, { on: false })).toEqual({
      fields: [...IDENTITY, 'MailingCity', 'Score__c', 'Title', 'Weight__c'].sort(),
      hash: '*',
      calculated: ['Score__c'],
    });
  });

  it('hold the listed fields while conditions are on, under the hash that Apex makes', () => {
    const listed = ['Email', 'title', 'Gone__c'];
    expect(fieldSetOf('Contact', CONTACT, { on: true, objects: { Contact: listed } })).toEqual({
      fields: ['Email', 'Title'],
      hash: conditionsHash(listed),
    });
  });

  it('hold nothing of an object that is not listed', () => {
    const conditions = { on: true, objects: { Account: ['Name'] } } as const;
    expect(fieldSetOf('Contact', CONTACT, conditions)).toEqual({
      fields: [],
      hash: conditionsHash([]),
    });
  });

  it('hold every field of an object that Apex does not announce, such as a custom one', () => {
    const all = fieldSetOf('Project__c', CONTACT, { on: false });
    expect(all.fields).toContain('Title');
    expect(fieldSetOf('Project__c', CONTACT, { on: true, objects: { Account: ['Name'] } })).toEqual(
      all,
    );
  });
});

describe('completeFields', () => {
  it("adds what identifies a record, in the describe's spelling, once", () => {
    expect(completeFields('Contact', CONTACT, ['TITLE', 'email', 'Email', 'Id'])).toEqual([
      ...IDENTITY,
      'Title',
    ]);
  });

  it.each([
    ['Nonsense__c', 'Contact: Nonsense__c is no field that the Sync User can read'],
    ['Name; DROP', 'Contact: one name is no field'],
    ['MailingAddress', 'type address are not mirrored'],
    ['Photo__c', 'type base64'],
    ['Future__c', 'type hologram'],
  ])('refuses %s', (name, message) => {
    expect(() => completeFields('Contact', CONTACT, [name])).toThrow(message);
  });

  it('refuses a formula and offers what it reads', () => {
    expect(() => completeFields('Contact', CONTACT, ['Score__c'])).toThrow(
      'Contact.Score__c is a formula; its changes are not announced by Salesforce. List what it reads: Title, Weight__c.',
    );
  });
});

describe('formulaInputs', () => {
  it('finds fields, not functions, texts or relations', () => {
    const formula = `IF(title = "Email", TEXT(Weight__c), 'Name') & Account.OwnerId & $User.LastName`;
    expect(formulaInputs(formula, CONTACT)).toEqual(['Title', 'Weight__c']);
    expect(formulaInputs('', CONTACT)).toEqual([]);
  });
});
