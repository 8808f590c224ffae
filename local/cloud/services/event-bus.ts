import { type JsonObject, ServiceError, startJsonService } from './json-service.ts';
import type { LoopbackService } from './loopback-service.ts';

const ENTRIES_MAX = 10;
const REQUEST_MAX_BYTES = 256 * 1_024;

interface BusEntry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

export interface LocalEventBus extends LoopbackService {
  /** What was taken, in order. */
  readonly entries: readonly BusEntry[];
  /** How many entries each request held. */
  readonly requests: readonly number[];
  /** Decides which entries are refused although the request is accepted. */
  refuse(when: (entry: BusEntry) => boolean): void;
}

/** EventBridge's PutEvents with its limits: entries, bytes, details that are JSON objects, partial failures. */
export async function startEventBus(): Promise<LocalEventBus> {
  const entries: BusEntry[] = [];
  const requests: number[] = [];
  let refused: (entry: BusEntry) => boolean = () => false;

  function put(entry: BusEntry): JsonObject {
    if (refused(entry)) return { ErrorCode: 'InternalFailure', ErrorMessage: 'as told' };
    entries.push(entry);
    return { EventId: String(entries.length) };
  }

  const server = await startJsonService({
    PutEvents: (input) => {
      const wanted = input['Entries'] as BusEntry[];
      check(wanted);
      requests.push(wanted.length);
      const results = wanted.map(put);
      const FailedEntryCount = results.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
      return { FailedEntryCount, Entries: results };
    },
  });
  return {
    ...server,
    entries,
    requests,
    refuse: (when) => {
      refused = when;
    },
  };
}

function check(entries: readonly BusEntry[]): void {
  const bytes = entries.reduce((sum, entry) => {
    return sum + 14 + Buffer.byteLength(entry.Source + entry.DetailType + entry.Detail);
  }, 0);
  if (entries.length < 1 || entries.length > ENTRIES_MAX) {
    throw new ServiceError('ValidationException', `${entries.length} entries`);
  }
  if (bytes > REQUEST_MAX_BYTES) throw new ServiceError('ValidationException', `${bytes} bytes`);
  for (const { Detail } of entries) {
    const detail: unknown = JSON.parse(Detail);
    if (typeof detail !== 'object' || detail === null) {
      throw new ServiceError('ValidationException', 'Detail is malformed.');
    }
  }
}
