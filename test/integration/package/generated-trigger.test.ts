import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SourceFile } from '../../../local/org/apex/program.ts';
import { runApexTests } from '../../../local/org/apex-tests.ts';
import { readSourceFolders } from '../../../local/org/source-files.ts';
import { generateTrigger } from '../../../scripts/package/generated-trigger.ts';
import {
  openPackageOrg,
  PACKAGE_FOLDERS,
  type PackageOrg,
} from '../../support/package/package-org.ts';

/** A customer's object, whose required field and whose own trigger an empty record does not satisfy. */
const META = 'xmlns="http://soap.sforce.com/2006/04/metadata"';
const DEAL: readonly SourceFile[] = [
  {
    path: 'objects/Deal__c/Deal__c.object-meta.xml',
    text: `<CustomObject ${META}><label>Deal</label><pluralLabel>Deals</pluralLabel>
      <nameField><label>Name</label><type>Text</type></nameField>
      <deploymentStatus>Deployed</deploymentStatus><sharingModel>ReadWrite</sharingModel></CustomObject>`,
  },
  {
    path: 'objects/Deal__c/fields/Stage__c.field-meta.xml',
    text: `<CustomField ${META}><fullName>Stage__c</fullName><label>Stage</label><type>Text</type>
      <length>20</length><required>true</required></CustomField>`,
  },
];
const OBJECTION: SourceFile = {
  path: 'triggers/DealRules.trigger',
  text: `trigger DealRules on Deal__c(after insert) {
    for (Deal__c deal : Trigger.new) if (deal.Name == null) deal.addError('A deal has a name');
  }`,
};

const { files, testName } = generateTrigger('Deal__c');
const GENERATED = [...files].map(([path, text]): SourceFile => ({ path, text }));

let org: PackageOrg;
beforeAll(async () => {
  org = await openPackageOrg({
    seed: 'generated trigger',
    delays: 'zero',
    startMs: Date.UTC(2026, 10, 22, 9),
  });
  org.org.deploy([...DEAL, ...GENERATED]);
});
afterAll(() => {
  expect(org.faults).toEqual([]);
  org.close();
});

async function reportOf(...more: readonly SourceFile[]) {
  const packageFiles = await readSourceFolders(PACKAGE_FOLDERS);
  const report = runApexTests({
    files: [...packageFiles, ...DEAL, ...more],
    names: [testName],
    now: () => Date.UTC(2026, 10, 22),
    stopwatch: () => performance.now(),
    seed: 'generated trigger',
  });
  if (report.kind === 'refused') throw new Error(report.problems.join('\n'));
  return report;
}

test('its test passes and covers it, whatever the object demands of a record', async () => {
  const report = await reportOf(...GENERATED, OBJECTION);
  expect(report.outcomes).toMatchObject([{ method: 'shouldReachMixmax', passed: true }]);
  const [coverage] = report.coverage.filter(({ file }) => file.includes('MixmaxRts_Deal.trigger'));
  expect(coverage).toMatchObject({ lines: 1, covered: 1 });
});

test('its test fails when the trigger does not reach the package', async () => {
  const cut = GENERATED.map(({ path, text }) => ({
    path,
    text: text.replace(/Rts\.handle\([^)]*\);/, 'Integer nothing = 0;'),
  }));
  const report = await reportOf(...cut);
  expect(report.outcomes).toMatchObject([{ passed: false }]);
});

test('reports what happens to records of the object, deletes included', async () => {
  const [id = ''] = org.save('insert', 'Deal__c', [{ Name: 'One', Stage__c: 'New' }]);
  await org.scheduler.advance(1_000);
  org.save('update', 'Deal__c', [{ Id: id, Stage__c: 'Won' }]);
  await org.scheduler.advance(1_000);
  org.save('delete', 'Deal__c', [{ Id: id }]);
  await org.scheduler.advance(1_000);
  const told = org.received.flatMap(({ notice }) =>
    notice.changes.map(({ object, op, ids }) => ({ object, op, ids })),
  );
  expect(told).toEqual(
    ['insert', 'update', 'delete'].map((op) => ({ object: 'Deal__c', op, ids: [id] })),
  );
});
