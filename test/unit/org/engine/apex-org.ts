import { compileApex } from '../../../../local/org/apex/compile-apex.ts';
import { type ApexEngine, createEngine } from '../../../../local/org/apex/engine/create-engine.ts';
import { DELAYS, type DelayName } from '../../../../local/org/apex/engine/delays.ts';
import type { Program } from '../../../../local/org/apex/program.ts';
import type { CalloutRequest, CalloutResponse } from '../../../../local/org/apex/values.ts';
import type { SaveRequest, SaveResult } from '../../../../local/org/engine.ts';
import { createKeyPrefixes } from '../../../../local/org/schema/key-prefixes.ts';
import { deploySource } from '../../../../local/org/schema/source/deploy-source.ts';
import { loadStandardSchema } from '../../../../local/org/schema/standard-schema.ts';
import { seededRandom } from '../../../../local/seeded-random.ts';
import {
  createVirtualScheduler,
  type VirtualScheduler,
} from '../../../../local/virtual-scheduler.ts';
import { openTestOrg, orgId, startMs, type TestOrg } from '../support.ts';
import { NEUTRAL_METADATA } from './metadata.ts';

export interface ApexOrgOptions {
  /** Database file; in memory when left out. */
  readonly path?: string;
  /** Class name → source. */
  readonly classes?: Readonly<Record<string, string>>;
  /** Trigger name → source. */
  readonly triggers?: Readonly<Record<string, string>>;
  /** Further metadata files by path. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly delays?: DelayName;
  readonly respond?: (request: CalloutRequest, signal: AbortSignal) => Promise<CalloutResponse>;
  readonly maximumAsyncExecutions?: number;
  readonly maximumPublishedEvents?: number;
  readonly cpuNow?: () => number;
  /** Opens another engine on the data of an earlier one, as after a restart. */
  readonly data?: TestOrg;
}

export interface ApexOrg {
  readonly data: TestOrg;
  readonly engine: ApexEngine;
  readonly program: Program;
  readonly clock: VirtualScheduler;
  readonly callouts: CalloutRequest[];
  readonly debugged: string[];
  insert(object: string, ...inputs: Readonly<Record<string, unknown>>[]): SaveResult[];
  save(
    operation: SaveRequest['operation'],
    object: string,
    inputs: readonly Readonly<Record<string, unknown>>[],
    options?: Partial<SaveRequest>,
  ): SaveResult[];
  query(soql: string): Record<string, unknown>[];
  /** Runs all waiting work, moving the clock as far as it needs. */
  settle(): Promise<void>;
  /** Calls a static method without arguments. */
  call(className: string, method: string): Promise<unknown>;
}

const OK: CalloutResponse = {
  status: 200,
  statusText: 'OK',
  headers: {},
  body: Buffer.from('{}'),
};

/** An org in memory with Apex in it, on a clock that stands still until `settle`. */
export function openApexOrg(options: ApexOrgOptions): ApexOrg {
  const data = options.data ?? openData(options);
  const { program, problems } = compileApex(sourcesOf(options), data.schema);
  if (program === undefined) {
    throw new Error(problems.map((problem) => JSON.stringify(problem)).join('\n'));
  }
  const clock = createVirtualScheduler({ startMs });
  const callouts: CalloutRequest[] = [];
  const debugged: string[] = [];
  const engine = createEngine({
    ...data,
    program,
    scheduler: clock,
    random: seededRandom('engine tests'),
    delays: DELAYS[options.delays ?? 'zero'],
    sender: {
      send(request, signal) {
        callouts.push(request);
        return options.respond?.(request, signal) ?? Promise.resolve(OK);
      },
    },
    ...deployedMetadata(options),
    organizationId: orgId,
    automatedProcessUserId: userId(data, 'autoproc'),
    debug: (message) => debugged.push(message),
    ...optional(options),
  });
  engine.start();
  const save: ApexOrg['save'] = (operation, object, inputs, more = {}) =>
    engine.save({
      operation,
      records: inputs.map((input) => ({ object, input })),
      allOrNone: false,
      userId: data.userId,
      source: 'rest',
      ...more,
    });
  return {
    data,
    engine,
    program,
    clock,
    callouts,
    debugged,
    save,
    insert: (object, ...inputs) => save('insert', object, inputs),
    query: (soql) => data.query(soql),
    settle: () => clock.runUntilIdle(),
    call: (className, method) =>
      engine.execute(data.userId, (running) => running.invokeStatic(className, method, [])),
  };
}

/** Value or exception of a static method: what Apex's caller would see. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    return String(await call);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export function userId(data: TestOrg, alias: string): string {
  return String(data.query(`SELECT Id FROM User WHERE Alias = '${alias}'`)[0]?.['Id']);
}

function openData(options: ApexOrgOptions): TestOrg {
  const schema = loadStandardSchema();
  const { problems } = deploySource(schema, metadataFiles(options), createKeyPrefixes());
  if (problems.length > 0) {
    throw new Error(JSON.stringify(problems));
  }
  return openTestOrg(options.path, schema);
}

function deployedMetadata(options: ApexOrgOptions) {
  const { metadata } = deploySource(
    loadStandardSchema(),
    metadataFiles(options),
    createKeyPrefixes(),
  );
  return { remoteSites: metadata.remoteSites, subscriberConfigs: metadata.subscriberConfigs };
}

function metadataFiles({ metadata = {} }: ApexOrgOptions): { path: string; text: string }[] {
  return Object.entries({ ...NEUTRAL_METADATA, ...metadata }).map(([path, text]) => ({
    path,
    text,
  }));
}

function sourcesOf({ classes = {}, triggers = {} }: ApexOrgOptions) {
  return [
    ...Object.entries(classes).map(([name, text]) => ({ path: `classes/${name}.cls`, text })),
    ...Object.entries(triggers).map(([name, text]) => ({ path: `triggers/${name}.trigger`, text })),
  ];
}

function optional({ maximumAsyncExecutions, maximumPublishedEvents, cpuNow }: ApexOrgOptions) {
  return {
    ...(maximumAsyncExecutions === undefined ? {} : { maximumAsyncExecutions }),
    ...(maximumPublishedEvents === undefined ? {} : { maximumPublishedEvents }),
    ...(cpuNow === undefined ? {} : { cpuNow }),
  };
}
