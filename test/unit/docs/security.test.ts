import { describe, expect, it } from 'vitest';
import {
  expectNamedTests,
  filesBelow,
  projectText,
  testFilesNamedIn,
} from '../../support/named-tests.ts';

/* docs/security.md says for each threat by which test it is covered: every file and title it names must be there. */

const [, table = ''] = projectText('docs/security.md').split('## Threat → test\n');
const threats = table
  .split('\n## ')[0]
  ?.split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, threat]) => threat !== undefined && !/^(threat|-+)$/.test(threat))
  .map(([, threat = '', covered = '']) => ({ threat, covered }));
const apex = filesBelow('force-app/test', '.cls').map(projectText).join('\n');

describe('docs/security.md', () => {
  it('lists threats', () => {
    expect(threats?.length).toBeGreaterThan(15);
  });

  it.each(threats ?? [])('$threat: is covered by tests that are there', ({ covered }) => {
    expectNamedTests(covered);
    const methods = [...covered.matchAll(/Rts\w+Test\.(should\w+)/g)];
    for (const [, method = ''] of methods) expect(apex).toContain(`void ${method}(`);
    expect(testFilesNamedIn(covered).length + methods.length).toBeGreaterThan(0);
  });
});
