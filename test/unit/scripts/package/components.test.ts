import { expect, test } from 'vitest';
import { packageFile, readPackage } from '../../../../scripts/check/package-source.ts';
import { manifestXml, removableComponents } from '../../../../scripts/package/components.ts';

test('every component of the package has a type that can be removed', () => {
  const components = removableComponents(readPackage());
  expect(components.get('ApexTrigger')).toContain('MixmaxContactTrigger');
  expect(components.get('ApexClass')).toEqual(expect.arrayContaining(['Rts', 'RtsTest']));
  expect(components.get('CustomObject')).toEqual(
    expect.arrayContaining(['Mixmax_Change__e', 'Mixmax_Error__c', 'Mixmax_Settings__c']),
  );
  expect(components.get('RemoteSiteSetting')).toEqual(['Mixmax_Gateway']);
  expect(components.get('CustomLabel')).toContain('Mixmax_Unknown_Field');
});

test('fields go with their object; fields of standard objects go alone; standard objects stay', () => {
  const components = removableComponents(readPackage());
  const fields = components.get('CustomField') ?? [];
  expect(fields).toContain('Activity.Mixmax_Activity_Id__c');
  expect(fields.every((name) => name.startsWith('Activity.'))).toBe(true);
  expect(components.get('CustomObject')?.every((name) => /__[ce]$/.test(name))).toBe(true);
});

test('a type that is not known is named', () => {
  const file = packageFile('main/default/flows/Notify.flow-meta.xml', '<Flow/>');
  expect(() => removableComponents([file])).toThrow('flows/Notify.flow-meta.xml');
});

test('a manifest lists names by type', () => {
  const xml = manifestXml(new Map([['ApexClass', ['A', 'B']]]), '66.0');
  expect(xml).toContain(
    '    <types>\n        <members>A</members>\n        <members>B</members>\n        <name>ApexClass</name>\n    </types>\n',
  );
  expect(xml).toContain('<version>66.0</version>');
});
