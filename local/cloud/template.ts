import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonMap = { readonly [key: string]: Json };

interface RawResource {
  readonly Type: string;
  readonly Properties?: JsonMap;
  readonly Metadata?: JsonMap;
}

interface RawTemplate {
  readonly Resources: Readonly<Record<string, RawResource>>;
  readonly Outputs?: Readonly<Record<string, { Value: Json; Export?: { Name: Json } }>>;
}

/** A resource with every intrinsic function worked out. */
export interface Resource {
  /** Unique over all stacks. */
  readonly id: string;
  readonly type: string;
  readonly properties: JsonMap;
  readonly metadata: JsonMap;
  /** What `Ref` and `Fn::GetAtt` answer. */
  readonly physical: Physical;
}

/** All stacks together. */
export interface Deployment {
  readonly resources: readonly Resource[];
  readonly outputs: ReadonlyMap<string, string>;
}

interface Physical {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;

/** Names as AWS would make them, by type. A type that is not here is an error: nothing of a template is skipped unseen. */
const PHYSICAL: Readonly<Record<string, (id: string, endpoint: string) => Physical>> = {
  'AWS::DynamoDB::GlobalTable': (id) => named(id, { Arn: arn('dynamodb', `table/${id}`) }),
  'AWS::SQS::Queue': (id, endpoint) => ({
    ref: `${endpoint}/${ACCOUNT}/${id}`,
    attributes: { Arn: arn('sqs', id), QueueName: id },
  }),
  'AWS::Events::EventBus': (id) => named(id, { Arn: arn('events', `event-bus/${id}`), Name: id }),
  'AWS::SNS::Topic': (id) => named(arn('sns', id), { TopicArn: arn('sns', id), TopicName: id }),
  'AWS::KMS::Key': (id) => named(id, { Arn: arn('kms', `key/${id}`) }),
  'AWS::Lambda::Function': (id) => named(id, { Arn: arn('lambda', `function:${id}`) }),
  'AWS::IAM::Role': (id) => named(id, { Arn: `arn:aws:iam::${ACCOUNT}:role/${id}` }),
  'AWS::Logs::LogGroup': (id) => named(id, { Arn: arn('logs', `log-group:${id}:*`) }),
  'AWS::ApiGatewayV2::Api': (id) =>
    named(id, { ApiEndpoint: `https://${id}.execute-api.${REGION}.amazonaws.com`.toLowerCase() }),
  'AWS::ApiGatewayV2::DomainName': (id) =>
    named(id, { RegionalDomainName: `${id}.execute-api.${REGION}.amazonaws.com` }),
  ...Object.fromEntries(
    [
      'AWS::ApiGatewayV2::ApiMapping',
      'AWS::ApiGatewayV2::Integration',
      'AWS::ApiGatewayV2::Route',
      'AWS::ApiGatewayV2::Stage',
      'AWS::CDK::Metadata',
      'AWS::CloudWatch::Dashboard',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Permission',
      'AWS::SNS::Subscription',
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::QueuePolicy',
      'AWS::Scheduler::Schedule',
    ].map((type) => [type, (id: string) => named(id, {})]),
  ),
  ...Object.fromEntries(
    ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].map((type) => [
      type,
      (id: string) => named(id, { Arn: arn('cloudwatch', `alarm:${id}`) }),
    ]),
  ),
};

function named(ref: string, attributes: Readonly<Record<string, string>>): Physical {
  return { ref, attributes };
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};

/**
 * Reads the templates that `cdk synth` wrote, all stacks of them, and works out what they say.
 *
 * @param folder the cloud assembly
 * @param endpoint where every service is reached; it is part of the URLs of queues
 * @throws Error naming a resource type, function or reference that this does not know
 */
