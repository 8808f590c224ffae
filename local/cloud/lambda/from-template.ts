import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Denial } from '../aws-front.ts';
import type { Iam } from '../iam.ts';
import { loopbackClient } from '../services/loopback-service.ts';
import { type JsonMap, REGION, type Resource } from '../template.ts';
import { EventSourceMapping } from './event-source-mapping.ts';
import { LambdaFunction } from './function.ts';
import type { Invoked } from './instance.ts';

/** What functions of a template run in. */
interface FunctionWorld {
  /** The cloud assembly: the bundles lie in it. */
  readonly assembly: string;
  /** Of every AWS service. */
  readonly endpoint: string;
  readonly iam: Iam;
  /** Access key ids by role. */
  readonly keys: ReadonlyMap<string, string>;
  /** Beside the template's own variables. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly aheadMs: () => number;
  /** Copies of a function at the same time, at the most. */
  readonly maxInstances: number;
  /** How many times as long as the template says a function may take. */
  readonly patience: number;
  readonly onLine: (functionId: string, line: string) => void;
  readonly onDenied: (denial: Denial) => void;
  readonly onInvoked: (functionId: string, invoked: Invoked) => void;
}

/** The functions of a template, by ARN. */
export function makeFunctions(
  resources: readonly Resource[],
  world: FunctionWorld,
): ReadonlyMap<string, LambdaFunction> {
  const found = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  return new Map(
    found.map((resource) => {
      const { id, properties, metadata, physical } = resource;
      const arn = physical.attributes['Arn'] ?? '';
      const taskRoot = join(world.assembly, String(metadata['aws:asset:path']));
      const log = logOf(resource, resources, world);
      const lambda = new LambdaFunction({
        name: id,
        arn,
        handler: String(properties['Handler']),
        taskRoot,
        timeoutMs: Number(properties['Timeout']) * 1_000 * world.patience,
        environment: environmentOf(properties, taskRoot, world),
        moreEnvironment: world.environment,
        onLine: log,
        onInvoked: (invoked) => world.onInvoked(id, invoked),
        maxInstances: world.maxInstances,
        aheadMs: world.aheadMs,
      });
      return [arn, lambda] as const;
    }),
  );
}

function environmentOf(
  properties: JsonMap,
  taskRoot: string,
  { keys, endpoint }: FunctionWorld,
): Readonly<Record<string, string>> {
  const own = (properties['Environment'] as JsonMap | undefined)?.['Variables'] as JsonMap;
  return {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: keys.get(roleOf(properties)) ?? '',
    AWS_SECRET_ACCESS_KEY: 'unchecked',
    AWS_ENDPOINT_URL: endpoint,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties['MemorySize']),
    ...Object.fromEntries(
      Object.entries(own).map(([name, value]) => [name, inTaskRoot(String(value), taskRoot)]),
    ),
  };
}

/** Lambda writes logs with the function's own rights: without them they are lost, as nothing tells the function. */
function logOf(
  { id, properties }: Resource,
  resources: readonly Resource[],
  { iam, onLine, onDenied }: FunctionWorld,
): (line: string) => void {
  const group = String((properties['LoggingConfig'] as JsonMap | undefined)?.['LogGroup']);
  const arn = resources.find(
    ({ type, physical }) => type === 'AWS::Logs::LogGroup' && physical.ref === group,
  )?.physical.attributes['Arn'];
  if (arn === undefined) throw new Error(`The function ${id} has no log group in the templates.`);
  const role = roleOf(properties);
  const resource = arn.replace(/\*$/, 'log-stream:0');
  return (line) => {
    const missing = ['logs:CreateLogStream', 'logs:PutLogEvents'].find(
      (action) => !iam.allows(role, action, resource),
    );
    if (missing === undefined) onLine(id, line);
    else onDenied({ role, action: missing, resource });
  };
}

/** On Lambda the bundle lies in `/var/task`; here it lies in the assembly. */
function inTaskRoot(value: string, taskRoot: string): string {
  return value.startsWith('/var/task/') ? join(taskRoot, value.slice('/var/task/'.length)) : value;
}

function roleOf(properties: JsonMap): string {
  return roleInArn(properties['Role']);
}

export function roleInArn(arn: unknown): string {
  return String(arn).split('/').at(-1) ?? '';
}

interface MappingWorld {
  readonly endpoint: string;
  readonly keys: ReadonlyMap<string, string>;
  readonly functionAt: (arn: string) => LambdaFunction;
  /** Batches of a queue at the same time; 0 = only when they are polled. */
  readonly concurrency: number;
  readonly onError: (error: unknown) => void;
}

/** The event source mappings of a template, at work. */
export function makeMappings(
  resources: readonly Resource[],
  { endpoint, keys, functionAt, concurrency, onError }: MappingWorld,
): readonly EventSourceMapping[] {
  const byName = new Map(
    resources.map((resource) => [`${resource.type} ${resource.physical.ref}`, resource]),
  );
  const queues = resources.filter(({ type }) => type === 'AWS::SQS::Queue');
  return resources
    .filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')
    .map(({ id, properties }) => {
      const lambda = byName.get(`AWS::Lambda::Function ${String(properties['FunctionName'])}`);
      const queueArn = String(properties['EventSourceArn']);
      const queue = queues.find(({ physical }) => physical.attributes['Arn'] === queueArn);
      if (lambda === undefined || queue === undefined) {
        throw new Error(`The event source mapping ${id} joins what is not in the templates.`);
      }
      const key = keys.get(roleOf(lambda.properties));
      const arn = lambda.physical.attributes['Arn'] ?? '';
      return new EventSourceMapping({
        sqs: new SQSClient(loopbackClient(endpoint, key)),
        queueUrl: queue.physical.ref,
        queueArn,
        batchSize: Number(properties['BatchSize'] ?? 10),
        concurrency,
        invoke: (event) => functionAt(arn).invoke(event),
        onError,
      });
    });
}
