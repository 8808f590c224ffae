import { describe, expect, it } from 'vitest';
import { projectText } from '../../support/named-tests.ts';

/* docs/operations.md says which package and which receiver understand each other: by the constants of both. */

const runbook = projectText('docs/operations.md');
const constant = (file: string, pattern: RegExp): string =>
  pattern.exec(projectText(file))?.[1] ?? `no ${pattern} in ${file}`;

const NOTICE = 'force-app/main/default/classes/notice/RtsNotice.cls';
const packageVersion = constant(NOTICE, /PACKAGE_VERSION = '([\d.]+)'/);
const noticeVersion = constant(NOTICE, /Integer VERSION = (\d+)/);
const readVersion = constant('lambdas/core/parse-notice.ts', /KNOWN_VERSION = (\d+)/);
const apiVersion = constant('sfdx-project.json', /"sourceApiVersion": "([\d.]+)"/);

describe('the versions in docs/operations.md', () => {
  it('are those of package and receiver as they are', () => {
    expect(noticeVersion).toBe(readVersion);
    expect(runbook).toContain(`this receiver (reads notices of version ${readVersion})`);
    expect(runbook).toContain(`| ${packageVersion} | version ${noticeVersion} | understands all`);
    expect(runbook).toContain(`API version is ${apiVersion} for both`);
  });

  it('name the oldest package that Sync Conditions work with', () => {
    const oldest = constant('lambdas/core/examination.ts', /OLDEST_PACKAGE = \[([\d, ]+)\]/);
    expect(runbook).toContain(`Sync Conditions from ${oldest.split(', ').join('.')} on`);
  });
});
