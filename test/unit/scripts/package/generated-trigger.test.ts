import { expect, test } from 'vitest';
import { parseSource } from '../../../../local/org/apex/syntax/parse-source.ts';
import {
  callsPackage,
  generateTrigger,
  isGeneratedTrigger,
} from '../../../../scripts/package/generated-trigger.ts';

const textOf = (files: ReadonlyMap<string, string>, suffix: string) =>
  [...files].find(([path]) => path.endsWith(suffix))?.[1] ?? '';

test('a trigger of one line and a test of one line', () => {
  const { triggerName, testName, files } = generateTrigger('Deal__c');
  expect([triggerName, testName]).toEqual(['MixmaxRts_Deal', 'MixmaxRts_Deal_Test']);
  expect([...files.keys()]).toEqual([
    'triggers/MixmaxRts_Deal.trigger',
    'triggers/MixmaxRts_Deal.trigger-meta.xml',
    'classes/MixmaxRts_Deal_Test.cls',
    'classes/MixmaxRts_Deal_Test.cls-meta.xml',
  ]);
  expect(textOf(files, '.trigger')).toContain('trigger MixmaxRts_Deal on Deal__c(before insert,');
  expect(textOf(files, '.trigger')).toContain('    Rts.handle(Trigger.operationType,');
  expect(textOf(files, '.cls')).toContain('Rts.coverGeneratedTrigger(new Deal__c());');
  for (const [path, text] of files) {
    if (!path.endsWith('-meta.xml')) expect(parseSource({ path, text }).problems).toEqual([]);
  }
});

test('a managed package is called by its namespace', () => {
  const { files } = generateTrigger('acme__Deal__c', 'mixmax');
  expect(textOf(files, '.trigger')).toContain('    mixmax.Rts.handle(');
  expect(textOf(files, '.cls')).toContain('mixmax.Rts.coverGeneratedTrigger(new acme__Deal__c());');
});

test('names fit Salesforce, and no two objects share one', () => {
  const objects = [
    'Deal__c',
    'acme__Deal__c',
    'Acme_Deal__c',
    `${'Long'.repeat(10)}__c`,
    `${'Long'.repeat(9)}Lone__c`,
    `ns__${'Long'.repeat(10)}__c`,
    'A_Very_Long_Name_Of_An__c',
  ];
  const names = objects.flatMap((object) => {
    const { triggerName, testName } = generateTrigger(object);
    return [triggerName, testName];
  });
  for (const name of names) expect(name).toMatch(/^[A-Za-z](?:_?[A-Za-z0-9])*$/);
  expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(40);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
});

test.each(['', 'Account', 'Deal', 'Deal__e', 'Deal__c; delete', '../Deal__c', 'a b__c', '__c'])(
  'the object %j is refused',
  (object) => {
    expect(() => generateTrigger(object)).toThrow(/--object ".*" is no custom object's API name/);
  },
);

test.each(['a.b', '1st', 'a__b', 'x'.repeat(16)])('the namespace %j is refused', (namespace) => {
  expect(() => generateTrigger('Deal__c', namespace)).toThrow('is no namespace');
});

test('tells its own triggers from those that somebody changed', () => {
  const own = textOf(generateTrigger('Deal__c', 'mixmax').files, '.trigger');
  expect(isGeneratedTrigger(own)).toBe(true);
  expect(isGeneratedTrigger(own.replaceAll('\n', '\r\n'))).toBe(true);
  expect(
    isGeneratedTrigger(own.replace('Trigger.oldMap);', 'Trigger.oldMap); Deals.check();')),
  ).toBe(false);
  expect(isGeneratedTrigger(own.replace('MixmaxRts_Deal', 'Deals'))).toBe(false);
});

test('finds calls of the package, not words in comments', () => {
  expect(callsPackage('trigger T on A(after insert) { Rts . handle(x, y, z); }')).toBe(true);
  expect(callsPackage('class T { void f() { mixmax.RtsFlowAction.sendChanges(x); } }')).toBe(true);
  expect(callsPackage('/* Rts.handle( */ trigger T on A(after insert) {}')).toBe(false);
  expect(callsPackage('class Parts { void f() { Parts.handle(); } }')).toBe(false);
});
