import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

/**
 * A sample reader of the change feed: every new Lead from a webinar goes into a pretend sequence, once.
 *
 *   node scripts/run.js scripts/demo/sample-consumer.ts [--local .data/local.json] [--sequence .data/sequence.jsonl]
 *
 * The feed gives every event at least once, so the reader makes it exactly once: it keeps the ids of the events it
 * has acted on beside their effect (one line of the sequence file is both), and moves its cursor only after that.
 * Killed at any point and started again, it goes on without a hole and without a second entry.
 */
interface FeedEvent {
  readonly id: string;
  readonly type: string;
  readonly object: string;
  readonly recordId: string;
  readonly changed: Readonly<Record<string, { readonly new: unknown }>>;
}

interface FeedPage {
  readonly events: readonly FeedEvent[];
  readonly next: string;
}

const RETRY_MS = 1000;
const WAIT_SECONDS = 20;
const { values } = parseArgs({
  options: {
    local: { type: 'string', default: '.data/local.json' },
    sequence: { type: 'string', default: '.data/sequence.jsonl' },
  },
});
const cursorFile = `${values.sequence}.cursor`;
const done = new Set(entriesSoFar().map((entry) => entry.eventId));
let cursor = existsSync(cursorFile) ? readFileSync(cursorFile, 'utf8') : await firstCursor();

process.stdout.write(`following the feed, ${done.size} in the sequence so far\n`);
for (;;) {
  const page = await readFeed(cursor, WAIT_SECONDS).catch(() => undefined);
  if (page === undefined) {
    await sleep(RETRY_MS);
    continue;
  }
  for (const event of page.events) if (isWebinarLead(event)) enroll(event);
  cursor = page.next;
  writeFileSync(cursorFile, cursor);
}

/** Where the feed ends now, kept before anything is read: a kill from here on misses nothing. */
async function firstCursor(): Promise<string> {
  for (;;) {
    const page = await readFeed('latest', 0).catch(() => undefined);
    if (page !== undefined) {
      writeFileSync(cursorFile, page.next);
      return page.next;
    }
    await sleep(RETRY_MS);
  }
}

function isWebinarLead(event: FeedEvent): boolean {
  return (
    event.type === 'record.created' &&
    event.object === 'Lead' &&
    event.changed['LeadSource']?.new === 'Webinar'
  );
}

function enroll(event: FeedEvent): void {
  if (done.has(event.id)) return;
  const entry = { eventId: event.id, leadId: event.recordId, enrolledAt: new Date().toISOString() };
  appendFileSync(values.sequence, `${JSON.stringify(entry)}\n`);
  done.add(event.id);
  process.stdout.write(`enrolled ${event.recordId}\n`);
}

/** A line that a kill cut short is no entry: its event is read again. */
function entriesSoFar(): { eventId: string }[] {
  if (!existsSync(values.sequence)) return [];
  const complete = readFileSync(values.sequence, 'utf8').split('\n').slice(0, -1);
  writeFileSync(values.sequence, complete.map((line) => `${line}\n`).join(''));
  return complete.map((line) => JSON.parse(line) as { eventId: string });
}

async function readFeed(after: string, waitSeconds: number): Promise<FeedPage> {
  // Read anew each time: a restarted receiver may have other ports.
  const local = JSON.parse(readFileSync(values.local, 'utf8')) as {
    api: string;
    orgId: string;
    apiKey: string;
  };
  const query = `after=${encodeURIComponent(after)}&waitSeconds=${waitSeconds}&limit=500`;
  const response = await fetch(`${local.api}/v1/orgs/${local.orgId}/feed?${query}`, {
    headers: { authorization: `Bearer ${local.apiKey}` },
  });
  if (!response.ok) throw new Error(`The feed answered ${response.status}.`);
  return (await response.json()) as FeedPage;
}
