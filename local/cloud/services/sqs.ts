import { buildApp } from 'fauxqs';
import type { LoopbackService } from './loopback-service.ts';

/** SQS in memory. */
export async function startSqs(): Promise<LoopbackService> {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  return { endpoint, close: () => app.close() };
}
