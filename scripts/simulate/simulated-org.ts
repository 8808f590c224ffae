import { join } from 'node:path';
import { compileApex } from '../../local/org/apex/compile-apex.ts';
import { compileOnce } from '../../local/org/apex/compile-once.ts';
import type { CalloutSender } from '../../local/org/apex/engine/callout-sender.ts';
import type { DelayName } from '../../local/org/apex/engine/delays.ts';
import type { SourceFile } from '../../local/org/apex/program.ts';
import { createOrg, type Org } from '../../local/org/org.ts';
import { readSourceFolders } from '../../local/org/source-files.ts';
import type { SimulationScheduler } from './traced-scheduler.ts';

export const ORG_ID = '00DDp0000000001MAA';
export const ORG_URL = 'https://practice.example';
/** As the package's Remote Site Setting names it. */
export const GATEWAY_URL = 'https://rts.example';
/** Where Salesforce sends users back to who have signed in. */
const CALLBACK_URL = `${GATEWAY_URL}/v1/sign-ins/callback`;
/** A standard user with the package's permission set: what an admin makes the Sync User. */
export const SYNC_USERNAME = 'sam@practice.example';
export const ADMIN_USERNAME = 'alex@practice.example';
export const APP = { clientId: 'receiver', clientSecret: 'hush' };

const FORCE_APP = join(import.meta.dirname, '../../force-app');
const PACKAGE = [join(FORCE_APP, 'main'), join(FORCE_APP, 'site')];

export interface SimulatedOrgOptions {
  readonly seed: string;
  readonly scheduler: SimulationScheduler;
  readonly sender: CalloutSender;
  readonly delays: DelayName;
  /** Asynchronous Apex executions a day: few of them, and the package saves on them. */
  readonly asyncExecutions: number;
  /** API requests a day, of all users together. */
  readonly apiRequests: number;
  readonly onError: (error: unknown) => void;
}

/** A practice org in memory with the package deployed: its real Apex, read and compiled once in this thread. */
export async function openSimulatedOrg(options: SimulatedOrgOptions): Promise<Org> {
  const { seed, scheduler, sender, delays, onError } = options;
  sourceFiles ??= await readSourceFolders(PACKAGE);
  return await createOrg({
    database: ':memory:',
    orgId: ORG_ID,
    instanceUrl: ORG_URL,
    sourceFiles,
    compile,
    delays,
    seed,
    scheduler,
    sender,
    adminToken: 'unused',
    connectedApps: [{ ...APP, runAsUsername: SYNC_USERNAME, redirectUris: [CALLBACK_URL] }],
    limits: {
      DailyAsyncApexExecutions: options.asyncExecutions,
      DailyApiRequests: options.apiRequests,
    },
    onError,
  });
}

let sourceFiles: readonly SourceFile[] | undefined;
const compile = compileOnce(compileApex);
