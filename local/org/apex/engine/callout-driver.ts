import type { Scheduler } from '../../../scheduler.ts';
import { ApexException, type CalloutResponse, type Suspension } from '../values.ts';
import type { CalloutSender } from './callout-sender.ts';

/**
 * Waits for a callout's answer no longer than its time-out, on the org's own clock.
 * Rejects with a CalloutException.
 */
export async function answerCallout(
  { request }: Suspension,
  sender: CalloutSender,
  scheduler: Scheduler,
): Promise<CalloutResponse> {
  const abort = new AbortController();
  const timedOut = Promise.withResolvers<never>();
  const timer = scheduler.schedule(request.timeoutMs, 'callout time-out', () => {
    timedOut.reject(new ApexException('CalloutException', 'Read timed out'));
    abort.abort();
  });
  try {
    return await Promise.race([timedOut.promise, sender.send(request, abort.signal)]);
  } catch (error) {
    throw error instanceof ApexException ? error : calloutException(error);
  } finally {
    timer.cancel();
  }
}

function calloutException(error: unknown): ApexException {
  const message = error instanceof Error ? error.message : String(error);
  return new ApexException('CalloutException', message);
}
