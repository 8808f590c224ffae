import { expect, test } from 'vitest';
import { deploySource } from '../../../local/org/schema/source/deploy-source.ts';
import { openApexOrg } from './engine/apex-org.ts';
import { customField, source } from './schema/source-builder.ts';
import { deployed, refusal, type TestOrg } from './support.ts';

interface Rule {
  readonly condition: string;
  readonly message?: string;
  readonly field?: string;
  readonly active?: boolean;
}

function ruleFile(object: string, name: string, rule: Rule) {
  const { condition, message = `${name} says no`, field, active = true } = rule;
  const escaped = condition
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  const shown = field === undefined ? '' : `<errorDisplayField>${field}</errorDisplayField>`;
  return source(
    `objects/${object}/validationRules/${name}.validationRule-meta.xml`,
    'ValidationRule',
    `<fullName>${name}</fullName><active>${active}</active><errorConditionFormula>${escaped}</errorConditionFormula>` +
      `${shown}<errorMessage>${message}</errorMessage>`,
  );
}

function orgWith(...files: { path: string; text: string }[]): TestOrg {
  const org = deployed();
  const { problems } = deploySource(org.schema, files, org.store.keyPrefixes);
  expect(problems).toEqual([]);
  org.store.migrate();
  return org;
}

function withRule(condition: string): TestOrg {
  return orgWith(ruleFile('Account', 'Rule', { condition, field: 'Phone' }));
}

/** What an insert of the account is refused with. */
function insertError(org: TestOrg, values: Record<string, string | number | null>) {
  return refusal(() => org.store.insert('Account', { Name: 'Acme', ...values }, org.context));
}

const NO = {
  code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
  message: 'Rule says no',
  fields: ['Phone'],
};

test('a record for which the condition holds is refused with text and field, and nothing is stored', () => {
  const org = withRule('AND(ISPICKVAL(Industry, "Banking"), ISBLANK(Phone))');
  expect(insertError(org, { Industry: 'Banking' })).toMatchObject(NO);
  expect(org.store.count('Account')).toBe(0);
  expect(() => org.insert('Account', { Name: 'Acme', Industry: 'Energy' })).not.toThrow();
  const id = org.insert('Account', { Name: 'Acme', Industry: 'Banking', Phone: '1' });
  const update = () => org.store.update('Account', id, { Phone: null }, org.context);
  expect(refusal(update)).toMatchObject(NO);
  expect(org.store.read('Account', id)?.['Phone']).toBe('1');
});

test('an inactive rule is asleep; without a field the text stands at the top', () => {
  const asleep = orgWith(ruleFile('Account', 'Rule', { condition: 'TRUE', active: false }));
  expect(() => asleep.insert('Account', { Name: 'Acme' })).not.toThrow();
  const top = orgWith(ruleFile('Account', 'Rule', { condition: 'TRUE' }));
  expect(insertError(top, {})).toMatchObject({ fields: [] });
});

test('ISNEW, ISCHANGED and PRIORVALUE compare with what is stored', () => {
  const onlyNew = withRule('AND(ISNEW(), ISBLANK(Phone))');
  expect(insertError(onlyNew, {})).toMatchObject(NO);
  const known = onlyNew.insert('Account', { Name: 'Acme', Phone: '1' });
  expect(() =>
    onlyNew.store.update('Account', known, { Phone: null }, onlyNew.context),
  ).not.toThrow();

  const frozen = withRule('ISCHANGED(Name)');
  const id = frozen.insert('Account', { Name: 'Acme' });
  expect(() => frozen.store.update('Account', id, { Phone: '2' }, frozen.context)).not.toThrow();
  expect(() => frozen.store.update('Account', id, { Name: 'Acme' }, frozen.context)).not.toThrow();
  const renamed = () => frozen.store.update('Account', id, { Name: 'ACME' }, frozen.context);
  expect(refusal(renamed)).toMatchObject(NO);

  const growing = withRule('NumberOfEmployees < PRIORVALUE(NumberOfEmployees)');
  const grown = growing.insert('Account', { Name: 'Acme', NumberOfEmployees: 5 });
  const set = (count: number) => () =>
    growing.store.update('Account', grown, { NumberOfEmployees: count }, growing.context);
  expect(set(6)).not.toThrow();
  expect(refusal(set(5))).toMatchObject(NO);
});

