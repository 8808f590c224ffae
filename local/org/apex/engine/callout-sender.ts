import type { CalloutRequest, CalloutResponse } from '../values.ts';

/**
 * The network as Apex callouts see it. Rejects with an Error whose message Apex reads in its CalloutException
 * (`Connection refused`, `Unable to resolve host …`). Redirects are answers, not followed.
 */
export interface CalloutSender {
  send(request: CalloutRequest, signal: AbortSignal): Promise<CalloutResponse>;
}
