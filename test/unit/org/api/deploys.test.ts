import { expect, test } from 'vitest';
import { createDeploys } from '../../../../local/org/api/metadata/deploys.ts';
import { Database } from '../../../../local/org/store/database.ts';
import { SqliteDocuments } from '../../../../local/org/store/documents.ts';
import { createVirtualScheduler } from '../../../../local/virtual-scheduler.ts';

const START_MS = Date.UTC(2026, 10, 22);

test("a deploy that fails through the org's own fault ends as failed and is reported", async () => {
  const scheduler = createVirtualScheduler({ startMs: START_MS });
  const deploys = createDeploys({
    documents: new SqliteDocuments(new Database(':memory:', { now: () => START_MS })),
    scheduler,
    deployer: {
      files: [],
      after: ({ files }) => files,
      deploy: () => {
        throw new TypeError('broken');
      },
    },
    stopwatch: () => 0,
    seed: 'test',
  });
  const { id } = deploys.start({
    files: [],
    removals: [],
    checkOnly: false,
    testLevel: 'NoTestRun',
    runTests: [],
    userId: '005Dp0000000001IAA',
  });
  await expect(scheduler.runUntilIdle()).rejects.toThrow('broken');
  expect(deploys.find(id)).toMatchObject({
    status: 'Failed',
    completedDate: new Date(START_MS).toISOString(),
    problems: [{ file: 'package.xml', message: 'The org failed; its log says why.' }],
  });
});
