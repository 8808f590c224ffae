import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service that listens on 127.0.0.1, on a port of its own. */
export interface LoopbackService {
  /** `http://127.0.0.1:port` */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Has a server listen on a free port of 127.0.0.1; closing it ends its connections too. */
export async function listenOnLoopback(server: Server): Promise<LoopbackService> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What the SDK wants to know of any service on loopback. */
export function loopbackClient(endpoint: string, accessKeyId = 'test') {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'test' } };
}
