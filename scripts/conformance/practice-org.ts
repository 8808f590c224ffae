import { once } from 'node:events';
import { killGroup, runScript } from '../demo/child.ts';
import { UserError } from '../one-machine/user-error.ts';

/** The practice org as a client sees it, and plain HTTP to look at what a client did. */
export interface PracticeOrg {
  /** Without a slash at the end. */
  readonly url: string;
  readonly orgId: string;
  readonly username: string;
  readonly accessToken: string;
  /** Any request with the administrator's session; the path begins with `/`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Records of a query that fits one page. @throws Error with the org's answer when it refuses */
  query(soql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** The same through the Tooling API. */
  toolingQuery(soql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** The org's own log, as far back as it keeps it. */
  requests(): Promise<readonly LoggedRequest[]>;
  /** What its process said after it was ready: nothing, unless something is wrong. */
  complaints(): readonly string[];
  close(): Promise<void>;
}

interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

const DATA = '/services/data/v66.0';

/**
 * Starts the practice org as a person would, by `npm run org`, on a free port.
 * @param dataDir an absolute folder of its own
 * @param args further options of that command
 */
export async function startPracticeOrg(
  dataDir: string,
  args: readonly string[],
): Promise<PracticeOrg> {
  const child = runScript('scripts/org.ts', ['--port', '0', '--data', dataDir, ...args]);
  await child.line('ready ').catch((error: unknown) => {
    throw new UserError(`The practice org does not start. ${String(error)}`);
  });
  const saidWhenReady = child.output().split('\n').length;
  const said = new Map(
    child
      .output()
      .split('\n')
      .map((line): [string, string] => [line.slice(0, 13).trim(), line.slice(13).trim()]),
  );
  const value = (label: string): string => said.get(label) ?? '';
  const url = value('url');
  const send = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(url + path, {
      ...init,
      headers: {
        authorization: `Bearer ${value('access token')}`,
        ...(init.headers as Record<string, string> | undefined),
      },
    });
  return {
    url,
    orgId: value('org id'),
    username: value('user'),
    accessToken: value('access token'),
    fetch: send,
    query: (soql) => readRecords(send, `${DATA}/query?q=${encodeURIComponent(soql)}`),
    toolingQuery: (soql) =>
      readRecords(send, `${DATA}/tooling/query?q=${encodeURIComponent(soql)}`),
    async requests() {
      const answer = await fetch(`${url}/__org/requests`, {
        headers: { authorization: `Bearer ${value('admin token')}` },
      });
      return ((await answer.json()) as { requests: LoggedRequest[] }).requests;
    },
    complaints: () => child.output().split('\n').slice(saidWhenReady),
    async close() {
      if (child.process.exitCode !== null) return;
      const ended = once(child.process, 'close');
      killGroup(child, 'SIGTERM');
      await ended;
    },
  };
}

async function readRecords(
  send: (path: string) => Promise<Response>,
  path: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const response = await send(path);
  if (!response.ok) throw new Error(`the org answered ${response.status} ${await response.text()}`);
  const { records } = (await response.json()) as { records: Readonly<Record<string, unknown>>[] };
  return records;
}
