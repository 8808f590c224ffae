import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { AppError } from '#core/errors.ts';
import type { Clock } from '#ports/clock.ts';
import { awsError, errorName } from './aws-error.ts';
import { chunksOf, mapLimit } from './concurrency.ts';

export type Item = Readonly<Record<string, unknown>>;
export type Key = Readonly<Record<string, string | number>>;

/** Attributes are named `#name` in expressions and values `:name`; `values` holds the latter. */
export interface Expression {
  readonly expression: string;
  readonly names: readonly string[];
  readonly values?: Readonly<Record<string, unknown>>;
}

const KEYS_PER_BATCH_GET = 100;
const KEYS_PER_BATCH_DELETE = 25;
const BATCHES_AT_ONCE = 4;
/** Rounds in which DynamoDB may leave some of a batch undone, with growing pauses: about 13 seconds. */
const BATCH_ROUNDS = 9;

/** One table: requests built, failures named, leftovers of batches asked for again. Reads are consistent. */
export class DynamoTable {
  readonly name: string;
  readonly #client: DynamoDBDocumentClient;
  readonly #clock: Clock;

  constructor(client: DynamoDBDocumentClient, name: string, clock: Clock) {
    this.name = name;
    this.#client = client;
    this.#clock = clock;
  }

  async get(key: Key): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: this.name, Key: key, ConsistentRead: true });
    return (await this.#try('GetItem', () => this.#client.send(command))).Item;
  }

  /** @returns whether the condition held, and the item was written */
  put(item: Item, condition?: Expression): Promise<boolean> {
    const input = { TableName: this.name, Item: item, ...conditionOf(condition) };
    return this.#unlessRefused('PutItem', () => this.#client.send(new PutCommand(input)));
  }

  /** @returns whether the condition held, and the item was changed */
  update(key: Key, update: Expression, condition?: string): Promise<boolean> {
    const input = {
      TableName: this.name,
      Key: key,
      UpdateExpression: update.expression,
      ...namesAndValues(update),
      ...(condition !== undefined && { ConditionExpression: condition }),
    };
    return this.#unlessRefused('UpdateItem', () => this.#client.send(new UpdateCommand(input)));
  }

  /** @returns whether the condition held, and the item is gone */
  delete(key: Key, condition?: Expression): Promise<boolean> {
    const input = { TableName: this.name, Key: key, ...conditionOf(condition) };
    return this.#unlessRefused('DeleteItem', () => this.#client.send(new DeleteCommand(input)));
  }

  /** All items a query finds, page by page as they are wanted. */
  async *query(input: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<Item> {
    for (let start: Item | undefined; ; ) {
      const page = await this.queryPage({ ...input, ...(start && { ExclusiveStartKey: start }) });
      yield* page.items;
      start = page.next;
      if (start === undefined) return;
    }
  }

  async queryAll(input: Omit<QueryCommandInput, 'TableName'>): Promise<Item[]> {
    const items: Item[] = [];
    for await (const item of this.query(input)) items.push(item);
    return items;
  }

  async queryPage(
    input: Omit<QueryCommandInput, 'TableName'>,
  ): Promise<{ items: readonly Item[]; next: Item | undefined }> {
    // A global index cannot be read consistently, and says so itself where it must not be asked to.
    const command = new QueryCommand({ ConsistentRead: true, ...input, TableName: this.name });
    const answer = await this.#try('Query', () => this.#client.send(command));
    return { items: answer.Items ?? [], next: answer.LastEvaluatedKey };
  }

  /** Those of the keys that exist, in no order. */
  async batchGet(keys: readonly Key[]): Promise<readonly Item[]> {
    const chunks = chunksOf(keys, KEYS_PER_BATCH_GET);
    return (await mapLimit(chunks, BATCHES_AT_ONCE, (chunk) => this.#batchGet(chunk))).flat();
  }

  async batchDelete(keys: readonly Key[]): Promise<void> {
    const chunks = chunksOf(keys, KEYS_PER_BATCH_DELETE);
    await mapLimit(chunks, BATCHES_AT_ONCE, (chunk) => this.#batchDelete(chunk));
  }

  async #batchGet(keys: readonly Key[]): Promise<Item[]> {
    const found: Item[] = [];
    await this.#inRounds('BatchGetItem', [...keys], async (rest) => {
      const wanted = { Keys: rest, ConsistentRead: true };
      const command = new BatchGetCommand({ RequestItems: { [this.name]: wanted } });
      const answer = await this.#client.send(command);
      found.push(...(answer.Responses?.[this.name] ?? []));
      return (answer.UnprocessedKeys?.[this.name]?.Keys ?? []) as Key[];
    });
    return found;
  }

  async #batchDelete(keys: readonly Key[]): Promise<void> {
    await this.#inRounds('BatchWriteItem', [...keys], async (rest) => {
      const requests = rest.map((key) => ({ DeleteRequest: { Key: key } }));
      const command = new BatchWriteCommand({ RequestItems: { [this.name]: requests } });
      const left = (await this.#client.send(command)).UnprocessedItems?.[this.name] ?? [];
      return left.map(({ DeleteRequest }) => DeleteRequest?.Key as Key);
    });
  }

  /** Repeats a batch request with what it left undone. */
  async #inRounds(
    operation: string,
    keys: Key[],
    request: (keys: Key[]) => Promise<Key[]>,
  ): Promise<void> {
    let rest = keys;
    for (let round = 0; round < BATCH_ROUNDS; round += 1) {
      if (round > 0) await this.#clock.sleep(25 * 2 ** round);
      rest = await this.#try(operation, () => request(rest));
      if (rest.length === 0) return;
    }
    throw new AppError('throttled', `${this.#what(operation)} left keys undone again and again.`, {
      retryable: true,
    });
  }

  async #unlessRefused(operation: string, request: () => Promise<unknown>): Promise<boolean> {
    try {
      await request();
      return true;
    } catch (error) {
      if (errorName(error) === 'ConditionalCheckFailedException') return false;
      throw awsError(this.#what(operation), error);
    }
  }

  async #try<Result>(operation: string, request: () => Promise<Result>): Promise<Result> {
    try {
      return await request();
    } catch (error) {
      throw awsError(this.#what(operation), error);
    }
  }

  #what(operation: string): string {
    return `DynamoDB ${operation} on the table ${this.name}`;
  }
}

/** Holds when the item does not exist. */
export const NOT_EXISTS: Expression = { expression: 'attribute_not_exists(pk)', names: [] };
/** Holds when the item exists. */
export const EXISTS: Expression = { expression: 'attribute_exists(pk)', names: [] };

function conditionOf(condition: Expression | undefined) {
  if (condition === undefined) return {};
  return { ConditionExpression: condition.expression, ...namesAndValues(condition) };
}

/** DynamoDB refuses empty maps of names or values. */
function namesAndValues({ names, values = {} }: Pick<Expression, 'names' | 'values'>) {
  const entries = Object.entries(values);
  return {
    ...(names.length > 0 && {
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    }),
    ...(entries.length > 0 && {
      ExpressionAttributeValues: Object.fromEntries(
        entries.map(([name, value]) => [`:${name}`, value]),
      ),
    }),
  };
}
