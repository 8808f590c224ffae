import { type Examination, type Fault, isTooOld } from '#core/examination.ts';
import type { OrgState } from '#core/org.ts';
import type { Fields } from '#core/record.ts';
import { soqlText } from '#core/soql.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import type { OrgSecrets } from '#ports/secrets.ts';
import { type PackageClient, packageClient } from './package-client.ts';

const TRIGGERS: readonly string[] = [
  'MixmaxAccountTrigger',
  'MixmaxChangeTrigger',
  'MixmaxContactTrigger',
  'MixmaxEventTrigger',
  'MixmaxLeadTrigger',
  'MixmaxOpportunityTrigger',
  'MixmaxSkipTrigger',
  'MixmaxTaskTrigger',
  'MixmaxUserTrigger',
];

type PackageState = Pick<Examination, 'faults' | 'disabled'>;

/**
 * Reads what the package's path depends on: its settings, its own pause, its triggers, the Remote Site Setting. Costs
 * five calls. Secrets are compared, never told.
 */
export async function readPackageState(
  salesforce: Salesforce,
  org: OrgState,
  secrets: OrgSecrets | undefined,
  nowMs: number,
): Promise<PackageState> {
  const client = packageClient(salesforce, org);
  const settings = await orgRow(client, 'Mixmax_Settings__c', org, [
    'Disable_RTS__c',
    'Gateway_URL__c',
    'Token__c',
    'Org_Id__c',
    'LastModifiedById',
    'LastModifiedDate',
  ]);
  if (settings === undefined) return { faults: [{ code: 'settings-missing' }] };
  const faults = [
    ...settingsFaults(settings, org, secrets),
    ...(await setupFaults(salesforce, settings)),
    ...(await breakerFaults(client, org, nowMs)),
  ];
  if (settings['Disable_RTS__c'] !== true) return { faults };
  const by = await nameOfUser(salesforce, settings['LastModifiedById']);
  const sinceMs = Date.parse(String(settings['LastModifiedDate']));
  return { faults, disabled: { by, sinceMs } };
}

function settingsFaults(
  settings: Fields,
  org: OrgState,
  secrets: OrgSecrets | undefined,
): readonly Fault[] {
  const faults: Fault[] = [];
  if (org.packageVersion !== undefined && isTooOld(org.packageVersion)) {
    faults.push({ code: 'package-too-old', detail: org.packageVersion });
  }
  const orgId15 = String(settings['Org_Id__c'] ?? '').slice(0, 15);
  if (orgId15 !== org.orgId.slice(0, 15)) faults.push({ code: 'settings-of-another-org' });
  const url = org.gatewayUrl && `${org.gatewayUrl}/v1/orgs/${org.orgId}/notices`;
  if (url !== undefined && settings['Gateway_URL__c'] !== url) faults.push({ code: 'wrong-url' });
  const tokens = [secrets?.token, secrets?.previousToken?.token];
  if (!tokens.includes(String(settings['Token__c'] ?? ''))) faults.push({ code: 'wrong-token' });
  return faults;
}

async function setupFaults(salesforce: Salesforce, settings: Fields): Promise<readonly Fault[]> {
  const { triggers, remoteSites } = await salesforce.setup();
  const active = new Map(triggers.map((trigger) => [trigger.name, trigger.active]));
  const missing = TRIGGERS.filter((name) => !active.has(name));
  const inactive = TRIGGERS.filter((name) => active.get(name) === false);
  const origin = originOf(settings['Gateway_URL__c']);
  const sites = remoteSites.filter(({ url }) => originOf(url) === origin);
  const faults: Fault[] = [];
  if (origin !== '' && sites.length === 0) {
    faults.push({ code: 'remote-site-missing', detail: origin });
  } else if (origin !== '' && !sites.some((site) => site.active)) {
    faults.push({ code: 'remote-site-inactive', detail: origin });
  }
  if (missing.length > 0) faults.push({ code: 'trigger-missing', detail: missing.join(', ') });
  if (inactive.length > 0) faults.push({ code: 'trigger-inactive', detail: inactive.join(', ') });
  return faults;
}

async function breakerFaults(
  client: PackageClient,
  org: OrgState,
  nowMs: number,
): Promise<readonly Fault[]> {
  const state = await orgRow(client, 'Mixmax_State__c', org, [
    'Paused_Until__c',
    'Pause_Reason__c',
  ]);
  const untilMs = Date.parse(String(state?.['Paused_Until__c']));
  if (Number.isNaN(untilMs) || untilMs <= nowMs) return [];
  return [{ code: 'breaker-open', detail: String(state?.['Pause_Reason__c'] ?? 'unknown') }];
}

/** The org-wide row of a hierarchy custom setting. */
async function orgRow(
  client: PackageClient,
  object: string,
  { orgId }: OrgState,
  fields: readonly string[],
): Promise<Fields | undefined> {
  const [row] = await client.rows(object, fields, `SetupOwnerId = ${soqlText(orgId)}`);
  return row?.fields;
}

async function nameOfUser(salesforce: Salesforce, id: Fields[string] | undefined): Promise<string> {
  const soql = `SELECT Id, Name FROM User WHERE Id = ${soqlText(String(id ?? ''))}`;
  for await (const { records } of salesforce.query(soql)) {
    return String(records[0]?.fields['Name'] ?? 'somebody');
  }
  return 'somebody';
}

/** `https://host`, or nothing for what is no URL. */
export function originOf(url: Fields[string] | undefined): string {
  const text = String(url ?? '');
  return URL.canParse(text) ? new URL(text).origin : '';
}
