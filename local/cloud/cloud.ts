import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsFront, type Denial, type FrontOptions, OPERATOR } from './aws-front.ts';
import { HttpApi } from './http-api.ts';
import { Iam } from './iam.ts';
import type { PollResult } from './lambda/event-source-mapping.ts';
import { makeFunctions, makeMappings, roleInArn } from './lambda/from-template.ts';
import type { LambdaFunction } from './lambda/function.ts';
import type { Invoked } from './lambda/instance.ts';
import { makeResources } from './make-resources.ts';
import { startDynalite } from './services/dynalite.ts';
import { startEventBus } from './services/event-bus.ts';
import { startParameterStore } from './services/parameter-store.ts';
import { startSqs } from './services/sqs.ts';
import { startTopics } from './services/topics.ts';
import { type JsonMap, type Resource, readTemplates } from './template.ts';

export interface CloudOptions {
  /** The cloud assembly: what `cdk synth` wrote. */
  readonly assembly: string;
  /** Beside the template's own variables, for every function: where a practice org may be signed in to. */
  readonly environment?: () => Readonly<Record<string, string>>;
  readonly onLine: (functionId: string, line: string) => void;
  readonly onError: (error: unknown) => void;
  /** Told of everything that a role may not do. */
  readonly onDenied?: (denial: Denial) => void;
  /** Told of every request to a service; it may answer in the service's place. */
  readonly onRequest?: FrontOptions['onRequest'];
  /** Told of the capacity units that a request to DynamoDB took. */
  readonly onCapacity?: FrontOptions['onCapacity'];
  /** Told of what every invocation of a function took. */
  readonly onInvoked?: (functionId: string, invoked: Invoked) => void;
  /**
   * Queues are worked off and the schedule runs only when `poll` and `tick` say so, and messages wait for no delay:
   * a test decides what happens when.
   */
  readonly byHand?: boolean;
  /** Functions may take so many times as long as their templates say, where a machine is slower than Lambda; default 1. */
  readonly patience?: number;
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
  const { byHand = false, onDenied = () => {}, onRequest, onCapacity } = options;
  const front = await AwsFront.listen({
    ...{ backends, onDenied, onRequest, onCapacity },
    withoutDelays: byHand,
  });
  const { resources, outputs } = readTemplates(options.assembly, front.endpoint);
  await makeResources(resources, backends);
  const iam = new Iam(resources);
  const keys = accessKeys(resources);
  front.admit(iam, new Map([...keys].map(([role, key]) => [key, role])));

  let aheadMs = 0;
  const { assembly, onLine, onError, environment = () => ({}), onInvoked = () => {} } = options;
  const functions = makeFunctions(resources, {
    ...{ assembly, iam, keys, environment, onLine, onDenied, onInvoked },
    endpoint: front.endpoint,
    maxInstances: MAX_INSTANCES,
    patience: options.patience ?? 1,
    aheadMs: () => aheadMs,
  });
  const functionAt = (arn: string): LambdaFunction => {
    const found = functions.get(arn);
    if (found === undefined) throw new Error(`The template has no function ${arn}.`);
    return found;
  };
  const mappings = makeMappings(resources, {
    ...{ keys, functionAt, onError },
    endpoint: front.endpoint,
    concurrency: byHand ? 0 : MAX_INSTANCES,
  });
  const api = await HttpApi.listen({
    resources,
    invoke: (arn, event) => functionAt(arn).invoke(event),
    now: () => Date.now() + aheadMs,
    extra: options.extra ?? (async () => false),
    onError,
  });
  const tick = async () => {
    for (const { arn, role } of schedulesOf(resources)) {
      const invoking = { role, action: 'lambda:InvokeFunction', resource: arn };
      if (iam.allows(role, invoking.action, arn)) {
        await functionAt(arn).invoke(scheduledEvent(aheadMs));
      } else onDenied(invoking);
    }
  };
  const clock = byHand ? undefined : setInterval(() => void tick().catch(onError), MINUTE_MS);

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
    /** The clock of every function, ms. */
    now: () => Date.now() + aheadMs,
    /** One batch of every queue that has one. */
    poll: async (): Promise<PollResult> => {
      const results = await Promise.all(mappings.map((mapping) => mapping.poll(0)));
      return {
        taken: results.reduce((sum, { taken }) => sum + taken, 0),
        failed: results.reduce((sum, { failed }) => sum + failed, 0),
      };
    },
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

function accessKeys(resources: readonly Resource[]): ReadonlyMap<string, string> {
  const roles = resources.filter(({ type }) => type === 'AWS::IAM::Role').map(({ id }) => id);
  return new Map(
    [...roles, OPERATOR].map((role) => [
      role,
      `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    ]),
  );
}

function schedulesOf(resources: readonly Resource[]): readonly { arn: string; role: string }[] {
  return resources
    .filter(({ type }) => type === 'AWS::Scheduler::Schedule')
    .map(({ id, properties }) => {
      if (properties['ScheduleExpression'] !== 'rate(1 minute)') {
        throw new Error(`The schedule ${id} does not run every minute: that is not modelled.`);
      }
      const { Arn, RoleArn } = properties['Target'] as JsonMap;
      return { arn: String(Arn), role: roleInArn(RoleArn) };
    });
}

function scheduledEvent(aheadMs: number) {
  return {
    version: '0',
    source: 'aws.scheduler',
    time: new Date(Date.now() + aheadMs).toISOString(),
  };
}
