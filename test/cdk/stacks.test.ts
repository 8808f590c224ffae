import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../cdk/config.ts';
import { FUNCTIONS } from '../../cdk/functions.ts';
import { addStacks } from '../../cdk/stacks/all-stacks.ts';
import { stubBundles } from '../support/cloud/stub-bundles.ts';

interface Properties {
  readonly [name: string]: unknown;
}

const bundles = stubBundles(mkdtempSync(join(tmpdir(), 'rts-cdk-')));
afterAll(() => rmSync(bundles, { recursive: true, force: true }));

function stacks(settings: Readonly<Record<string, unknown>> = {}) {
  const app = new App({ outdir: join(bundles, 'out') });
  return { app, ...addStacks(app, { config: readConfig(settings), bundles }) };
}

const deployed = stacks();
const stateful = Template.fromStack(deployed.stateful);
const stateless = Template.fromStack(deployed.stateless);
const propertiesOf = (template: Template, type: string): Properties[] =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties as Properties);

describe('tables', () => {
  test('survive a deletion of the stack, by accident or not, and can be brought back to any second', () => {
    const tables = Object.values(stateful.findResources('AWS::DynamoDB::GlobalTable'));
    expect(tables).toHaveLength(3);
    for (const table of tables) {
      expect(table['DeletionPolicy']).toBe('Retain');
      expect(table['UpdateReplacePolicy']).toBe('Retain');
      expect(table['Properties'].Replicas[0]).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
      expect(table['Properties'].SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    }
  });
});

describe('queues', () => {
  test('hide a message six time-outs of their consumer long, and set it aside after five deliveries', () => {
    const queues = propertiesOf(stateful, 'AWS::SQS::Queue').filter(
      (one) => 'RedrivePolicy' in one,
    );
    const timeouts = Object.values(FUNCTIONS)
      .filter(({ consumes }) => consumes !== undefined)
      .map(({ timeoutSeconds }) => timeoutSeconds * 6);
    expect(queues.map((one) => Number(one['VisibilityTimeout'])).toSorted()).toEqual(
      timeouts.toSorted(),
    );
    for (const queue of queues)
      expect(queue['RedrivePolicy']).toMatchObject({ maxReceiveCount: 5 });
  });

  test('keep dead letters longer than messages', () => {
    const days = (queue: Properties) => Number(queue['MessageRetentionPeriod']) / 86_400;
    const [waiting, dead] = [true, false].map((redriven) =>
      propertiesOf(stateful, 'AWS::SQS::Queue').filter(
        (one) => 'RedrivePolicy' in one === redriven,
      ),
    );
    expect(waiting?.map(days)).toEqual([4, 4, 4]);
    expect(dead?.map(days)).toEqual([14, 14, 14]);
  });

  test('feed their functions in batches whose failures are told one by one', () => {
    const mappings = propertiesOf(stateless, 'AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(3);
    for (const mapping of mappings) {
      expect(mapping['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
      expect(mapping['ScalingConfig']).toMatchObject({ MaximumConcurrency: expect.any(Number) });
    }
  });
});

describe('queues and the topic', () => {
  test('are encrypted', () => {
    for (const queue of propertiesOf(stateful, 'AWS::SQS::Queue')) {
      expect(queue['SqsManagedSseEnabled']).toBe(true);
    }
    const [topic] = propertiesOf(stateful, 'AWS::SNS::Topic');
    expect(topic?.['KmsMasterKeyId']).toBeDefined();
  });

  test('refuse whoever comes without TLS', () => {
    const policies = ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'].flatMap((type) =>
      propertiesOf(stateful, type),
    );
    const refusing = policies.filter(({ PolicyDocument }) =>
      (PolicyDocument as { Statement: Properties[] }).Statement.some(
        ({ Effect, Condition }) =>
          Effect === 'Deny' &&
          JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
      ),
    );
    expect(refusing).toHaveLength(7);
  });
});

describe('functions', () => {
  test('run on Node 24 and Arm, each with a role of its own and logs that end', () => {
    const functions = propertiesOf(stateless, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(6);
    const roles = functions.map(({ Role }) => JSON.stringify(Role));
    expect(new Set(roles).size).toBe(6);
    for (const one of functions) {
      expect(one).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
    }
    for (const { RetentionInDays } of propertiesOf(stateless, 'AWS::Logs::LogGroup')) {
      expect(RetentionInDays).toBe(30);
    }
  });

  test('have roles without wildcards, but for the secrets of orgs that are not connected yet', () => {
    const roles = Object.entries(stateless.findResources('AWS::IAM::Role'));
    const resources = roles.flatMap(([id, role]) =>
      (role['Properties'].Policies as Properties[]).flatMap((policy) =>
        ((policy['PolicyDocument'] as Properties)['Statement'] as Properties[])
          .filter((statement) => statement['Sid'] !== 'Logs')
          .map((statement) => ({ id, statement: JSON.stringify(statement) })),
      ),
    );
    expect(resources.length).toBeGreaterThan(25);
    const wild = resources.filter(({ statement }) => statement.includes('*'));
    expect(wild).toHaveLength(5);
    for (const { statement } of wild) expect(statement).toContain(':parameter/rts/prod/orgs/*');
  });

  test('of the page know which version of the package to offer', () => {
    const { stateless: stack } = stacks({ packageVersionId: '04t000000000001AAA' });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Description: FUNCTIONS.admin.description,
      Environment: {
        Variables: Match.objectLike({ RTS_PACKAGE_VERSION_ID: '04t000000000001AAA' }),
      },
    });
  });

  test('cannot all be taken by a flood at the front door', () => {
    stateless.hasResourceProperties('AWS::Lambda::Function', {
      Description: FUNCTIONS.gateway.description,
      ReservedConcurrentExecutions: 50,
    });
  });
});

describe('the front door', () => {
  test('throttles notices apart from everything else', () => {
    stateless.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: Match.objectLike({ ThrottlingRateLimit: 50 }),
      RouteSettings: {
        'POST /v1/orgs/{orgId}/notices': Match.objectLike({ ThrottlingRateLimit: 500 }),
      },
    });
  });

  test('logs neither paths with ids nor queries nor bodies', () => {
    const [{ AccessLogSettings } = {}] = propertiesOf(stateless, 'AWS::ApiGatewayV2::Stage');
    const format = JSON.stringify(AccessLogSettings);
    expect(format).toContain('$context.status');
    expect(format).not.toMatch(/context\.path|queryString|requestBody|responseBody/i);
  });

  test('is closed at its own address once there is a domain', () => {
    const domain = stacks({
      domainName: 'rts.example.com',
      certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/x',
    });
    const template = Template.fromStack(domain.stateless);
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
    template.hasOutput('GatewayUrl', { Value: 'https://rts.example.com' });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: FUNCTIONS.admin.description,
      Environment: { Variables: Match.objectLike({ RTS_GATEWAY_URL: 'https://rts.example.com' }) },
    });
  });
});

test('the clock calls the scheduler every minute, and never twice for one', () => {
  stateless.hasResourceProperties('AWS::Scheduler::Schedule', {
    ScheduleExpression: 'rate(1 minute)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: Match.objectLike({
      RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
    }),
  });
});

describe('the rules of AwsSolutions and Serverless', () => {
  test('find nothing', () => {
    expect(() => stacks().app.synth()).not.toThrow();
  });

  test('are really asked', () => {
    const { app, stateful: stack } = stacks();
    new sqs.Queue(stack, 'Open', { encryption: sqs.QueueEncryption.UNENCRYPTED });
    expect(() => app.synth()).toThrow();
  });
});
