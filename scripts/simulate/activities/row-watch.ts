import type { HttpTransport, TransportRequest } from '#ports/http-transport.ts';
import type { Org } from '../../../local/org/org.ts';
import type { ActivityJournal } from './activity-journal.ts';
import { type DealFacts, dealsOf } from './deal-facts.ts';

/** A Task or Event as it was sent to the org, whatever became of it. */
export interface SentRow {
  /** Of the journal, when it was sent. */
  readonly place: number;
  readonly object: string;
  readonly create: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RowWatchOptions {
  readonly org: () => Org;
  readonly journal: () => ActivityJournal;
  readonly hidden: () => ReadonlySet<string>;
  readonly reached: (what: string) => void;
}

interface Part {
  readonly method: string;
  readonly url: string;
  readonly body?: { readonly records?: readonly Record<string, unknown>[] };
}

/** Salesforce takes so many rows in a collection, and so many collections in a composite request. */
const MOST_ROWS = 200;
const MOST_COLLECTIONS = 5;

/** Reads along what the receiver sends to the org: rows that it writes, and when it asks for opportunities. */
export class RowWatch {
  readonly sent: SentRow[] = [];
  readonly deals: DealFacts[] = [];
  /** Calls that Salesforce would not take. */
  readonly breaches: string[] = [];
  readonly #options: RowWatchOptions;

  constructor(options: RowWatchOptions) {
    this.#options = options;
  }

  watching(transport: HttpTransport): HttpTransport {
    return {
      send: async (request) => {
        const asks = asksForDeals(request);
        if (asks) this.#noteDeals();
        if (new URL(request.url).pathname.endsWith('/composite')) this.#noteRows(request);
        const response = await transport.send(request);
        if (asks) this.#noteDeals();
        return response;
      },
    };
  }

  #noteDeals(): void {
    const { org, journal, hidden } = this.#options;
    const opportunities = dealsOf(org(), hidden());
    this.deals.push({ place: journal().place(), opportunities });
  }

  #noteRows({ body }: TransportRequest): void {
    const { compositeRequest } = JSON.parse(textOf(body)) as {
      readonly compositeRequest: readonly Part[];
    };
    const collections = compositeRequest.filter(({ url }) => url.endsWith('/composite/sobjects'));
    if (collections.length > MOST_COLLECTIONS) {
      this.breaches.push(`${collections.length} collections in one call`);
    }
    for (const { method, body: part } of collections) {
      const { records = [] } = part ?? {};
      if (records.length > MOST_ROWS) this.breaches.push(`${records.length} rows in a collection`);
      for (const { attributes, ...fields } of records) {
        const { type: object } = attributes as { readonly type: string };
        if (object !== 'Task' && object !== 'Event') continue;
        const create = method === 'POST';
        this.#options.reached(`${create ? 'created' : 'updated'}-${object}`);
        this.sent.push({ place: this.#options.journal().place(), object, create, fields });
      }
    }
  }
}

function asksForDeals({ url, body }: TransportRequest): boolean {
  const asked = /OpportunityContactRole|\/composite\/sobjects\/Opportunity/;
  return asked.test(url) || asked.test(textOf(body));
}

function textOf(body: TransportRequest['body']): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
}
