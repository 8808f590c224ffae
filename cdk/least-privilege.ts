import { ArnFormat, Stack, Token, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { FunctionName } from '../scripts/build/function-budgets.ts';
import { FUNCTIONS, TABLE_DEFINITIONS, type TableName } from './functions.ts';
import { PERMISSIONS } from './permissions.ts';
import type { StatefulStack } from './stacks/stateful.ts';

/** The permissions of a function as statements on the resources of this deployment, one statement per resource. */
export function statementsOf(name: FunctionName, stateful: StatefulStack): iam.PolicyStatement[] {
  return [
    ...tableStatements(name, stateful),
    ...queueStatements(name, stateful),
    ...secretsStatement(name, stateful),
    ...announcementStatements(name, stateful),
  ];
}

const allow = (actions: readonly string[], resources: readonly string[]) =>
  new iam.PolicyStatement({ actions: [...actions], resources: [...resources] });

function tableStatements(name: FunctionName, { tables }: StatefulStack): iam.PolicyStatement[] {
  const permissions = PERMISSIONS[name];
  const onTables = Object.entries(tables).flatMap(([tableName, { tableArn }]) => {
    const actions = permissions.tables[tableName as keyof typeof tables] ?? [];
    return actions.length === 0
      ? []
      : [
          allow(
            actions.map((a) => `dynamodb:${a}`),
            [tableArn],
          ),
        ];
  });
  const onIndexes = (permissions.indexes ?? []).map((index) => {
    const { tableArn } = tables[tableOfIndex(index)];
    return allow(['dynamodb:Query'], [`${tableArn}/index/${index}`]);
  });
  return [...onTables, ...onIndexes];
}

function tableOfIndex(index: string): TableName {
  const found = Object.entries(TABLE_DEFINITIONS).find(([, { globalIndexes, localIndexes }]) =>
    [...globalIndexes, ...localIndexes].some(({ name }) => name === index),
  );
  if (found === undefined) throw new Error(`No table has an index ${index}.`);
  return found[0] as TableName;
}

function queueStatements(name: FunctionName, { queues }: StatefulStack): iam.PolicyStatement[] {
  const { sendsTo = [], collectsDeadLetters = false } = PERMISSIONS[name];
  const sending = sendsTo.map((queue) =>
    allow(['sqs:SendMessage'], [queues[queue].queue.queueArn]),
  );
  const collecting = Object.values(queues)
    .filter(() => collectsDeadLetters)
    .map(({ deadLetters }) =>
      allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], [deadLetters.queueArn]),
    );
  const consumed = FUNCTIONS[name].consumes?.queue;
  // Lambda polls with the function's own role.
  const polling = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  const consuming =
    consumed === undefined ? [] : [allow(polling, [queues[consumed].queue.queueArn])];
  return [...sending, ...collecting, ...consuming];
}

function secretsStatement(name: FunctionName, stateful: StatefulStack): iam.PolicyStatement[] {
  const { secrets } = PERMISSIONS[name];
  const parameters = Stack.of(stateful).formatArn({
    service: 'ssm',
    resource: 'parameter',
    resourceName: `${stateful.parameterPrefix.slice(1)}/*`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  const actions = secrets.map((action) => `ssm:${action}`);
  return actions.length === 0 ? [] : [allow(actions, [parameters])];
}

/** The one wildcard that roles have, acknowledged for them alone: the rule still finds any other. */
export function acknowledgeSecretsWildcard(scope: Construct, stateful: StatefulStack): void {
  const { region } = stateful;
  const place = `<AWS::Partition>:ssm:${Token.isUnresolved(region) ? '<AWS::Region>' : region}`;
  const resource = `arn:${place}:<AWS::AccountId>:parameter${stateful.parameterPrefix}/*`;
  Validations.of(scope).acknowledge({
    id: `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`,
    reason:
      'The secrets of orgs are parameters below one path of this stage. Orgs are connected after the deployment, so they cannot be named.',
  });
}

function announcementStatements(
  name: FunctionName,
  stateful: StatefulStack,
): iam.PolicyStatement[] {
  const { announces = false, notifiesAdmins = false } = PERMISSIONS[name];
  const { bus, adminTopic } = stateful;
  const key = adminTopic.masterKey;
  return [
    ...(announces ? [allow(['events:PutEvents'], [bus.eventBusArn])] : []),
    ...(notifiesAdmins ? [allow(['sns:Publish'], [adminTopic.topicArn])] : []),
    ...(notifiesAdmins && key !== undefined
      ? [allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn])]
      : []),
  ];
}
