import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, killGroup, runScript } from '../demo/child.ts';

const API = '/services/data/v66.0';
const NEWLINE = 0x0a;
const POLL_MS = 20;
/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

interface Answer {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Spent<T> {
  readonly value: T;
  readonly seconds: number;
  /** Of the org's process alone. */
  readonly cpuSeconds: number;
}

interface Job {
  readonly id: string;
  readonly state: string;
  readonly numberRecordsFailed?: number;
}

/** `npm run org` as a process of its own, asked over HTTP like any client asks it. */
export class BenchOrg {
  /** From the start of the process to its line `ready`. */
  readonly startSeconds: number;
  readonly startCpuSeconds: number;
  readonly orgId: string;
  readonly #child: Child;
  readonly #url: string;
  readonly #token: string;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(child: Child, startSeconds: number) {
    this.#child = child;
    this.startSeconds = startSeconds;
    const value = (name: string): string =>
      new RegExp(`^${name} +(.+)$`, 'm').exec(child.output())?.[1] ?? '';
    this.#url = value('url');
    this.#token = value('access token');
    this.orgId = value('org id');
    this.startCpuSeconds = this.#cpuSeconds();
  }

  static async start(folder: string, args: readonly string[]): Promise<BenchOrg> {
    const startedMs = performance.now();
    // Jobs begin at once: what a Bulk job waits in Salesforce's queue is no work of the org.
    const options = ['--port', '0', '--data', folder, '--delays', 'zero', ...args];
    const child = runScript('scripts/org.ts', options);
    await child.line('ready');
    return new BenchOrg(child, (performance.now() - startedMs) / 1000);
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    killGroup(this.#child, 'SIGTERM');
    await this.#child.ended;
  }

  async timed<T>(run: () => Promise<T>): Promise<Spent<T>> {
    const cpuBefore = this.#cpuSeconds();
    const startedMs = performance.now();
    const value = await run();
    const seconds = (performance.now() - startedMs) / 1000;
    return { value, seconds, cpuSeconds: this.#cpuSeconds() - cpuBefore };
  }

  /** Loads CSV; resolves when the job is complete. @throws Error when rows failed */
  async ingest(object: string, csv: string): Promise<void> {
    const job = await this.#post('/jobs/ingest', {
      object,
      operation: 'insert',
      contentType: 'CSV',
      lineEnding: 'LF',
    });
    await this.#send('PUT', `/jobs/ingest/${job.id}/batches`, csv, 'text/csv');
    await this.#send(
      'PATCH',
      `/jobs/ingest/${job.id}`,
      JSON.stringify({ state: 'UploadComplete' }),
    );
    const { numberRecordsFailed } = await this.#complete(`/jobs/ingest/${job.id}`);
    if (numberRecordsFailed !== 0) throw new Error(`${numberRecordsFailed} rows were refused`);
  }

  /** Runs a query job and reads every page. @returns how many lines came, heads left out */
  async bulkQuery(query: string): Promise<number> {
    const job = await this.#post('/jobs/query', { operation: 'query', query });
    await this.#complete(`/jobs/query/${job.id}`);
    let rows = 0;
    for (let locator = ''; locator !== 'null'; ) {
      const parameter = locator === '' ? '' : `?locator=${locator}`;
      const page = await this.#countLines(`/jobs/query/${job.id}/results${parameter}`);
      rows += page.lines - 1;
      locator = page.locator;
    }
    return rows;
  }

  /** The most memory the process ever had resident. */
  peakMegabytes(): number {
    const status = readFileSync(`/proc/${this.#pid()}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  }

  #cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.#pid()}/stat`, 'utf8');
    // The second field is a name in parentheses, which may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  /** `scripts/run.js` may start the Node that the project brings along as a child of its own. */
  #pid(): number {
    const own = Number(this.#child.process.pid);
    const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
    const child = rows
      .map((row) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row))
      .find((row) => Number(row?.[2]) === own && row?.[3]?.includes('scripts/org.ts'));
    return child === undefined ? own : Number(child?.[1]);
  }

  async #complete(path: string): Promise<Job> {
    for (;;) {
      const job = JSON.parse((await this.#send('GET', path)).body) as Job;
      if (job.state === 'JobComplete') return job;
      if (job.state === 'Failed' || job.state === 'Aborted')
        throw new Error(`the job ${job.state}`);
      await sleep(POLL_MS);
    }
  }

  async #post(path: string, body: object): Promise<Job> {
    return JSON.parse((await this.#send('POST', path, JSON.stringify(body))).body) as Job;
  }

  async #send(
    method: string,
    path: string,
    body?: string,
    type = 'application/json',
  ): Promise<Answer> {
    const response = await this.#open(method, path, body, type);
    const parts: Buffer[] = [];
    for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
    return { headers: response.headers, body: Buffer.concat(parts).toString() };
  }

  async #countLines(path: string): Promise<{ lines: number; locator: string }> {
    const response = await this.#open('GET', path);
    let lines = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at + 1)) lines += 1;
    }
    return { lines, locator: String(response.headers['sforce-locator']) };
  }

  #open(method: string, path: string, body?: string, type?: string): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = {
      authorization: `Bearer ${this.#token}`,
      ...(type === undefined ? {} : { 'content-type': type }),
    };
    const sent = request(
      this.#url + API + path,
      { method, headers, agent: this.#agent },
      (response) => {
        if ((response.statusCode ?? 0) < 300) resolve(response);
        else reject(new Error(`${method} ${path} answered ${response.statusCode}`));
      },
    );
    sent.on('error', reject);
    sent.end(body);
    return promise;
  }
}
