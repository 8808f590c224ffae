import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../cdk/config.ts';
import { addStacks } from '../../cdk/stacks/all-stacks.ts';
import { CHANGES_KEPT_MS } from '../../lambdas/adapters/changes-kept.ts';
import { FEED_KEPT_MS } from '../../lambdas/adapters/feed-cursor.ts';
import { USAGE_KEPT_MS } from '../../lambdas/adapters/usage-kept.ts';
import { SESSION_LIVES_MS } from '../../lambdas/usecases/page-sessions.ts';
import { ANSWERED_GONE_MS } from '../../lambdas/usecases/remove-org.ts';
import { stubBundles } from '../support/cloud/stub-bundles.ts';

/* docs/operations.md says how long each store keeps what: by the templates and by what the stores do. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const bundles = stubBundles(mkdtempSync(join(tmpdir(), 'rts-kept-')));
afterAll(() => rmSync(bundles, { recursive: true, force: true }));
const app = new App({ outdir: join(bundles, 'out') });
const stacks = addStacks(app, { config: readConfig({}), bundles });
const stateful = Template.fromStack(stacks.stateful);
const stateless = Template.fromStack(stacks.stateless);

const runbook = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
const [, table = ''] = runbook.split('## What is kept, and how long\n');
const kept = new Map(
  (table.trimStart().split('\n\n')[0] ?? '').split('\n').map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return [cells[1] ?? '', cells[3] ?? ''] as const;
  }),
);

const daysOfQueues = (isDeadLetters: boolean) =>
  Object.entries(stateful.findResources('AWS::SQS::Queue'))
    .filter(([id]) => id.includes('DeadLetters') === isDeadLetters)
    .map(([, { Properties }]) => Properties.MessageRetentionPeriod / 86_400);
const logDays = () =>
  Object.values(stateless.findResources('AWS::Logs::LogGroup')).map(
    ({ Properties }) => Properties.RetentionInDays,
  );

describe('what docs/operations.md says is kept', () => {
  test.each<[string, string, readonly number[]]>([
    ['of it: log of changes', '%d days', [CHANGES_KEPT_MS / DAY_MS]],
    ["of it: calls of Salesforce's API", '%d days', [USAGE_KEPT_MS / DAY_MS]],
    ['of it: sessions of the page', '%d hours', [SESSION_LIVES_MS / HOUR_MS]],
    ['table Feed', '%d days,', [FEED_KEPT_MS / DAY_MS]],
    ['queues', '%d days', daysOfQueues(false)],
    ['their dead letters', 'by default %d', daysOfQueues(true)],
    ['SSM parameters', 'forgotten, %d days', [ANSWERED_GONE_MS / DAY_MS]],
    ['log groups', 'by default %d', logDays()],
  ])('%s', (store, words, values) => {
    expect(values.length).toBeGreaterThan(0);
    const said = kept.get(store) ?? '';
    for (const value of values) expect(said).toContain(words.replace('%d', String(value)));
  });

  test('as settings say, where there is one', () => {
    const settings = { logRetentionDays: '90', deadLetterDays: '3' };
    const other = addStacks(new App({ outdir: join(bundles, 'other') }), {
      config: readConfig(settings),
      bundles,
    });
    Template.fromStack(other.stateful).allResourcesProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 3 * 86_400,
    });
    Template.fromStack(other.stateless).allResourcesProperties('AWS::Logs::LogGroup', {
      RetentionInDays: 90,
    });
  });

  test('when a deployment is destroyed: what the runbook names, and nothing else', () => {
    const retained = [stateful, stateless].flatMap((template) =>
      Object.values(template.toJSON()['Resources'] as Record<string, Record<string, unknown>>)
        .filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')
        .map(({ Type }) => String(Type)),
    );
    expect(new Set(retained)).toEqual(
      new Set([
        'AWS::DynamoDB::GlobalTable',
        'AWS::SQS::Queue',
        'AWS::Events::EventBus',
        'AWS::KMS::Key',
      ]),
    );
    expect(runbook).toContain(
      'the tables, the queues and their dead letters, the bus, and the key of the topic',
    );
  });
});
