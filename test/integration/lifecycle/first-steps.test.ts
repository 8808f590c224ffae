import { afterAll, beforeAll, expect, it } from 'vitest';
import { secretHash } from '#usecases/api-keys.ts';
import { DynamoKeyStore } from '../../../lambdas/adapters/aws/dynamo-key-store.ts';
import { DynamoOrgStore } from '../../../lambdas/adapters/aws/dynamo-org-store.ts';
import type { DynamoTable } from '../../../lambdas/adapters/aws/dynamo-table.ts';
import { startDynalite } from '../../../local/cloud/services/dynalite.ts';
import {
  type LoopbackService,
  loopbackClient,
} from '../../../local/cloud/services/loopback-service.ts';
import { firstSteps } from '../../../scripts/cloud/first-steps.ts';
import { openControlTable } from '../../../scripts/cloud/setup-code.ts';
import { createTables } from '../../support/aws/dynamo-servers.ts';
import { connectTestOrg, openTestReceiver } from '../../support/test-receiver.ts';

const URL = 'https://abc.execute-api.eu-central-1.amazonaws.com';

let dynamo: LoopbackService;
let control: DynamoTable;
beforeAll(async () => {
  dynamo = await startDynalite();
  const { controlTable } = await createTables(dynamo.endpoint);
  control = openControlTable(controlTable, loopbackClient(dynamo.endpoint));
});
afterAll(() => dynamo?.close());

const codeIn = (lines: readonly string[]) =>
  /works once: (\S+)$/m.exec(lines.join('\n'))?.[1] ?? '';

it('the first deployment prints the address and a code that connects once; later ones only where asked', async () => {
  const keys = new DynamoKeyStore(control);
  const first = await firstSteps(URL, control, { another: false });
  expect(first[0]).toBe(`Gateway and HTTP API: ${URL}`);
  expect(first.join('\n')).toContain(`POST ${URL}/v1/orgs`);
  const code = secretHash(codeIn(first));
  expect([await keys.useSetupCode(code), await keys.useSetupCode(code)]).toEqual([true, false]);

  const receiver = openTestReceiver();
  await new DynamoOrgStore(control).create(await connectTestOrg(receiver));
  await receiver.close();
  expect(await firstSteps(URL, control, { another: false })).toEqual([first[0]]);
  const asked = codeIn(await firstSteps(URL, control, { another: true }));
  expect(await keys.knowsSetupCode(secretHash(asked))).toBe(true);
});
