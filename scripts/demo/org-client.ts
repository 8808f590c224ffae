import type { LocalFile } from './local-file.ts';

export interface LoggedRequest {
  readonly sequence: number;
  readonly method: string;
  readonly path: string;
  readonly bulkJobId: string | null;
}

const API = '/services/data/v66.0';

/** The practice org as any client sees it (REST, Bulk 2.0, SOAP for what REST lacks), and its fault switches. */
export class OrgClient {
  readonly #local: LocalFile;

  constructor(local: LocalFile) {
    this.#local = local;
  }

  async create(object: string, fields: Record<string, unknown>): Promise<string> {
    return ((await this.#rest('POST', `/sobjects/${object}`, fields)) as { id: string }).id;
  }

  async update(object: string, id: string, fields: Record<string, unknown>): Promise<void> {
    await this.#rest('PATCH', `/sobjects/${object}/${id}`, fields);
  }

  async remove(object: string, id: string): Promise<void> {
    await this.#rest('DELETE', `/sobjects/${object}/${id}`);
  }

  async query<T>(soql: string): Promise<readonly T[]> {
    const answer = (await this.#rest('GET', `/query?q=${encodeURIComponent(soql)}`)) as {
      records: readonly T[];
    };
    return answer.records;
  }

  /** Merges and undeletes have no REST resource at Salesforce: they go by SOAP. */
  async merge(object: string, winnerId: string, loserId: string): Promise<void> {
    await this.#soap(
      `<merge><request><masterRecord xsi:type="sf:${object}"><sf:type>${object}</sf:type><sf:Id>${winnerId}</sf:Id></masterRecord><recordToMergeIds>${loserId}</recordToMergeIds></request></merge>`,
    );
  }

  async undelete(id: string): Promise<void> {
    await this.#soap(`<undelete><ids>${id}</ids></undelete>`);
  }

  /** Loads CSV by Bulk API 2.0; resolves when the job is complete. */
  async ingest(
    object: string,
    csv: string,
  ): Promise<{ jobId: string; processed: number; failed: number }> {
    const job = (await this.#rest('POST', '/jobs/ingest', {
      object,
      operation: 'insert',
      contentType: 'CSV',
      lineEnding: 'LF',
    })) as { id: string };
    await this.#rest('PUT', `/jobs/ingest/${job.id}/batches`, csv, 'text/csv');
    await this.#rest('PATCH', `/jobs/ingest/${job.id}`, { state: 'UploadComplete' });
    for (;;) {
      const info = (await this.#rest('GET', `/jobs/ingest/${job.id}`)) as {
        state: string;
        numberRecordsProcessed: number;
        numberRecordsFailed: number;
      };
      if (info.state === 'JobComplete') {
        return {
          jobId: job.id,
          processed: info.numberRecordsProcessed,
          failed: info.numberRecordsFailed,
        };
      }
      if (info.state === 'Failed' || info.state === 'Aborted') {
        throw new Error(`The ingest job ended as ${info.state}.`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async arm(fault: Record<string, unknown>): Promise<void> {
    await this.#control('POST', '/__org/faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.#control('DELETE', '/__org/faults');
  }

  /** Waits until no event, job or callout is waiting or running. */
  async idle(): Promise<void> {
    await this.#control('GET', '/__org/idle');
  }

  async requestsSince(sequence: number): Promise<readonly LoggedRequest[]> {
    const answer = (await this.#control('GET', `/__org/requests?since=${sequence}`)) as {
      requests: readonly LoggedRequest[];
    };
    return answer.requests;
  }

  async #rest(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
  ): Promise<unknown> {
    const response = await fetch(this.#local.org + API + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#local.accessToken}`,
        ...(body !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${path.slice(0, 60)} answered ${response.status}: ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }

  async #soap(body: string): Promise<void> {
    const envelope = `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:sobject.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Header><SessionHeader><sessionId>${this.#local.accessToken}</sessionId></SessionHeader></soapenv:Header><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
    const response = await fetch(`${this.#local.org}/services/Soap/u/66.0`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml', soapaction: '""' },
      body: envelope,
    });
    const text = await response.text();
    if (!response.ok || !text.includes('<success>true</success>')) {
      throw new Error(`SOAP answered ${response.status}: ${text.slice(0, 500)}`);
    }
  }

  async #control(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.#local.org + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#local.controlToken}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
    const text = await response.text();
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }
}
