import { readAll } from '../../local/org/api/http.ts';
import type { Org } from '../../local/org/org.ts';
import type { Input } from './records.ts';
import type { SimulationScheduler } from './traced-scheduler.ts';

const DATA = '/services/data/v66.0';

/** A client of the org that is not the receiver: somebody's integration, saving by REST and Bulk API. */
export class OrgClient {
  readonly #org: Org;
  readonly #scheduler: SimulationScheduler;
  readonly #token: string;

  constructor(org: Org, scheduler: SimulationScheduler, username: string) {
    this.#org = org;
    this.#scheduler = scheduler;
    this.#token = org.issueToken(username);
  }

  /** @returns the status; nothing is tried again */
  async update(object: string, id: string, values: Input): Promise<number> {
    const { status } = await this.#call('PATCH', `/sobjects/${object}/${id}`, values);
    return status;
  }

  async query(soql: string): Promise<void> {
    await this.#call('GET', `/query?q=${encodeURIComponent(soql)}`);
  }

  /** Uploads rows as CSV and lets the org's job run; resolves when it has ended. */
  async ingest(object: string, operation: string, rows: readonly Input[]): Promise<void> {
    const job = await this.#call('POST', '/jobs/ingest', { object, operation, lineEnding: 'LF' });
    const id = (job.body as { id?: string } | undefined)?.id;
    // Refused, or its answer was lost: this client gives up.
    if (id === undefined) return;
    await this.#call('PUT', `/jobs/ingest/${id}/batches`, csvOf(rows));
    await this.#call('PATCH', `/jobs/ingest/${id}`, { state: 'UploadComplete' });
    for (let polls = 0; polls < 200; polls += 1) {
      await this.#scheduler.pause(2_000, 'ingest poll');
      const { body } = await this.#call('GET', `/jobs/ingest/${id}`);
      const state = (body as { state?: string } | undefined)?.state;
      if (state === 'JobComplete' || state === 'Failed' || state === 'Aborted') return;
    }
  }

  async #call(method: string, path: string, body?: object | string) {
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const contentType = typeof body === 'string' ? 'text/csv' : 'application/json';
    const response = await this.#org.handle({
      method,
      path: DATA + path,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': contentType },
      body: Buffer.from(text),
    });
    const answer = Buffer.from(await readAll(response.body)).toString('utf8');
    const json = response.headers['content-type']?.includes('json') === true && answer !== '';
    return { status: response.status, body: json ? (JSON.parse(answer) as unknown) : undefined };
  }
}

/** All rows have the columns of all; a missing value is left empty. */
function csvOf(rows: readonly Input[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

function cell(value: unknown): string {
  return value === undefined || value === null ? '' : `"${String(value).replaceAll('"', '""')}"`;
}