export function readTemplates(folder: string, endpoint: string): Deployment {
  const templates = readdirSync(folder)
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as RawTemplate);
  if (templates.length === 0)
    throw new Error(`${folder} holds no templates. Run npm run synth first.`);
  const exported = exportsOf(templates);
  const resources = templates.flatMap(({ Resources }) => {
    const evaluate = evaluator(Resources, exported, endpoint);
    return Object.entries(Resources).map(([id, { Type, Properties = {}, Metadata = {} }]) => ({
      id,
      type: Type,
      properties: evaluate(Properties) as JsonMap,
      metadata: Metadata,
      physical: physicalOf(id, Type, endpoint),
    }));
  });
  const outputs = templates.flatMap(({ Resources, Outputs = {} }) => {
    const evaluate = evaluator(Resources, exported, endpoint);
    return Object.entries(Outputs).map(
      ([name, { Value }]) => [name, String(evaluate(Value))] as const,
    );
  });
  return { resources, outputs: new Map(outputs) };
}

type Exports = ReadonlyMap<string, { readonly template: RawTemplate; readonly value: Json }>;

function exportsOf(templates: readonly RawTemplate[]): Exports {
  return new Map(
    templates.flatMap((template) =>
      Object.values(template.Outputs ?? {}).flatMap(({ Value, Export }) =>
        Export === undefined ? [] : [[String(Export.Name), { template, value: Value }] as const],
      ),
    ),
  );
}

function physicalOf(id: string, type: string, endpoint: string): Physical {
  const make = PHYSICAL[type];
  if (make === undefined)
    throw new Error(`The template has a resource of type ${type}, unknown here.`);
  return make(id, endpoint);
}

function evaluator(
  resources: RawTemplate['Resources'],
  exported: Exports,
  endpoint: string,
): (value: Json) => Json {
  const physical = (id: string): Physical => {
    const resource = resources[id];
    if (resource === undefined)
      throw new Error(`The template refers to ${id}, which is not in it.`);
    return physicalOf(id, resource.Type, endpoint);
  };
  const functions: Record<string, (argument: Json) => Json> = {
    Ref: (name) => PSEUDO[String(name)] ?? physical(String(name)).ref,
    'Fn::GetAtt': (argument) => {
      const [id, attribute] = argument as readonly [string, string];
      const found = physical(id).attributes[attribute];
      if (found === undefined) throw new Error(`${id} has no attribute ${attribute} here.`);
      return found;
    },
    'Fn::Join': (argument) => {
      const [separator, parts] = argument as readonly [string, readonly Json[]];
      return parts.map((part) => String(evaluate(part))).join(separator);
    },
    'Fn::ImportValue': (name) => {
      const found = exported.get(String(evaluate(name)));
      if (found === undefined) throw new Error(`No stack exports ${String(name)}.`);
      return evaluator(found.template.Resources, exported, endpoint)(found.value);
    },
    'Fn::Select': (argument) => {
      const [index, list] = argument as readonly [Json, Json];
      return (evaluate(list) as readonly Json[])[Number(index)] ?? null;
    },
    'Fn::Split': (argument) => {
      const [separator, text] = argument as readonly [string, Json];
      return String(evaluate(text)).split(separator);
    },
  };
  /** Of a text only; the form with variables of its own is not known. */
  functions['Fn::Sub'] = (text) =>
    String(text).replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
      const path = name.split('.');
      return String(path.length === 1 ? functions['Ref']?.(name) : functions['Fn::GetAtt']?.(path));
    });
  function evaluate(value: Json): Json {
    if (Array.isArray(value)) return value.map(evaluate);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value as JsonMap);
    const [first] = entries;
    if (entries.length === 1 && first !== undefined && /^(Ref$|Fn::|Condition$)/.test(first[0])) {
      const call = functions[first[0]];
      if (call === undefined) throw new Error(`The template uses ${first[0]}, unknown here.`);
      return call(first[1]);
    }
    return Object.fromEntries(entries.map(([key, inner]) => [key, evaluate(inner)]));
  }
  return evaluate;
}
