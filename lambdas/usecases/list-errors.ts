import { failureReason } from '#core/failure-reason.ts';
import type { OrgState } from '#core/org.ts';
import type { Fields } from '#core/record.ts';
import {
  activityError,
  groupErrors,
  letterError,
  passErrors,
  type SingleError,
  type SyncError,
} from '#core/sync-errors.ts';
import type { Ports } from '#ports/ports.ts';
import { packageClient } from './package-client.ts';

const LETTERS = 500;
const ACTIVITIES = 500;
const PASSES = 50;
const APEX_FIELDS = [
  'Kind__c',
  'Message__c',
  'Object__c',
  'Occurrences__c',
  'First_Seen__c',
  'Last_Seen__c',
];

export interface ErrorList {
  readonly errors: readonly SyncError[];
  /** Why the errors that Apex logged could not be read; absent when they were, or there is no package yet. */
  readonly apexUnread?: string;
}

/**
 * What went wrong, from every source: rows of *Mixmax Error* in the org (kept there while *Error logging enabled* is
 * ticked), passes and activities that Salesforce refused, and messages given up. Costs one API call.
 */
export async function listErrors(
  ports: Pick<Ports, 'salesforce' | 'deadLetters' | 'jobs' | 'activityLedger'>,
  org: OrgState,
): Promise<ErrorList> {
  const [apex, letters, passes, activities] = await Promise.all([
    apexErrors(ports, org),
    ports.deadLetters.list(org.orgId, LETTERS),
    ports.jobs.listPasses(org.orgId, { limit: PASSES }),
    ports.activityLedger.list(org.orgId, 'failed', { limit: ACTIVITIES }),
  ]);
  const errors = groupErrors([
    ...apex.errors,
    ...letters.map(letterError),
    ...passes.flatMap(passErrors),
    ...activities.map(activityError),
  ]);
  return { errors, ...(apex.unread !== undefined && { apexUnread: apex.unread }) };
}

interface ApexErrors {
  readonly errors: readonly SingleError[];
  readonly unread?: string;
}

/** Whatever keeps the org from telling, the other sources are worth showing. */
async function apexErrors(ports: Pick<Ports, 'salesforce'>, org: OrgState): Promise<ApexErrors> {
  if (org.phase === 'not-installed' || org.phase === 'removed') return { errors: [] };
  try {
    const client = packageClient(await ports.salesforce.forOrg(org), org);
    const rows = await client.rows('Mixmax_Error__c', APEX_FIELDS);
    return { errors: rows.map(({ fields }) => apexError(fields)) };
  } catch (error) {
    return { errors: [], unread: failureReason(error) };
  }
}

function apexError(fields: Fields): SingleError {
  const text = (name: string) => String(fields[name] ?? '');
  const at = (name: string) => Date.parse(text(name)) || 0;
  return {
    source: 'apex',
    kind: text('Kind__c'),
    message: text('Message__c'),
    atMs: at('Last_Seen__c'),
    sinceMs: at('First_Seen__c'),
    times: Number(fields['Occurrences__c'] ?? 1),
    objects: text('Object__c') === '' ? [] : [text('Object__c')],
    records: [],
  };
}
