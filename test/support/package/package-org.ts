import { join } from 'node:path';
import type { OrgId } from '#core/ids.ts';
import type { Notice } from '#core/notice.ts';
import { parseNotice } from '#core/parse-notice.ts';
import { verifySignature } from '#core/signature.ts';
import type { CalloutSender } from '../../../local/org/apex/engine/callout-sender.ts';
import type { DelayName } from '../../../local/org/apex/engine/delays.ts';
import { createOrg, type Org } from '../../../local/org/org.ts';
import { createVirtualScheduler, type VirtualScheduler } from '../../../local/virtual-scheduler.ts';

const FORCE_APP = join(import.meta.dirname, '../../../force-app');
export const PACKAGE_FOLDERS = [join(FORCE_APP, 'main'), join(FORCE_APP, 'site')];
export const ORG_ID = '00DDp0000000001MAA' as OrgId;
export const TOKEN = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const URL_PATH = `/v1/orgs/${ORG_ID}/notices`;

/** What connects the package to the gateway. */
const SETTINGS = {
  SetupOwnerId: ORG_ID,
  Gateway_URL__c: `https://rts.example${URL_PATH}`,
  Token__c: TOKEN,
  Org_Id__c: ORG_ID,
  Error_Logging_Enabled__c: true,
};

/** What the gateway does with one notice. */
export type GatewayAnswer =
  | {
      readonly status: number;
      readonly retryAfterSeconds?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Taken, but the answer never arrives. */
  | 'answer lost'
  | 'unreachable';

export interface Received {
  readonly atMs: number;
  readonly notice: Notice;
  readonly bytes: number;
  readonly answer: GatewayAnswer;
  /** Whether the receiver has it, whatever the package learned. */
  readonly taken: boolean;
}

/** The package deployed on a practice org, on a virtual clock, with a gateway that answers as told. */
export interface PackageOrg {
  readonly org: Org;
  readonly scheduler: VirtualScheduler;
  readonly userId: string;
  /** Every POST, in order; a body that the receiver would refuse ends the run. */
  readonly received: Received[];
  /** Failures of work that nobody waits for. */
  readonly faults: string[];
  /** What Apex wrote to its debug log. */
  readonly debug: readonly string[];
  save(operation: 'insert' | 'update' | 'delete', object: string, rows: readonly Row[]): string[];
  ping(): void;
  /** Rows of a flat query, by the names of its columns. */
  query(soql: string): Row[];
  close(): void;
}

type Row = Readonly<Record<string, unknown>>;

export interface PackageOrgOptions {
  readonly seed: string;
  readonly delays: DelayName;
  readonly startMs: number;
  readonly limits?: NonNullable<Parameters<typeof createOrg>[0]['limits']>;
  /** Called for every POST. */
  readonly answer?: (notice: Notice) => GatewayAnswer;
}

export async function openPackageOrg(options: PackageOrgOptions): Promise<PackageOrg> {
  const faults: string[] = [];
  const received: Received[] = [];
  const debug: string[] = [];
  const scheduler = createVirtualScheduler({
    startMs: options.startMs,
    seed: options.seed,
    onError: (label, error) => void faults.push(`${label}: ${String(error)}`),
  });
  const org = await createOrg({
    database: ':memory:',
    orgId: ORG_ID,
    instanceUrl: 'https://org.example',
    sources: PACKAGE_FOLDERS,
    delays: options.delays,
    seed: options.seed,
    scheduler,
    sender: createGateway(scheduler, received, options.answer ?? (() => ({ status: 202 }))),
    adminToken: 'unused',
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    onError: (error) => void faults.push(String(error)),
    onDebug: (message) => void debug.push(message),
  });
  const [admin] = query(org, `SELECT Id FROM User WHERE Profile.Name = 'System Administrator'`);
  const userId = String(admin?.['Id']);
  const packageOrg: PackageOrg = {
    org,
    scheduler,
    userId,
    received,
    faults,
    debug,
    save: (operation, object, rows) => save(org, userId, operation, object, rows),
    ping: () => void org.engine.publish('Mixmax_Change__e', [{ Operation__c: 'ping' }], userId),
    query: (soql) => query(org, soql),
    close: () => org.close(),
  };
  packageOrg.save('insert', 'Mixmax_Settings__c', [SETTINGS]);
  return packageOrg;
}

/** Stands where the gateway stands: verifies and parses as the receiver does, then answers as told. */
function createGateway(
  scheduler: VirtualScheduler,
  received: Received[],
  answerTo: (notice: Notice) => GatewayAnswer,
): CalloutSender {
  return {
    async send({ method, url, headers, body }) {
      const header = new Headers(headers);
      const atMs = scheduler.now();
      const signed = {
        id: header.get('webhook-id') ?? undefined,
        timestamp: header.get('webhook-timestamp') ?? undefined,
        signature: header.get('webhook-signature') ?? undefined,
        body,
      };
      const verification = verifySignature(signed, [TOKEN], atMs);
      if (method !== 'POST' || new URL(url).pathname !== URL_PATH || !verification.ok) {
        throw new Error(`The gateway would refuse ${method} ${url}`);
      }
      const notice = parseNotice(body, ORG_ID, Number.POSITIVE_INFINITY);
      const answer = answerTo(notice);
      const taken = answer === 'answer lost' || (answer !== 'unreachable' && answer.status === 202);
      received.push({ atMs, notice, bytes: body.length, answer, taken });
      return given(answer);
    },
  };
}

/** @throws Error as the network does, for what is no answer */
export function given(answer: GatewayAnswer) {
  if (answer === 'answer lost') throw new Error('Read timed out');
  if (answer === 'unreachable') throw new Error('Connection refused');
  const retryAfter = answer.retryAfterSeconds;
  return {
    status: answer.status,
    statusText: '',
    headers: {
      ...answer.headers,
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    },
    body: Buffer.from(answer.body ?? ''),
  };
}

function save(
  org: Org,
  userId: string,
  operation: 'insert' | 'update' | 'delete',
  object: string,
  rows: readonly Row[],
): string[] {
  const ids: string[] = [];
  for (let start = 0; start < rows.length; start += 200) {
    const results = org.engine.save({
      operation,
      records: rows.slice(start, start + 200).map((input) => ({ object, input })),
      allOrNone: false,
      userId,
      source: rows.length > 200 ? 'bulk' : 'rest',
    });
    for (const result of results) {
      if (!result.success) throw new Error(`${operation} ${object}: ${result.errors[0]?.message}`);
      ids.push(result.id);
    }
  }
  return ids;
}

/** Rows of a flat query, by the names of its columns, past the org's API. */
export function query(org: Org, soql: string): Row[] {
  const options = { nowMs: org.clock.now(), userId: ORG_ID };
  return [...org.soql.run(org.soql.plan(soql), options)].map(({ values }) =>
    Object.fromEntries(values),
  );
}
