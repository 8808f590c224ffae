import type { FeedEvent } from '#core/record.ts';
import type { Api } from './api.ts';

const RETRY_MS = 3_000;
const PAGE = 500;

interface FeedPage {
  readonly events: readonly FeedEvent[];
  readonly next: string;
}

export interface FeedListener {
  readonly onEvents: (events: readonly FeedEvent[]) => void;
  /** How the feed is followed from now on; `lost` while the receiver does not answer. */
  readonly onMode: (mode: 'stream' | 'poll' | 'lost') => void;
}

/**
 * Follows the change feed from a cursor on until the signal: as a stream where the receiver offers one (one machine),
 * else by long poll (AWS). The same request asks for both: what comes back tells which it is. Lost, it goes on where it
 * stood.
 */
export async function followFeed(
  api: Api,
  from: string,
  { onEvents, onMode }: FeedListener,
  signal: AbortSignal,
): Promise<void> {
  let after = from;
  const take = ({ events, next }: FeedPage) => {
    after = next;
    if (events.length > 0) onEvents(events);
  };
  while (!signal.aborted) {
    try {
      const query = new URLSearchParams({ after, limit: String(PAGE), waitSeconds: '20' });
      const answer = await api.open(
        `/feed?${query}`,
        'text/event-stream, application/json',
        signal,
      );
      const streams = answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
      onMode(streams ? 'stream' : 'poll');
      if (streams) await readStream(answer, after, take);
      else take((await answer.json()) as FeedPage);
    } catch {
      if (signal.aborted) return;
      onMode('lost');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Server-sent events: only the last message of a page carries its cursor, as `id`. */
async function readStream(
  answer: Response,
  from: string,
  take: (page: FeedPage) => void,
): Promise<void> {
  let rest = '';
  let next = from;
  const reader = (answer.body ?? new Blob().stream()).pipeThrough(new TextDecoderStream());
  for await (const text of reader) {
    const messages = (rest + text).split('\n\n');
    rest = messages.pop() ?? '';
    const events: FeedEvent[] = [];
    for (const line of messages.flatMap((message) => message.split('\n'))) {
      if (line.startsWith('data: ')) events.push(JSON.parse(line.slice(6)) as FeedEvent);
      else if (line.startsWith('id: ')) next = line.slice(4);
    }
    take({ events, next });
  }
}
