import type { WorkerMessage } from '#core/messages.ts';
import type { Ports } from '#ports/ports.ts';
import { correlatedTelemetry } from '#usecases/correlated-telemetry.ts';

/** The ids of a batch's notices in one field; a batch holds ten at most, and an id is no longer than this. */
const MAX_ID_CHARACTERS = 1_024;

/**
 * Ports for dealing with notices: what they log carries their webhook ids, and so do the messages that they bring
 * about, however many steps later these are dealt with.
 */
export function correlatedPorts<P extends Pick<Ports, 'telemetry' | 'noticeQueue'>>(
  ports: P,
  webhookIds: readonly (string | undefined)[],
): P {
  const known = new Set(webhookIds.filter((id) => id !== undefined));
  if (known.size === 0) return ports;
  const webhookId = [...known].join(' ').slice(0, MAX_ID_CHARACTERS);
  const marked = (message: WorkerMessage): WorkerMessage =>
    message.type === 'record.verify.v1' ? { webhookId, ...message } : message;
  return {
    ...ports,
    telemetry: correlatedTelemetry(ports.telemetry, { webhookId }),
    noticeQueue: {
      send: (orgId, messages, options) =>
        ports.noticeQueue.send(orgId, messages.map(marked), options),
    },
  };
}
