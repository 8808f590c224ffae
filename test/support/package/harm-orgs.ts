import { expect } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import { parseNotice } from '#core/parse-notice.ts';
import type { CalloutSender } from '../../../local/org/apex/engine/callout-sender.ts';
import type { SourceFile } from '../../../local/org/apex/program.ts';
import { createOrg, type Org } from '../../../local/org/org.ts';
import { readSourceFolders } from '../../../local/org/source-files.ts';
import { createVirtualScheduler, type VirtualScheduler } from '../../../local/virtual-scheduler.ts';
import { CUSTOMER_SOURCE } from './customer-source.ts';
import {
  type GatewayAnswer,
  given,
  ORG_ID,
  PACKAGE_FOLDERS,
  query,
  type Received,
} from './package-org.ts';
import { openReceiverBeside, RECEIVER_APP, type ReceiverBeside } from './receiver-beside.ts';

export const START_MS = Date.UTC(2026, 10, 21, 8);
const packageFiles = await readSourceFolders(PACKAGE_FOLDERS);

/** A practice org as the customer uses it. */
export interface CustomerOrg {
  readonly org: Org;
  readonly scheduler: VirtualScheduler;
  readonly userId: string;
}

/** Has the customer's own code only. */
export interface PlainOrg extends CustomerOrg {
  /** What customer code reported of its limits. */
  readonly limits: string[];
  /** Failures of work that nobody waits for. */
  readonly faults: string[];
}

/** Has the package, too, connected to a receiver. */
export interface PackagedOrg extends PlainOrg {
  readonly receiver: ReceiverBeside;
  /** Every POST of the package. */
  readonly received: Received[];
}

/** What happens to a POST instead of reaching the receiver; undefined when it reaches it. */
export type Trouble = () => GatewayAnswer | undefined;

/** @param change what is deployed instead of the package as it stands */
export async function openPackagedOrg(
  trouble: Trouble,
  change: (files: readonly SourceFile[]) => readonly SourceFile[] = (files) => files,
): Promise<PackagedOrg> {
  const received: Received[] = [];
  let receiver: ReceiverBeside | undefined;
  const plain = await openPlainOrg({
    send(callout) {
      if (receiver === undefined) throw new Error('The receiver is not there yet.');
      return deliver(callout, receiver, trouble(), (post) => {
        received.push({ atMs: plain.scheduler.now(), ...post });
      });
    },
  });
  const { scheduler, org, faults } = plain;
  org.deploy(change(packageFiles));
  receiver = openReceiverBeside({
    scheduler,
    org: () => org,
    onError: (error) => void faults.push(`receiver: ${String(error)}`),
  });
  await receiver.connect();
  return { ...plain, receiver, received };
}

type Callout = Parameters<CalloutSender['send']>[0];

/** What network and gateway make of one POST. */
async function deliver(
  callout: Callout,
  receiver: ReceiverBeside,
  trouble: GatewayAnswer | undefined,
  note: (post: Omit<Received, 'atMs'>) => void,
): ReturnType<CalloutSender['send']> {
  const notice = parseNotice(callout.body, ORG_ID as OrgId, Number.POSITIVE_INFINITY);
  const reaches = trouble === undefined || trouble === 'answer lost';
  const answered = reaches ? await receiver.receive(callout) : undefined;
  const answer = trouble ?? { status: answered?.status ?? 0 };
  const taken = answered?.status === 202;
  note({ notice, bytes: callout.body.length, answer, taken });
  return trouble === undefined && answered !== undefined ? answered : given(answer);
}

const NOWHERE: CalloutSender = {
  async send({ url }) {
    throw new Error(`Nobody calls ${url} here.`);
  },
};

export async function openPlainOrg(sender = NOWHERE): Promise<PlainOrg> {
  const faults: string[] = [];
  const limits: string[] = [];
  let cpuMs = 0;
  // Without a seed, tasks of one time run in the order they were set: the package's do not shuffle the customer's.
  const scheduler = createVirtualScheduler({
    startMs: START_MS,
    onError: (label, error) => void faults.push(`${label}: ${String(error)}`),
  });
  const org = await createOrg({
    database: ':memory:',
    orgId: ORG_ID,
    instanceUrl: 'https://org.example',
    delays: 'zero',
    seed: 'harm',
    scheduler,
    sender,
    adminToken: 'unused',
    connectedApps: [RECEIVER_APP],
    cpuNow: () => cpuMs,
    onDebug(message) {
      if (message.startsWith('LIMITS ')) limits.push(message.slice('LIMITS '.length));
      else if (message.startsWith('SPEND ')) cpuMs += Number(message.slice('SPEND '.length));
    },
    onError: (error) => void faults.push(String(error)),
  });
  // Before the package, so that the customer's objects have the same key prefixes with and without it.
  org.deploy(CUSTOMER_SOURCE);
  const [admin] = query(org, `SELECT Id FROM User WHERE Profile.Name = 'System Administrator'`);
  expect(admin).toBeDefined();
  return { org, scheduler, userId: String(admin?.['Id']), limits, faults };
}
