import dynalite from 'dynalite';
import { type LoopbackService, listenOnLoopback } from './loopback-service.ts';

/** DynamoDB in memory. Without transactions and time to live, which no adapter uses or relies on. */
export function startDynalite(): Promise<LoopbackService> {
  return listenOnLoopback(dynalite({ createTableMs: 0 }));
}
