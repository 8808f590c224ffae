import type { IncomingHttpHeaders } from 'node:http';
import { ACCOUNT, REGION } from './template.ts';

export type ServiceName = 'dynamodb' | 'sqs' | 'ssm' | 'events' | 'sns';

/** What a request of the SDK asks for, as IAM sees it. */
export interface AwsRequest {
  readonly service: ServiceName;
  readonly accessKeyId: string;
  /** e.g. `dynamodb:GetItem`. */
  readonly action: string;
  /** ARNs; the caller needs the action on each. */
  readonly resources: readonly string[];
  /** Of a batch: what each service bills by. */
  readonly entries: number;
}

const SERVICES: readonly string[] = [
  'dynamodb',
  'sqs',
  'ssm',
  'events',
  'sns',
] satisfies ServiceName[];

/** Batches of SQS are allowed by the action for one. */
const SAME_ACTION: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
};

/**
 * Reads service and caller from the signature's scope, action and resources from header and body. The signature itself
 * is not checked: everything runs on loopback, and access key ids are random.
 *
 * @returns undefined for an unsigned request or another service
 */
export function readAwsRequest(headers: IncomingHttpHeaders, body: string): AwsRequest | undefined {
  const scope = /Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(
    headers.authorization ?? '',
  );
  const [, accessKeyId, service] = scope ?? [];
  if (accessKeyId === undefined || service === undefined || !SERVICES.includes(service))
    return undefined;
  const name = service as ServiceName;
  const operation = operationOf(name, headers, body);
  return {
    service: name,
    accessKeyId,
    action: `${service}:${SAME_ACTION[operation] ?? operation}`,
    resources: resourcesOf(name, body),
    entries: entriesOf(name, body),
  };
}

function entriesOf(service: ServiceName, body: string): number {
  if (service !== 'events') return 1;
  return (JSON.parse(body) as { Entries: readonly unknown[] }).Entries.length;
}

function operationOf(service: ServiceName, headers: IncomingHttpHeaders, body: string): string {
  if (service === 'sns') return new URLSearchParams(body).get('Action') ?? '';
  return String(headers['x-amz-target']).split('.').at(-1) ?? '';
}

function resourcesOf(service: ServiceName, body: string): readonly string[] {
  const input = service === 'sns' ? {} : (JSON.parse(body) as Readonly<Record<string, unknown>>);
  const arn = (rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
  switch (service) {
    case 'dynamodb':
      return tablesOf(input).map((table) => arn(`table/${table}`));
    case 'sqs':
      return [arn(String(input['QueueUrl']).split('/').at(-1) ?? '')];
    case 'ssm':
      return [arn(`parameter${String(input['Name'])}`)];
    case 'sns':
      return [new URLSearchParams(body).get('TopicArn') ?? ''];
    case 'events':
      return [...new Set((input['Entries'] as { EventBusName: string }[]).map(busArn))];
  }
}

function tablesOf(input: Readonly<Record<string, unknown>>): readonly string[] {
  const many = input['RequestItems'];
  if (typeof many === 'object' && many !== null) return Object.keys(many);
  const index = input['IndexName'];
  return [`${String(input['TableName'])}${index === undefined ? '' : `/index/${String(index)}`}`];
}

function busArn({ EventBusName }: { EventBusName: string }): string {
  return `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${EventBusName}`;
}
