import type { OrgId } from '#core/ids.ts';
import type { Conditions } from '#core/org.ts';
import type { Fields } from '#core/record.ts';
import { soqlText } from '#core/soql.ts';
import type { ReadRecord } from '#ports/salesforce.ts';
import type { PackageClient } from './package-client.ts';

/* What the receiver writes into the org's own package: its settings, its synced fields, its pings. */

const SETTINGS = 'Mixmax_Settings__c';
const SYNCED_FIELD = 'Mixmax_Synced_Field__c';
const CHANGE_EVENT = 'Mixmax_Change__e';

/** The settings' name in an org. */
export function settingsObject(packageNamespace: string | undefined): string {
  return packageNamespace === undefined ? SETTINGS : `${packageNamespace}__${SETTINGS}`;
}

/** Whether the package is there and the Sync User sees what it is reached by: its settings and its events. */
export async function isPackageThere(client: PackageClient): Promise<boolean> {
  return (await client.sees(SETTINGS)) && (await client.sees(CHANGE_EVENT));
}

/** Writes the org-wide Mixmax Settings: from now on the package notices changes and posts them to `gatewayUrl`. */
export async function writeSettings(
  client: PackageClient,
  orgId: OrgId,
  settings: { readonly gatewayUrl: string; readonly token: string },
): Promise<void> {
  const fields: Fields = {
    Gateway_URL__c: `${settings.gatewayUrl}/v1/orgs/${orgId}/notices`,
    Token__c: settings.token,
    Org_Id__c: orgId,
    Disable_RTS__c: false,
  };
  const row = await settingsRow(client, orgId);
  if (row !== undefined) return await client.update(SETTINGS, row.id, fields);
  await client.create(SETTINGS, { ...fields, SetupOwnerId: orgId });
}

/** The Mixmax Token that the org signs with; empty where it has none, undefined without settings. */
export async function readOrgToken(
  client: PackageClient,
  orgId: OrgId,
): Promise<string | undefined> {
  const row = await settingsRow(client, orgId);
  return row && String(row.fields['Token__c'] ?? '');
}

export async function writeToken(
  client: PackageClient,
  orgId: OrgId,
  token: string,
): Promise<void> {
  const row = await settingsRow(client, orgId);
  if (row !== undefined) await client.update(SETTINGS, row.id, { Token__c: token });
}

/** Ticks or unticks *Disable Mixmax RTS* for the whole org. */
export async function writeDisabled(
  client: PackageClient,
  orgId: OrgId,
  disabled: boolean,
): Promise<'written' | 'missing'> {
  const row = await settingsRow(client, orgId);
  if (row === undefined) return 'missing';
  await client.update(SETTINGS, row.id, { Disable_RTS__c: disabled });
  return 'written';
}

/** The org-wide row. */
async function settingsRow(client: PackageClient, orgId: OrgId): Promise<ReadRecord | undefined> {
  const where = `SetupOwnerId = ${soqlText(orgId)}`;
  const [row] = await client.rows(SETTINGS, ['Token__c'], where);
  return row;
}

/** Sends a ping through the org's own Apex path; it comes back as a `salesforce.ping` notice. */
export async function publishPing(client: PackageClient): Promise<void> {
  await client.publish(CHANGE_EVENT, { Operation__c: 'ping' });
}

/**
 * Makes the org's synced fields say what the conditions say. Rows that are not wanted are deactivated, not deleted:
 * admins see what was synced once. Costs one call to read and one per 200 rows that differ.
 * @returns how many rows were written
 */
export async function writeSyncedFields(
  client: PackageClient,
  conditions: Conditions,
): Promise<number> {
  const rows = await syncedFieldChanges(client, conditions);
  await writeSyncedRows(client, rows);
  return rows.length;
}

/** The rows to write so that the org's synced fields say what the conditions say. */
export async function syncedFieldChanges(
  client: PackageClient,
  conditions: Conditions,
): Promise<readonly Fields[]> {
  const stored = await readSyncedFields(client);
  const wanted = wantedRows(conditions);
  const rows: Fields[] = [];
  for (const [key, row] of wanted) {
    if (stored.get(key) !== true) rows.push({ ...row, Key__c: key, Active__c: true });
  }
  for (const [key, active] of stored) {
    if (active && !wanted.has(key)) rows.push({ Key__c: key, Active__c: false });
  }
  return rows;
}

export async function writeSyncedRows(
  client: PackageClient,
  rows: readonly Fields[],
): Promise<void> {
  await client.upsert(SYNCED_FIELD, 'Key__c', rows);
}

/** Key → whether the row is active. */
async function readSyncedFields(client: PackageClient): Promise<ReadonlyMap<string, boolean>> {
  const rows = new Map<string, boolean>();
  for (const { fields } of await client.rows(SYNCED_FIELD, ['Key__c', 'Active__c'])) {
    const key = fields['Key__c'];
    if (typeof key === 'string') rows.set(key.toLowerCase(), fields['Active__c'] === true);
  }
  return rows;
}

function wantedRows(conditions: Conditions): ReadonlyMap<string, Fields> {
  const rows = new Map<string, Fields>();
  if (!conditions.on) return rows;
  for (const [object, fields] of Object.entries(conditions.objects)) {
    for (const field of fields) {
      const key = `${object}.${field}`.toLowerCase();
      rows.set(key, { Object__c: object, Field__c: field });
    }
  }
  return rows;
}
