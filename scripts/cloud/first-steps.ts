import type { DynamoTable } from '../../lambdas/adapters/aws/dynamo-table.ts';
import { hasOrgs, newSetupCode } from './setup-code.ts';

/**
 * What a deployment prints at its end: where Apex will call, and, while no org is connected, how to connect one.
 *
 * @param another a code is asked for, whether there are orgs or not
 */
export async function firstSteps(
  gatewayUrl: string,
  control: DynamoTable,
  { another }: { readonly another: boolean },
): Promise<readonly string[]> {
  const where = `Gateway and HTTP API: ${gatewayUrl}`;
  if (!another && (await hasOrgs(control))) return [where];
  return [
    where,
    `Set-up code, works once: ${await newSetupCode(control)}`,
    `Connect an org: POST ${gatewayUrl}/v1/orgs with it as the bearer token (see /openapi.json).`,
  ];
}
