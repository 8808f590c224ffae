import { expect, test } from 'vitest';
import { apexCode, packageFiles } from '../../../scripts/check/package-source.ts';

const classes = packageFiles('.cls');
const products = classes.filter((file) => file.path.startsWith('main/'));
const tests = classes.filter((file) => file.path.startsWith('test/'));
const triggers = packageFiles('.trigger');

test('the package holds its classes, tests and triggers', () => {
  expect(products.length).toBeGreaterThan(20);
  expect(tests.length).toBeGreaterThan(20);
  expect(triggers.map((file) => file.name)).toEqual([
    'MixmaxAccountTrigger',
    'MixmaxChangeTrigger',
    'MixmaxContactTrigger',
    'MixmaxEventTrigger',
    'MixmaxLeadTrigger',
    'MixmaxOpportunityTrigger',
    'MixmaxSkipTrigger',
    'MixmaxSyncedFieldTrigger',
    'MixmaxTaskTrigger',
    'MixmaxUserTrigger',
  ]);
});

test.each(products)('$path states its sharing', (file) => {
  expect(apexCode(file)).toMatch(
    /^(?:public|global)(?: virtual)? (?:with|without|inherited) sharing class /m,
  );
});

test.each(products)('$path has at most 200 lines', (file) => {
  expect(file.text.split('\n').length).toBeLessThanOrEqual(201);
});

/** A LimitException cannot be caught, and user mode would fail for Automated Process: both must be chosen in sight. */
test.each(classes)('$path states the access mode of every query and DML statement', (file) => {
  const code = apexCode(file);
  for (const [query] of code.matchAll(/\[\s*SELECT\b[^\]]*\]/gi)) {
    if (/FROM\s+Profile\b/i.test(query)) continue;
    expect(query).toMatch(/WITH SYSTEM_MODE/);
  }
  expect(code).not.toMatch(/^\s*(?:insert|update|upsert|delete|undelete)\s+(?!as system\b)[\w(]/im);
  for (const [call] of code.matchAll(
    /Database\.(?:insert|update|upsert|delete|undelete|query\w*)\([^;]*;/gi,
  )) {
    expect(call).toMatch(/AccessLevel\.SYSTEM_MODE/);
  }
});

test.each(products)('$path asks whether a test runs only through RtsPlatform', (file) => {
  if (file.name !== 'RtsPlatform') expect(apexCode(file)).not.toMatch(/isRunningTest/i);
});

test.each(products)('$path writes no debug log', (file) => {
  expect(apexCode(file)).not.toMatch(/System\.debug/i);
});

test.each(triggers)('$path is one statement', (file) => {
  const body = apexCode(file)
    .replace(/^[^{]*\{/, '')
    .replace(/\}\s*$/, '');
  expect(
    body
      .trim()
      .split(';')
      .filter((statement) => statement.trim() !== ''),
  ).toHaveLength(1);
});

/** Undelete is no trigger event of User; a change of a user's deletion does not exist. */
test.each([
  ...['Account', 'Contact', 'Lead', 'Opportunity', 'Task', 'Event'].map(
    (object) => [object, 'after insert, after update, after delete, after undelete'] as const,
  ),
  ['User', 'after insert, after update'] as const,
])('the trigger on %s fires %s', (object, events) => {
  const [trigger] = packageFiles(`Mixmax${object}Trigger.trigger`);
  expect(trigger?.text).toContain(`trigger Mixmax${object}Trigger on ${object}(${events}) {`);
  expect(trigger?.text).toContain(
    'RtsTriggerHandler.run(Trigger.operationType, Trigger.new, Trigger.oldMap);',
  );
});

test('every class has its test, named after it', () => {
  const exempt = new Set(['RtsSkip']);
  const tested = new Set(tests.map((file) => file.name.replace(/Test$/, '')));
  const untested = products.map((file) => file.name).filter((name) => !tested.has(name));
  expect(untested.filter((name) => !exempt.has(name))).toEqual([]);
});

test.each(tests.filter((file) => file.name.endsWith('Test')))(
  '$path: every test method asserts, with a message',
  (file) => {
    const methods = file.text.split(/@IsTest\n {4}static void /).slice(1);
    expect(methods.length).toBeGreaterThan(0);
    for (const method of methods) {
      const body = method.split(/\n {4}\}\n/)[0] ?? '';
      expect(body).toMatch(/assert|reach\(|only\(/i);
    }
    expect(apexCode(file)).not.toMatch(/Assert\.is(?:True|False|Null|NotNull)\([^,()]*\);/);
    expect(apexCode(file)).not.toMatch(/SeeAllData/i);
  },
);
