import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apexChecks } from '../../../scripts/check/apex-checks.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Each check of the package's Apex, on a project with one class that it must refuse. */

const META = `<?xml version="1.0" encoding="UTF-8"?>
<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata">
    <apiVersion>66.0</apiVersion>
    <status>Active</status>
</ApexClass>`;

const PROJECT = JSON.stringify({
  packageDirectories: [{ path: 'force-app', default: true }],
  sourceApiVersion: '66.0',
});

/** @returns what the check of that name finds; undefined with a reason where it cannot run here */
async function faultsIn(name: string, classes: Readonly<Record<string, string>>) {
  const root = temporaryFolder();
  const folder = join(root, 'force-app/main/default/classes');
  await mkdir(folder, { recursive: true });
  await writeFile(join(root, 'sfdx-project.json'), PROJECT);
  for (const [className, text] of Object.entries(classes)) {
    await writeFile(join(folder, `${className}.cls`), text);
    await writeFile(join(folder, `${className}.cls-meta.xml`), META);
  }
  const check = apexChecks(root).find((one) => one.name === name);
  if (check === undefined) throw new Error(`There is no check "${name}".`);
  const obstacle = await check.obstacle?.();
  return obstacle === undefined ? { faults: (await check.run()).join('\n') } : { obstacle };
}

test('a class that does not parse is refused', async () => {
  const { faults } = await faultsIn('Apex parses', { Bad: 'public class Bad { void a( { } }' });
  expect(faults).toContain('Bad.cls:1:');
});

test('a class that is not formatted is refused', async ({ skip }) => {
  const bad = 'public   class Bad{}';
  const { faults, obstacle } = await faultsIn('Apex is formatted', { Bad: bad });
  if (obstacle !== undefined) skip(obstacle);
  expect(faults).toContain('Bad.cls');
});

test('a call of a method that the platform does not have is refused', async ({ skip }) => {
  const bad = `public class Bad {
    public static void call() {
        System.enqueueSomething();
    }
}`;
  const name = 'Apex compiles against the platform types';
  const { faults, obstacle } = await faultsIn(name, { Bad: bad });
  if (obstacle !== undefined) skip(obstacle);
  expect(faults).toContain('enqueueSomething');
});

const CARELESS = `public class Careless {
    public static List<Account> find(String name) {
        List<Account> found = new List<Account>();
        try {
            found = Database.query('SELECT Id FROM Account WHERE Name = \\'' + name + '\\'');
        } catch (Exception thrown) {
        }
        for (Account one : found) {
            update one;
        }
        return found;
    }
}`;
const CARELESS_TEST = `@IsTest
private class CarelessTest {
    @IsTest
    static void run() {
        Careless.find('x');
    }
}`;

test('PMD judges security, performance, errors and practice', async ({ skip }) => {
  const classes = { Careless: CARELESS, CarelessTest: CARELESS_TEST };
  const { faults, obstacle } = await faultsIn('Apex keeps the PMD rules', classes);
  if (obstacle !== undefined) skip(obstacle);
  expect(faults).toContain('Careless.cls:1: ApexSharingViolations');
  expect(faults).toContain('Careless.cls:5: ApexSOQLInjection');
  expect(faults).toContain('Careless.cls:6: EmptyCatchBlock');
  expect(faults).toContain('Careless.cls:9: OperationWithLimitsInLoop');
  expect(faults).toContain('CarelessTest.cls:4: ApexUnitTestClassShouldHaveAsserts');
});
