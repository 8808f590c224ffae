import { setImmediate as turn } from 'node:timers/promises';
import type { CalloutSender } from '../../../local/org/apex/engine/callout-sender.ts';
import type { DelayName } from '../../../local/org/apex/engine/delays.ts';
import { createOrg, type Org } from '../../../local/org/org.ts';
import { createVirtualScheduler, type VirtualScheduler } from '../../../local/virtual-scheduler.ts';
import { userFields } from '../org/user-fields.ts';
import { mirrorFaults } from './mirror-faults.ts';
import { ORG_ID, PACKAGE_FOLDERS, query } from './package-org.ts';
import { openReceiverBeside, RECEIVER_APP, type ReceiverBeside } from './receiver-beside.ts';

/** A practice org with the package, connected to a receiver, and somebody who loads data into it by Bulk API. */
export interface ConnectedOrg {
  readonly org: Org;
  readonly scheduler: VirtualScheduler;
  readonly receiver: ReceiverBeside;
  /** As whom the receiver signs in. */
  readonly syncUserId: string;
  /** Failures of work that nobody waits for. */
  readonly faults: readonly string[];
  /** A Bulk API 2.0 ingest job, as somebody else than the Sync User; resolves when it is complete. */
  load(
    operation: 'insert' | 'update',
    object: string,
    columns: readonly string[],
    rows: readonly (readonly string[])[],
  ): Promise<void>;
  /** The org's log of requests, after a place in it. */
  requestsSince(sequence: number): Promise<readonly LoggedRequest[]>;
  /** Lets time pass until the mirror holds what the org holds. @throws Error naming the first differences */
  mirrored(withinMinutes: number): Promise<void>;
  query(soql: string): Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

interface LoggedRequest {
  readonly sequence: number;
  readonly method: string;
  readonly path: string;
  readonly userId: string | null;
  readonly counted: boolean;
}

const ADMIN_TOKEN = 'control';
const LOADER = 'loader@practice.example';
const MINUTE_MS = 60_000;
const LONGEST_LOAD_MINUTES = 30;
const JOBS = '/services/data/v66.0/jobs/ingest';

export async function openConnectedOrg(delays: DelayName): Promise<ConnectedOrg> {
  const faults: string[] = [];
  const scheduler = createVirtualScheduler({
    startMs: Date.UTC(2026, 10, 21, 8),
    seed: 'connected',
    onError: (label, error) => void faults.push(`${label}: ${String(error)}`),
  });
  let receiver: ReceiverBeside | undefined;
  const sender: CalloutSender = {
    async send(callout) {
      if (receiver === undefined) throw new Error('The receiver is not there yet.');
      return await receiver.receive(callout);
    },
  };
  const org = await createOrg({
    database: ':memory:',
    orgId: ORG_ID,
    instanceUrl: 'https://org.example',
    sources: PACKAGE_FOLDERS,
    delays,
    seed: 'connected',
    scheduler,
    sender,
    adminToken: ADMIN_TOKEN,
    connectedApps: [RECEIVER_APP],
    onError: (error) => void faults.push(String(error)),
  });
  const syncUserId = idOfUser(org, RECEIVER_APP.runAsUsername);
  addLoader(org, syncUserId);
  receiver = openReceiverBeside({
    scheduler,
    org: () => org,
    onError: (error) => void faults.push(`receiver: ${String(error)}`),
  });
  await receiver.connect();
  const connected = { org, scheduler, receiver };
  return {
    ...connected,
    syncUserId,
    faults,
    load: (operation, object, columns, rows) =>
      load(connected, { operation, object }, [columns, ...rows].map(csvLine).join('')),
    requestsSince: (sequence) => requestsSince(org, sequence),
    mirrored: (withinMinutes) => untilMirrored(connected, withinMinutes),
    query: (soql) => query(org, soql),
    async close() {
      await connected.receiver.close();
      org.close();
    },
  };
}

type Connected = Pick<ConnectedOrg, 'org' | 'scheduler' | 'receiver'>;

function idOfUser(org: Org, username: string): string {
  const [user] = query(org, `SELECT Id FROM User WHERE Username = '${username}'`);
  return String(user?.['Id']);
}

/** A second administrator. */
function addLoader(org: Org, administratorId: string): void {
  const [like] = query(org, `SELECT ProfileId FROM User WHERE Id = '${administratorId}'`);
  const input = userFields({ username: LOADER, alias: 'loader', profileId: like?.['ProfileId'] });
  const [saved] = org.engine.save({
    operation: 'insert',
    records: [{ object: 'User', input }],
    allOrNone: true,
    userId: administratorId,
    source: 'rest',
  });
  if (saved?.success !== true) throw new Error(`The loader was refused: ${JSON.stringify(saved)}`);
}

const csvLine = (cells: readonly string[]) => `${cells.map((cell) => `"${cell}"`).join(',')}\n`;

async function load(
  { org, scheduler }: Connected,
  job: { readonly operation: string; readonly object: string },
  csv: string,
): Promise<void> {
  const token = org.issueToken(LOADER);
  const call = (method: string, path: string, body: unknown) => ask(org, token, method, path, body);
  const { id } = (await call('POST', JOBS, { ...job, lineEnding: 'LF' })) as { id: string };
  await call('PUT', `${JOBS}/${id}/batches`, csv);
  await call('PATCH', `${JOBS}/${id}`, { state: 'UploadComplete' });
  for (let minutes = 0; minutes < LONGEST_LOAD_MINUTES; minutes++) {
    const { state, numberRecordsFailed } = (await call('GET', `${JOBS}/${id}`, '')) as {
      state: string;
      numberRecordsFailed: number;
    };
    if (state === 'JobComplete' && numberRecordsFailed === 0) return;
    if (state === 'JobComplete' || state === 'Failed') break;
    await scheduler.advance(MINUTE_MS);
  }
  throw new Error(`The load ${id} did not end well.`);
}

async function requestsSince(org: Org, sequence: number): Promise<readonly LoggedRequest[]> {
  const path = `/__org/requests?since=${sequence}`;
  const { requests } = (await ask(org, ADMIN_TOKEN, 'GET', path, '')) as {
    requests: readonly LoggedRequest[];
  };
  return requests;
}

/** @param body text for CSV, anything else for JSON */
async function ask(
  org: Org,
  token: string,
  method: string,
  path: string,
  body: unknown,
): Promise<unknown> {
  const isText = typeof body === 'string';
  const answer = await org.handle({
    method,
    path,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': isText ? 'text/csv' : 'application/json',
    },
    body: Buffer.from(isText ? body : JSON.stringify(body)),
  });
  const bytes = Buffer.from(answer.body as Uint8Array);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${bytes}`);
  return bytes.length === 0 ? undefined : JSON.parse(bytes.toString('utf8'));
}

async function untilMirrored(
  { org, scheduler, receiver }: Connected,
  withinMinutes: number,
): Promise<void> {
  for (let minutes = 0; ; minutes++) {
    const faults = await mirrorFaults(org, receiver.ports);
    if (faults.length === 0) return;
    if (minutes === withinMinutes) throw new Error(faults.slice(0, 10).join('\n'));
    await scheduler.advance(MINUTE_MS);
    await turn();
  }
}
