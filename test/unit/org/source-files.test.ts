import { expect, test } from 'vitest';
import { readZip } from '../../../local/org/api/metadata/zip-reader.ts';
import { resourceContents } from '../../../local/org/source-files.ts';

const bytes = (text: string) => Buffer.from(text);

test('a static resource of one file is its bytes, whatever they are', () => {
  const content = Buffer.from([0, 255, 10]);
  expect(resourceContents([{ path: 'staticresources/Logo.png', bytes: content }])).toEqual([
    { path: 'staticresources/Logo.resource', text: content.toString('base64') },
  ]);
});

test('a static resource that is a folder is a zip archive of it', () => {
  const [resource] = resourceContents([
    { path: 'staticresources/Site/js/a.js', bytes: bytes('a()') },
    { path: 'staticresources/Site/b.css', bytes: bytes('b{}') },
  ]);
  const files = readZip(Buffer.from(resource?.text ?? '', 'base64'));
  expect(files.map(({ path, bytes: part }) => [path, String(part)])).toEqual([
    ['js/a.js', 'a()'],
    ['b.css', 'b{}'],
  ]);
});
