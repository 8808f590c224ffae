import type { Scheduler } from '../scheduler.ts';
import type { CalloutSender } from './apex/engine/callout-sender.ts';
import type { CalloutResponse } from './apex/values.ts';
import type { Faults } from './faults.ts';

const KINDS = ['callout-refused', 'callout-swallowed', 'callout-slow', 'callout-status'] as const;

/** A network that armed faults disturb. */
export function withCalloutFaults(
  sender: CalloutSender,
  faults: Faults,
  scheduler: Scheduler,
): CalloutSender {
  return {
    async send(request, signal) {
      const fault = faults.take(KINDS, { path: request.url });
      switch (fault?.kind) {
        case 'callout-refused':
          throw new Error('Connection refused');
        case 'callout-swallowed':
          return emptyResponse(202, {});
        case 'callout-status':
          return emptyResponse(fault.status, retryAfter(fault.retryAfterSeconds));
        case 'callout-slow':
          await pause(scheduler, fault.delayMs, signal);
          return sender.send(request, signal);
        case undefined:
          return sender.send(request, signal);
      }
    },
  };
}

function retryAfter(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { 'Retry-After': String(seconds) };
}

function emptyResponse(status: number, headers: Record<string, string>): CalloutResponse {
  return { status, statusText: '', headers, body: new Uint8Array() };
}

/** Ends early, with an error, when the caller gives up. */
function pause(scheduler: Scheduler, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = scheduler.schedule(delayMs, 'slow callout', resolve);
    signal.addEventListener('abort', () => {
      timer.cancel();
      reject(new Error('Read timed out'));
    });
  });
}
