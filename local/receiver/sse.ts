import type { ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

type LongPoll = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

const FEED = /^\/v1\/orgs\/[^/]+\/feed$/;
const WAIT_SECONDS = 20;

export function wantsEventStream(event: APIGatewayProxyEventV2): boolean {
  return FEED.test(event.rawPath) && (event.headers['accept'] ?? '').includes('text/event-stream');
}

/**
 * The feed as server-sent events: the same long poll as everywhere, repeated, each event with the cursor after it as
 * its id, so that `Last-Event-ID` resumes. The first answer's refusal (401, 400 …) is passed on as it is.
 */
export async function streamFeed(
  event: APIGatewayProxyEventV2,
  response: ServerResponse,
  poll: LongPoll,
): Promise<void> {
  let after = event.headers['last-event-id'] ?? event.queryStringParameters?.['after'];
  let open = true;
  response.on('close', () => {
    open = false;
  });
  while (open) {
    const result = await poll(pollFor(event, after, response.headersSent));
    if (result.statusCode !== 200 && !response.headersSent) {
      response.writeHead(result.statusCode ?? 500, { 'content-type': 'application/problem+json' });
      response.end(result.body);
      return;
    }
    if (result.statusCode !== 200) break;
    if (!response.headersSent) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    }
    const page = JSON.parse(result.body ?? '{}') as { events: readonly unknown[]; next: string };
    after = page.next;
    await write(
      response,
      page.events.length === 0 ? ': nothing new\n\n' : messages(page.events, page.next),
    );
  }
  response.end();
}

/** Waits for a slow reader instead of piling up what it has not taken yet. */
async function write(response: ServerResponse, text: string): Promise<void> {
  if (response.write(text)) return;
  await new Promise<void>((resolve) => {
    response.once('drain', resolve);
    response.once('close', resolve);
  });
}

/** The first poll answers at once, so that the reader sees the stream open. */
function pollFor(
  event: APIGatewayProxyEventV2,
  after: string | undefined,
  wait: boolean,
): APIGatewayProxyEventV2 {
  const { from, ...rest } = event.queryStringParameters ?? {};
  const query = {
    ...rest,
    // A time to begin with counts until there is a cursor.
    ...(after === undefined ? from !== undefined && { from } : { after }),
    waitSeconds: wait ? String(WAIT_SECONDS) : '0',
  };
  return {
    ...event,
    queryStringParameters: query,
    rawQueryString: new URLSearchParams(query).toString(),
  };
}

/** Only the last event of a page carries the cursor: resuming from it misses nothing. */
function messages(events: readonly unknown[], next: string): string {
  const last = events.length - 1;
  return events
    .map((one, index) => `${index === last ? `id: ${next}\n` : ''}data: ${JSON.stringify(one)}\n\n`)
    .join('');
}
