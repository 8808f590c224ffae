import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { IndexDefinition, TableDefinition } from '../../lambdas/adapters/aws/tables.ts';

type KeyAttribute = TableDefinition['partitionKey'];

/** A table as the adapters define it: what the contract tests run on is what is deployed. */
export class DefinitionTable extends dynamodb.TableV2 {
  constructor(scope: Construct, id: string, definition: TableDefinition) {
    super(scope, id, {
      partitionKey: attribute(definition.partitionKey),
      sortKey: attribute(definition.sortKey),
      globalSecondaryIndexes: definition.globalIndexes.map(globalIndex),
      localSecondaryIndexes: definition.localIndexes.map(localIndex),
      ...(definition.timeToLiveAttribute !== undefined && {
        timeToLiveAttribute: definition.timeToLiveAttribute,
      }),
      billing: dynamodb.Billing.onDemand(),
      encryption: dynamodb.TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

function attribute({ name, type }: KeyAttribute): dynamodb.Attribute {
  const types = { S: dynamodb.AttributeType.STRING, N: dynamodb.AttributeType.NUMBER };
  return { name, type: types[type] };
}

function globalIndex({
  name,
  partitionKey,
  sortKey,
}: IndexDefinition): dynamodb.GlobalSecondaryIndexPropsV2 {
  return {
    indexName: name,
    partitionKey: attribute(partitionKey),
    ...(sortKey !== undefined && { sortKey: attribute(sortKey) }),
    projectionType: dynamodb.ProjectionType.KEYS_ONLY,
  };
}

function localIndex({ name, sortKey }: IndexDefinition): dynamodb.LocalSecondaryIndexProps {
  if (sortKey === undefined) throw new Error(`The local index ${name} has no sort key.`);
  return {
    indexName: name,
    sortKey: attribute(sortKey),
    projectionType: dynamodb.ProjectionType.KEYS_ONLY,
  };
}
