import { randomBytes } from 'node:crypto';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoKeyStore } from '../../lambdas/adapters/aws/dynamo-key-store.ts';
import { DynamoOrgStore } from '../../lambdas/adapters/aws/dynamo-org-store.ts';
import { DynamoTable } from '../../lambdas/adapters/aws/dynamo-table.ts';
import { systemClock } from '../../lambdas/adapters/system-clock.ts';
import { secretHash } from '../../lambdas/usecases/api-keys.ts';

/** The control table of a deployment, with the rights of whoever deploys. */
export function openControlTable(name: string, client: DynamoDBClientConfig = {}): DynamoTable {
  return new DynamoTable(
    DynamoDBDocumentClient.from(new DynamoDBClient(client)),
    name,
    systemClock,
  );
}

export async function hasOrgs(control: DynamoTable): Promise<boolean> {
  return (await new DynamoOrgStore(control).list()).length > 0;
}

/** @returns a code that lets `POST /v1/orgs` be called once; only its SHA-256 is stored */
export async function newSetupCode(control: DynamoTable): Promise<string> {
  const code = randomBytes(24).toString('base64url');
  await new DynamoKeyStore(control).addSetupCode(secretHash(code));
  return code;
}
