import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { conversionFaults } from '../../../scripts/check/conversion.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const FORCE_APP = join(import.meta.dirname, '../../../force-app');

async function copied(): Promise<string> {
  const folder = join(temporaryFolder(), 'force-app');
  await cp(FORCE_APP, folder, { recursive: true });
  return folder;
}

test('the package converts, and nothing gets lost', async () => {
  expect(await conversionFaults(FORCE_APP, '66.0')).toEqual([]);
});

test('what the conversion refuses is told', async () => {
  const folder = await copied();
  await rm(join(folder, 'main/default/classes/api/Rts.cls'));
  expect(await conversionFaults(folder, '66.0')).toEqual([
    expect.stringContaining("Rts.cls-meta.xml: Expected source files for type 'ApexClass'"),
  ]);
});

test('a kind of component that Salesforce does not know is told', async () => {
  const folder = await copied();
  await writeFile(join(folder, 'main/default/tabs/Sync.gizmo-meta.xml'), '<Gizmo/>');
  expect((await conversionFaults(folder, '66.0')).join('\n')).toContain('Sync.gizmo-meta.xml');
});

test('a component that the conversion passes over is told', async () => {
  const folder = await copied();
  const stray = join(folder, 'main/default/objects/Mixmax_Error__c/views');
  await mkdir(stray);
  await writeFile(join(stray, 'All.view-meta.xml'), '<ListView/>');
  expect((await conversionFaults(folder, '66.0')).join('\n')).toContain('All.view-meta.xml');
});
