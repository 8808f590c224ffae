import { expect, it } from 'vitest';
import { storedZip } from '../../../../lambdas/adapters/salesforce/stored-zip.ts';
import { readZip } from '../../../../local/org/api/metadata/zip-reader.ts';

it('makes a ZIP that another reader reads, byte for byte the same each time', () => {
  const entries = [
    { path: 'package.xml', text: '<Package/>' },
    { path: 'remoteSiteSettings/Some.remoteSite', text: 'ünï \u{1F511}' },
    { path: 'empty', text: '' },
  ];
  const zip = storedZip(entries);
  const read = readZip(zip).map(({ path, bytes }) => ({
    path,
    text: Buffer.from(bytes).toString('utf8'),
  }));
  expect(read).toEqual(entries);
  expect(storedZip(entries)).toEqual(zip);
});
