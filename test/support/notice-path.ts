import type { AddressInfo } from 'node:net';
import { makeGateway } from '../../lambdas/gateway/wire.ts';
import { makeWorker } from '../../lambdas/worker/wire.ts';
import { createRealScheduler } from '../../local/real-scheduler.ts';
import { createReceiverServer } from '../../local/receiver/server.ts';
import {
  type OrgReceiver,
  type OrgReceiverOptions,
  skipTo,
  startOrgReceiver,
} from './org-receiver.ts';
import { context, sqsRecord } from './test-receiver.ts';

export const GATEWAY_URL = 'https://rts.example';

/** A practice org with the package in it, whose callouts reach the receiver's gateway over loopback. */
export interface NoticePath extends OrgReceiver {
  /** Lets the org send what it has, and both queues run dry. */
  settle(): Promise<void>;
}

export async function startNoticePath(options: OrgReceiverOptions = {}): Promise<NoticePath> {
  let gateway: ReturnType<typeof makeGateway> | undefined;
  const scheduler = createRealScheduler({ onError: (_, error) => console.error(error) });
  const server = createReceiverServer({
    gateway: (event, lambda) => {
      if (gateway === undefined) throw new Error('the receiver is not up yet');
      return gateway(event, lambda);
    },
    admin: async () => ({ statusCode: 404 }),
    scheduler,
    onError: (error) => console.error(error),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver = await startOrgReceiver({
    ...options,
    practice: {
      sources: ['force-app/main/default', 'force-app/site'],
      calloutMap: new Map([[GATEWAY_URL, `http://127.0.0.1:${port}`]]),
      ...options.practice,
    },
  });
  gateway = makeGateway(receiver.ports);
  const worker = makeWorker(receiver.ports);
  return {
    ...receiver,
    settle: async () => {
      for (;;) {
        await receiver.practice.org.whenIdle();
        await drainNotices(receiver, worker);
        await receiver.drainBulk();
        const nextMs = receiver.consumers.notices.nextVisibleAtMs();
        if (nextMs === undefined) return;
        await skipTo(receiver.practice, nextMs);
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      scheduler.close();
      await receiver.close();
    },
  };
}

async function drainNotices(
  { consumers }: OrgReceiver,
  worker: ReturnType<typeof makeWorker>,
): Promise<void> {
  for (;;) {
    const messages = await consumers.notices.receive(10, 60_000);
    if (messages.length === 0) return;
    const { batchItemFailures } = await worker({ Records: messages.map(sqsRecord) }, context());
    if (batchItemFailures.length > 0) throw new Error('a message of the worker failed');
    for (const { receipt } of messages) await consumers.notices.delete(receipt);
  }
}
