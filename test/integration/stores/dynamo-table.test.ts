import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DynamoTable } from '#adapters/aws/dynamo-table.ts';
import { startDynalite } from '../../../local/cloud/services/dynalite.ts';
import {
  type JsonObject,
  type Operation,
  ServiceError,
  startJsonService,
} from '../../../local/cloud/services/json-service.ts';
import {
  type LoopbackService,
  loopbackClient,
} from '../../../local/cloud/services/loopback-service.ts';
import { appErrorOf } from '../../support/app-error-of.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const ALL_PAUSES_MS = 60_000;

async function tableOver(operations: Readonly<Record<string, Operation>>): Promise<DynamoTable> {
  const service = await startJsonService(operations);
  const client = new DynamoDBClient({ ...loopbackClient(service.endpoint), maxAttempts: 1 });
  onTestFinished(async () => {
    client.destroy();
    await service.close();
  });
  const clock = new ManualClock(undefined, ALL_PAUSES_MS);
  return new DynamoTable(DynamoDBDocumentClient.from(client), 'things', clock);
}

const keysOf = (n: number) =>
  Array.from({ length: n }, (_, index) => ({ pk: `p${index}`, sk: 's' }));

describe('batches', () => {
  it('ask again for the keys that were left undone', async () => {
    const sizes: number[] = [];
    const table = await tableOver({
      BatchGetItem: (input) => {
        const { things } = input['RequestItems'] as { things: { Keys: JsonObject[] } };
        const { Keys, ...rest } = things;
        sizes.push(Keys.length);
        const done = Keys.slice(0, 40);
        const left = Keys.slice(40);
        return {
          Responses: { things: done },
          UnprocessedKeys: left.length === 0 ? {} : { things: { ...rest, Keys: left } },
        };
      },
    });
    const keys = keysOf(120);
    const found = await table.batchGet(keys);
    expect(found.map(({ pk }) => pk).toSorted()).toEqual(keys.map(({ pk }) => pk).toSorted());
    expect(sizes.toSorted((a, b) => a - b)).toEqual([20, 20, 60, 100]);
  });

  it('delete again what was left undone', async () => {
    const deleted: string[] = [];
    const table = await tableOver({
      BatchWriteItem: (input) => {
        type Request = { DeleteRequest: { Key: { pk: { S: string } } } };
        const { things } = input['RequestItems'] as { things: Request[] };
        deleted.push(...things.slice(0, 10).map(({ DeleteRequest }) => DeleteRequest.Key.pk.S));
        const left = things.slice(10);
        return { UnprocessedItems: left.length === 0 ? {} : { things: left } };
      },
    });
    const keys = keysOf(60);
    await table.batchDelete(keys);
    expect(deleted.toSorted()).toEqual(keys.map(({ pk }) => pk).toSorted());
  });

  it('are throttled when nothing is ever done', async () => {
    let rounds = 0;
    const table = await tableOver({
      BatchGetItem: (input) => {
        rounds += 1;
        return { Responses: {}, UnprocessedKeys: input['RequestItems'] };
      },
    });
    const error = await appErrorOf(table.batchGet(keysOf(3)));
    expect(error).toMatchObject({ code: 'throttled', retryable: true });
    expect(rounds).toBe(9);
  });
});

describe('failures', () => {
  it('are named by operation, table and error, without what was sent', async () => {
    const cases = [
      ['ProvisionedThroughputExceededException', 'throttled', true],
      ['ThrottlingException', 'throttled', true],
      ['ValidationException', 'internal', false],
      ['AccessDeniedException', 'internal', false],
      ['InternalServerError', 'unavailable', true],
    ] as const;
    for (const [type, code, retryable] of cases) {
      const refuse = () => {
        throw new ServiceError(type, 'quoting jane@acme.example');
      };
      const table = await tableOver({ GetItem: refuse, PutItem: refuse });
      for (const call of [table.get({ pk: 'a', sk: 'b' }), table.put({ pk: 'a', sk: 'b' })]) {
        const error = await appErrorOf(call);
        expect(error, type).toMatchObject({ code, retryable });
        expect(error.message).toMatch(/^DynamoDB (Get|Put)Item on the table things /);
        expect(error.message).toContain(type);
        expect(error.message).not.toContain('acme.example');
      }
    }
  });

  it('of the network are worth another try', async () => {
    const client = new DynamoDBClient({ ...loopbackClient('http://127.0.0.1:1'), maxAttempts: 1 });
    const clock = new ManualClock();
    const table = new DynamoTable(DynamoDBDocumentClient.from(client), 'things', clock);
    const error = await appErrorOf(table.get({ pk: 'a', sk: 'b' }));
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    client.destroy();
  });
});

describe('a table that is missing', () => {
  let dynalite: LoopbackService;
  beforeAll(async () => {
    dynalite = await startDynalite();
  });
  afterAll(() => dynalite.close());

  it('is a fault of configuration', async () => {
    const client = new DynamoDBClient(loopbackClient(dynalite.endpoint));
    const documents = DynamoDBDocumentClient.from(client);
    const table = new DynamoTable(documents, 'nowhere', new ManualClock());
    const error = await appErrorOf(table.get({ pk: 'a', sk: 'b' }));
    expect(error).toMatchObject({ code: 'internal', retryable: false });
    expect(error.message).toContain('ResourceNotFoundException');
    client.destroy();
  });
});
