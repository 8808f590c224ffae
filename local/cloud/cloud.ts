import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AwsFront, type Denial, OPERATOR } from './aws-front.ts';
import { HttpApi } from './http-api.ts';
import { Iam } from './iam.ts';
import { EventSourceMapping } from './lambda/event-source-mapping.ts';
import { LambdaFunction } from './lambda/function.ts';
import { makeResources } from './make-resources.ts';
import { startDynalite } from './services/dynalite.ts';
import { startEventBus } from './services/event-bus.ts';
import { loopbackClient } from './services/loopback-service.ts';
import { startParameterStore } from './services/parameter-store.ts';
import { startSqs } from './services/sqs.ts';
import { startTopics } from './services/topics.ts';
import { type JsonMap, REGION, type Resource, readTemplates } from './template.ts';

export interface CloudOptions {
  /** The cloud assembly: what `cdk synth` wrote. */
  readonly assembly: string;
  /** Beside the template's own variables, for every function: where a practice org may be signed in to. */
  readonly environment?: () => Readonly<Record<string, string>>;
  readonly onLine: (functionId: string, line: string) => void;
  readonly onError: (error: unknown) => void;
  /** Told of every request that a role may not make. */
  readonly onDenied?: (denial: Denial) => void;
  /** Requests to the HTTP API's port that exist on one machine only. */
  readonly extra?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
}

/** Copies of a function, and batches of a queue, at the same time: few, for this is one machine. */
const MAX_INSTANCES = 2;
const MINUTE_MS = 60_000;

/**
 * What was synthesized, run on loopback from the template alone: tables, queues, parameters, bus and topic behind one
 * door that enforces the roles; the bundled handlers in processes of their own; routes, event source mappings and the
 * schedule that call them.
 *
 * Not modelled: time to live, throttling, resource policies, limits of concurrency. Delays and visibility time-outs of
 * queues follow the machine's clock also after `advance`.
 */
export async function startCloud(options: CloudOptions) {
  const [dynamodb, sqs, ssm, events, sns] = await Promise.all([
    startDynalite(),
    startSqs(),
    startParameterStore(),
    startEventBus(),
    startTopics(),
  ]);
  const services = { dynamodb, sqs, ssm, events, sns };
  const backends = {
    dynamodb: dynamodb.endpoint,
    sqs: sqs.endpoint,
    ssm: ssm.endpoint,
    events: events.endpoint,
    sns: sns.endpoint,
  };
  const front = await AwsFront.listen({ backends, onDenied: options.onDenied ?? (() => {}) });
  const { resources, outputs } = readTemplates(options.assembly, front.endpoint);
  await makeResources(resources, backends);
  const iam = new Iam(resources);
  const keys = accessKeys(resources);
  front.admit(iam, new Map([...keys].map(([role, key]) => [key, role])));

  let aheadMs = 0;
  const functions = makeFunctions(resources, options, {
    endpoint: front.endpoint,
    keys,
    aheadMs: () => aheadMs,
  });
  const functionAt = (arn: string): LambdaFunction => {
    const found = functions.get(arn);
    if (found === undefined) throw new Error(`The template has no function ${arn}.`);
    return found;
  };
  const mappings = makeMappings(resources, options, { endpoint: front.endpoint, keys, functionAt });
  const api = await HttpApi.listen({
    resources,
    invoke: (arn, event) => functionAt(arn).invoke(event),
    now: () => Date.now() + aheadMs,
    extra: options.extra ?? (async () => false),
    onError: options.onError,
  });
  const tick = async () => {
    for (const arn of scheduledArns(resources))
      await functionAt(arn).invoke(scheduledEvent(aheadMs));
  };
  const clock = setInterval(() => void tick().catch(options.onError), MINUTE_MS);

  return {
    /** Of the HTTP API: what stands behind the deployment's gateway URL. */
    url: api.url,
    /** What the stacks put out, by name. @throws Error for one that none has */
    output: (name: string): string => {
      const value = outputs.get(name);
      if (value === undefined) throw new Error(`No stack puts out ${name}.`);
      return value;
    },
    resources,
    iam,
    front,
    services,
    functions,
    /** For whoever deploys: may do everything. */
    operatorKey: keys.get(OPERATOR) ?? '',
    tick,
    /** Moves the clock of every function, as if all had slept; the schedule runs once. */
    advance: async (seconds: number) => {
      aheadMs += seconds * 1_000;
      await tick();
    },
    close: async () => {
      clearInterval(clock);
      await Promise.all(mappings.map((mapping) => mapping.stop()));
      await api.close();
      await Promise.all([...functions.values()].map((one) => one.kill()));
      await front.close();
      await Promise.all(Object.values(services).map((service) => service.close()));
    },
  };
}

