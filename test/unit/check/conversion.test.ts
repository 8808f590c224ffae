import { expect, test } from 'vitest';
import { lossesOf } from '../../../scripts/check/conversion.ts';
import { type PackageFile, packageFile } from '../../../scripts/check/package-source.ts';

const source = [
  packageFile('main/classes/api/Rts.cls', 'class Rts {}'),
  packageFile('main/classes/api/Rts.cls-meta.xml', '<ApexClass/>'),
  packageFile('main/objects/Deal__c/Deal__c.object-meta.xml', '<CustomObject/>'),
  packageFile('main/objects/Deal__c/fields/Size__c.field-meta.xml', '<CustomField/>'),
  packageFile('main/objects/Task/fields/Deal__c.field-meta.xml', '<CustomField/>'),
];

const MANIFEST = `<Package>
  <types><members>Rts</members><name>ApexClass</name></types>
  <types><members>Deal__c</members><name>CustomObject</name></types>
  <types><members>Task.Deal__c</members><name>CustomField</name></types>
</Package>`;
const object = (field: string) =>
  `<CustomObject><fields><fullName>${field}</fullName></fields></CustomObject>`;
const converted = [
  packageFile('package.xml', MANIFEST),
  packageFile('classes/Rts.cls', 'class Rts {}'),
  packageFile('classes/Rts.cls-meta.xml', '<ApexClass/>'),
  packageFile('objects/Deal__c.object', object('Size__c')),
  packageFile('objects/Task.object', object('Deal__c')),
];

const without = (path: string) => converted.filter((file) => file.path !== path);
const changed = (path: string, from: string, to: string): PackageFile[] =>
  converted.map((file) =>
    file.path === path ? packageFile(path, file.text.replace(from, to)) : file,
  );

test('a package that holds every component has lost nothing', () => {
  expect(lossesOf(source, converted)).toEqual([]);
});

test.each([
  ['a class', without('classes/Rts.cls'), 'Rts.cls-meta.xml: the converted package does not hold'],
  ['an object', without('objects/Deal__c.object'), 'Size__c.field-meta.xml: Deal__c.object does'],
  ['a field', changed('objects/Task.object', 'Deal__c', 'Dael__c'), 'Task.object does not hold it'],
  [
    'a name in the manifest',
    changed('package.xml', '>Rts<', '>Str<'),
    'the manifest leaves it out',
  ],
  [
    "a standard object's field in the manifest",
    changed('package.xml', 'Task.Deal__c', 'Event.Deal__c'),
    'the manifest leaves it out',
  ],
  ['the manifest', without('package.xml'), 'the converted package has no manifest'],
])('%s that got lost is told', (_, files, loss) => {
  expect(lossesOf(source, files).join('\n')).toContain(loss);
});

test('source without a component is a fault, not a success', () => {
  expect(lossesOf([], converted)).toEqual(['the source holds no component']);
});
