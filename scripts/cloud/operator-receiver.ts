import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoKeyStore } from '../../lambdas/adapters/aws/dynamo-key-store.ts';
import { DynamoTable } from '../../lambdas/adapters/aws/dynamo-table.ts';
import { SsmSecrets } from '../../lambdas/adapters/aws/ssm-secrets.ts';
import { systemClock } from '../../lambdas/adapters/system-clock.ts';
import { orgId } from '../../lambdas/core/ids.ts';
import type { Cloud } from '../../local/cloud/cloud.ts';
import { loopbackClient } from '../../local/cloud/services/loopback-service.ts';
import type { ReachableReceiver } from '../one-machine/connect-org.ts';

/** The deployed receiver with the operator's rights beside its HTTP API: set-up codes, and a look at secrets. */
export function operatorReceiver(cloud: Cloud): ReachableReceiver {
  const client = loopbackClient(cloud.front.endpoint, cloud.operatorKey);
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const keys = new DynamoKeyStore(
    new DynamoTable(documents, cloud.output('ControlTable'), systemClock),
  );
  const secrets = new SsmSecrets(new SSMClient(client), cloud.output('ParameterPrefix'));
  return {
    url: cloud.url,
    addSetupCode: (sha256) => keys.addSetupCode(sha256),
    tokenOf: async (id) => {
      const found = await secrets.find(orgId(id));
      if (found === undefined) throw new Error(`The org ${id} is not connected.`);
      return found.token;
    },
  };
}
