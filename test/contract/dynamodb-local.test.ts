import { afterAll } from 'vitest';
import { startDynamoDbLocal } from '../support/aws/dynamo-servers.ts';
import { defineDynamoContracts, overDynamo } from './dynamo-contracts.ts';

/** Amazon's own emulator, slower and stricter than dynalite. */
const { over, close } = overDynamo(startDynamoDbLocal);
afterAll(close);

defineDynamoContracts('DynamoDB (DynamoDB Local)', over, 8);