export type Cloud = Awaited<ReturnType<typeof startCloud>>;

interface World {
  readonly endpoint: string;
  readonly keys: ReadonlyMap<string, string>;
}

function accessKeys(resources: readonly Resource[]): ReadonlyMap<string, string> {
  const roles = resources.filter(({ type }) => type === 'AWS::IAM::Role').map(({ id }) => id);
  return new Map(
    [...roles, OPERATOR].map((role) => [
      role,
      `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    ]),
  );
}

function makeFunctions(
  resources: readonly Resource[],
  { assembly, environment, onLine }: CloudOptions,
  { endpoint, keys, aheadMs }: World & { readonly aheadMs: () => number },
): ReadonlyMap<string, LambdaFunction> {
  const found = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  return new Map(
    found.map(({ id, properties, metadata, physical }) => {
      const arn = physical.attributes['Arn'] ?? '';
      const taskRoot = join(assembly, String(metadata['aws:asset:path']));
      const own = (properties['Environment'] as JsonMap | undefined)?.['Variables'] as JsonMap;
      const lambda = new LambdaFunction({
        name: id,
        arn,
        handler: String(properties['Handler']),
        taskRoot,
        timeoutMs: Number(properties['Timeout']) * 1_000,
        environment: {
          AWS_REGION: REGION,
          AWS_ACCESS_KEY_ID: keys.get(roleOf(properties)) ?? '',
          AWS_SECRET_ACCESS_KEY: 'unchecked',
          AWS_ENDPOINT_URL: endpoint,
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties['MemorySize']),
          ...Object.fromEntries(
            Object.entries(own).map(([name, value]) => [name, inTaskRoot(String(value), taskRoot)]),
          ),
        },
        moreEnvironment: environment ?? (() => ({})),
        onLine: (line) => onLine(id, line),
        maxInstances: MAX_INSTANCES,
        aheadMs,
      });
      return [arn, lambda] as const;
    }),
  );
}

/** On Lambda the bundle lies in `/var/task`; here it lies in the assembly. */
function inTaskRoot(value: string, taskRoot: string): string {
  return value.startsWith('/var/task/') ? join(taskRoot, value.slice('/var/task/'.length)) : value;
}

function roleOf(properties: JsonMap): string {
  return String(properties['Role']).split('/').at(-1) ?? '';
}

function makeMappings(
  resources: readonly Resource[],
  { onError }: CloudOptions,
  { endpoint, keys, functionAt }: World & { readonly functionAt: (arn: string) => LambdaFunction },
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
        concurrency: MAX_INSTANCES,
        invoke: (event) => functionAt(arn).invoke(event),
        onError,
      });
    });
}

function scheduledArns(resources: readonly Resource[]): readonly string[] {
  return resources
    .filter(({ type }) => type === 'AWS::Scheduler::Schedule')
    .map(({ id, properties }) => {
      if (properties['ScheduleExpression'] !== 'rate(1 minute)') {
        throw new Error(`The schedule ${id} does not run every minute: that is not modelled.`);
      }
      return String((properties['Target'] as JsonMap)['Arn']);
    });
}

function scheduledEvent(aheadMs: number) {
  return {
    version: '0',
    source: 'aws.scheduler',
    time: new Date(Date.now() + aheadMs).toISOString(),
  };
}