test('rules read parents, the saving user and patterns', () => {
  const parents = withRule('Parent.NumberOfEmployees > 10');
  const parent = parents.insert('Account', { Name: 'Big', NumberOfEmployees: 11 });
  expect(insertError(parents, { ParentId: parent })).toMatchObject(NO);
  expect(() => parents.insert('Account', { Name: 'Acme' })).not.toThrow();

  const users = withRule('$User.Alias = "admin" && $Profile.Name <> "Standard User"');
  expect(insertError(users, {})).toMatchObject(NO);
  const [sam = ''] = users.store.findByKey('User', 'Username', 'sam@practice.example');
  const asSam = { ...users.context, userId: sam };
  expect(() => users.store.insert('Account', { Name: 'Acme' }, asSam)).not.toThrow();

  const patterns = withRule('NOT(REGEX(Phone, "\\\\+\\\\d{3,}"))');
  expect(() => patterns.insert('Account', { Name: 'Acme', Phone: '+1234' })).not.toThrow();
  expect(insertError(patterns, { Phone: 'x+1234' })).toMatchObject(NO);
});

test('all broken rules are told, in the order of their names', () => {
  const org = openApexOrg({
    metadata: {
      [ruleFile('Account', 'B', { condition: 'TRUE' }).path]: ruleFile('Account', 'B', {
        condition: 'TRUE',
      }).text,
      [ruleFile('Account', 'A', { condition: 'TRUE', field: 'Name' }).path]: ruleFile(
        'Account',
        'A',
        {
          condition: 'TRUE',
          field: 'Name',
        },
      ).text,
    },
  });
  const [result] = org.insert('Account', { Name: 'Acme' });
  expect(result).toMatchObject({
    success: false,
    errors: [
      { message: 'A says no', fields: ['Name'] },
      { message: 'B says no', fields: [] },
    ],
  });
});

test('rules see what before-triggers made of the record, and keep after-triggers from running', () => {
  const rule = ruleFile('Shipment__c', 'Rule', { condition: 'CONTAINS(Note__c, "bad")' });
  const org = openApexOrg({
    metadata: { [rule.path]: rule.text },
    triggers: {
      ShipmentTrigger: `
trigger ShipmentTrigger on Shipment__c (before insert, after insert) {
  for (Shipment__c row : Trigger.new) {
    if (Trigger.isBefore) { row.Note__c = row.Note__c == 'bad' ? 'good' : 'bad'; }
    else { System.debug('after ' + row.Name); }
  }
}`,
    },
  });
  const results = org.insert(
    'Shipment__c',
    { Name: 'mended', Note__c: 'bad' },
    { Name: 'spoilt', Note__c: 'fine' },
  );
  expect(results).toMatchObject([{ success: true }, { success: false }]);
  expect(org.debugged.filter((text) => text.includes('spoilt'))).toEqual([]);
});

test('what a rule names wrongly is refused when it is deployed', () => {
  const problemOf = (rule: Rule): string | undefined => {
    const org = deployed();
    const files = [ruleFile('Account', 'Rule', rule)];
    return deploySource(org.schema, files, org.store.keyPrefixes).problems[0]?.message;
  };
  expect(problemOf({ condition: 'Nmae = "x"' })).toBe('Field Nmae does not exist. Check spelling.');
  expect(problemOf({ condition: 'Name' })).toContain('Expected Boolean, received Text');
  expect(problemOf({ condition: 'TRUE', field: 'Nmae' })).toContain('names no field of Account');
  expect(problemOf({ condition: 'VLOOKUP(Name, Name, Name) = "x"' })).toContain('VLOOKUP()');
  expect(problemOf({ condition: 'REGEX(Name, "(")' })).toContain('REGEX()');
  expect(problemOf({ condition: 'ISCHANGED(Parent.Name)' })).toContain('Expected a field');
  const field = customField(
    'Account',
    'F__c',
    '<label>F</label><type>Checkbox</type><formula>ISNEW()</formula>',
  );
  const org = deployed();
  const [problem] = deploySource(org.schema, [field], org.store.keyPrefixes).problems;
  expect(problem?.message).toContain('ISNEW()');
});

test('a rule that asks for a custom permission nobody deployed is refused', () => {
  const org = deployed();
  const rule = ruleFile('Account', 'Rule', { condition: 'NOT($Permission.Missing)' });
  expect(deploySource(org.schema, [rule], org.store.keyPrefixes).problems).toEqual([
    { file: rule.path, message: 'Field $Permission.Missing does not exist. Check spelling.' },
  ]);
});
