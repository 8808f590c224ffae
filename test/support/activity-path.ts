import type { AddressInfo } from 'node:net';
import { createKey } from '#usecases/api-keys.ts';
import { startPass } from '#usecases/start-pass.ts';
import { makeActivity } from '../../lambdas/activity/wire.ts';
import { makeAdmin } from '../../lambdas/admin/wire.ts';
import { createRealScheduler } from '../../local/real-scheduler.ts';
import { createReceiverServer } from '../../local/receiver/server.ts';
import {
  connectWithoutPackage,
  type OrgReceiver,
  type OrgReceiverOptions,
  skipTo,
  startOrgReceiver,
} from './org-receiver.ts';
import { context, sqsRecord } from './test-receiver.ts';

type Row = Readonly<Record<string, unknown>>;

interface HttpResult {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of the API.
  readonly body: any;
}

/** A practice org with the package's fields, and a receiver whose HTTP API takes activities and writes them there. */
export interface ActivityPath extends OrgReceiver {
  /** Of the receiver's HTTP server. */
  readonly url: string;
  /** A request to the API with the org's key; the path goes on after the org. */
  call(method: string, path: string, body?: unknown): Promise<HttpResult>;
  /** Posts activities, and fails unless all are taken. */
  post(...activities: readonly unknown[]): Promise<void>;
  /** Posts activities and has them written. */
  log(...activities: readonly unknown[]): Promise<void>;
  /** Delivers activity messages until none is left, over whatever they wait for. */
  write(): Promise<void>;
  /** Delivers those that are due, once; answers how many. */
  writeDue(): Promise<number>;
  /** Rows of a SOQL query, as the org answers it. */
  soql(query: string): Promise<readonly Row[]>;
  /** Creates a record in the org; answers its id. */
  create(object: string, fields: Row): Promise<string>;
  /** Has the mirror read everything. */
  mirrorAll(): Promise<void>;
}

/** Where Apex and browsers are told that the receiver is. */
export const GATEWAY_URL = 'https://rts.example';

export async function startActivityPath(options: OrgReceiverOptions = {}): Promise<ActivityPath> {
  const receiver = await startOrgReceiver({
    ...options,
    practice: { sources: ['force-app/main/default'], ...options.practice },
  });
  const { ports, orgId, practice, consumers } = receiver;
  const admin = makeAdmin(ports, { gatewayUrl: GATEWAY_URL });
  const activity = makeActivity(ports);
  const scheduler = createRealScheduler({ onError: (_, error) => console.error(error) });
  const server = createReceiverServer({
    gateway: async () => ({ statusCode: 404 }),
    admin: (event, lambda) => admin(event, lambda),
    scheduler,
    onError: (error) => console.error(error),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await connectWithoutPackage(receiver, { phase: 'active' });
  const { key } = await createKey(ports, orgId, 'test');

  const call: ActivityPath['call'] = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/orgs/${orgId}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };

  const post: ActivityPath['post'] = async (...activities) => {
    const { status, body } = await call('POST', '/activities', { activities });
    const refused = body.results?.filter((one: Row) => one['outcome'] === 'refused');
    if (status !== 202 || refused.length > 0) {
      throw new Error(`${status} ${JSON.stringify(refused ?? body)}`);
    }
  };

  const writeDue = async (): Promise<number> => {
    const messages = await consumers.activities.receive(10, 60_000);
    if (messages.length === 0) return 0;
    const failed = await activity({ Records: messages.map(sqsRecord) }, context()).then(
      ({ batchItemFailures }) => batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
      () => messages.map(({ id }) => id),
    );
    for (const { id, receipt } of messages) {
      if (failed.includes(id)) await consumers.activities.release(receipt, 0, 'failed in a test');
      else await consumers.activities.delete(receipt);
    }
    return messages.length;
  };

  const write = async (): Promise<void> => {
    for (;;) {
      while ((await writeDue()) > 0);
      const nextMs = consumers.activities.nextVisibleAtMs();
      if (nextMs === undefined) return;
      await skipTo(practice, nextMs);
    }
  };

  const records = async (
    method: string,
    path: string,
    body?: unknown,
  ): Promise<HttpResult['body']> =>
    (await practice.fetch(method, `/services/data/v66.0${path}`, body)).json();

  return {
    ...receiver,
    url: `http://127.0.0.1:${port}`,
    call,
    post,
    write,
    writeDue,
    log: async (...activities) => {
      await post(...activities);
      await write();
    },
    soql: async (query) => {
      const answer = await records('GET', `/query?q=${encodeURIComponent(query)}`);
      if (!('records' in answer)) throw new Error(JSON.stringify(answer));
      return answer.records;
    },
    create: async (object, fields) => {
      const answer = await records('POST', `/sobjects/${object}`, fields);
      if (answer.success !== true) throw new Error(JSON.stringify(answer));
      return answer.id;
    },
    mirrorAll: async () => {
      await startPass(ports, { orgId, kind: 'audit', reason: 'test' });
      await receiver.drainBulk();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      scheduler.close();
      await receiver.close();
    },
  };
}
