import type { Connection } from '@salesforce/core';
import { isTooOld } from '#core/examination.ts';
import { packageFiles } from '../../check/package-source.ts';
import { query, quoted, type Row, textOf, toolingQuery } from '../org-facts.ts';
import { when } from '../reader-time.ts';
import { type Finding, green, red, yellow } from './finding.ts';

/** What the checks of the org itself look at, by the user that `sf` is signed in as. */
export interface ExaminedOrg {
  readonly connection: Connection;
  /** 18 characters. */
  readonly orgId: string;
  /** Namespace of the package with two underscores, empty for none. */
  readonly prefix: string;
  /** Mixmax Settings for the whole org, without the token; undefined where there are none. */
  readonly settings: Row | undefined;
}

/** @returns undefined where the package is not in the org, or the user may not see it */
export async function examineOrg(
  connection: Connection,
  orgId: string,
): Promise<ExaminedOrg | undefined> {
  const { sobjects } = await connection.describeGlobal();
  const object = sobjects.find(({ name }) => /^(\w+__)?Mixmax_Settings__c$/.test(name))?.name;
  if (object === undefined) return undefined;
  const prefix = object.slice(0, -'Mixmax_Settings__c'.length);
  const fields = ['Disable_RTS__c', 'Gateway_URL__c', 'Org_Id__c'].map((name) => prefix + name);
  const [settings] = await query(
    connection,
    `SELECT ${fields.join(', ')} FROM ${object} WHERE SetupOwnerId = '${quoted(orgId)}'`,
  );
  return { connection, orgId, prefix, settings };
}

export function checkSettings({ settings, prefix, orgId }: ExaminedOrg): readonly Finding[] {
  const connectAgain = 'Run `sf mixmax rts connect` again: it writes them.';
  if (settings === undefined) {
    return [red('Mixmax Settings', 'The org has none, so Apex is silent.', connectAgain)];
  }
  const pinned = textOf(settings, `${prefix}Org_Id__c`).slice(0, 15) === orgId.slice(0, 15);
  const disabled = settings[`${prefix}Disable_RTS__c`] === true;
  return [
    pinned
      ? green('Sandbox pin', 'The settings are of this org.')
      : red(
          'Sandbox pin',
          'The settings were copied from another org, as into a sandbox, and are inert.',
          'Connect this org as its own: `sf mixmax rts connect`.',
        ),
    disabled
      ? yellow(
          'Disable Mixmax RTS',
          'It is ticked: Apex tells nothing.',
          'Untick it: `sf mixmax rts enable`.',
        )
      : green('Disable Mixmax RTS', 'It is not ticked for the org.'),
  ];
}

/** The triggers as the plugin's own copy of the package names them. */
export async function checkTriggers({ connection }: ExaminedOrg): Promise<Finding> {
  const wanted = packageFiles('.trigger').map(({ name }) => name);
  const rows = await toolingQuery(connection, 'SELECT Name, Status FROM ApexTrigger');
  const status = new Map(rows.map((row) => [textOf(row, 'Name'), textOf(row, 'Status')]));
  const missing = wanted.filter((name) => !status.has(name));
  const inactive = wanted.filter((name) => status.has(name) && status.get(name) !== 'Active');
  if (missing.length + inactive.length === 0) {
    return green('Triggers', `All ${wanted.length} are there and active.`);
  }
  const parts = [
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...(inactive.length > 0 ? [`inactive: ${inactive.join(', ')}`] : []),
  ];
  return red(
    'Triggers',
    `Not all work; ${parts.join('; ')}.`,
    'Deploy or install the package again.',
  );
}

export async function checkRemoteSite({
  connection,
  settings,
  prefix,
}: ExaminedOrg): Promise<Finding> {
  const url = textOf(settings, `${prefix}Gateway_URL__c`);
  if (!URL.canParse(url)) {
    return red(
      'Remote site',
      'Mixmax Settings hold no gateway address.',
      'Run `sf mixmax rts connect`.',
    );
  }
  const { origin } = new URL(url);
  const sites = await toolingQuery(connection, 'SELECT EndpointUrl, IsActive FROM RemoteProxy');
  const ours = sites.filter((row) => originOf(textOf(row, 'EndpointUrl')) === origin);
  if (ours.some((row) => row['IsActive'] === true)) {
    return green('Remote site', `Callouts to ${origin} are allowed.`);
  }
  const fix = 'Setup > Remote Site Settings: tick Active for it, or add it.';
  const is = ours.length > 0 ? 'is there and not active' : 'is missing';
  return red('Remote site', `The one for ${origin} ${is}: Apex cannot call out.`, fix);
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}

/** Apex' own modes: it coalesces from 25 %, is frugal from 80 %, and stops from 95 %. */
const COALESCING = 25;
const ECONOMY = 80;
const STOPPED = 95;

export async function checkAsyncHeadroom({ connection }: ExaminedOrg): Promise<Finding> {
  const limits = (await connection.request('/limits')) as Record<
    string,
    { Max: number; Remaining: number } | undefined
  >;
  const asyncs = limits['DailyAsyncApexExecutions'];
  if (asyncs === undefined) {
    return yellow(
      'Asynchronous Apex',
      'The org does not tell how much is left.',
      'Look in Setup > System Overview.',
    );
  }
  const used = Math.round((100 * (asyncs.Max - asyncs.Remaining)) / Math.max(1, asyncs.Max));
  const found = `${used} % of today's ${asyncs.Max} executions are used.`;
  const fix = 'Setup > Apex Jobs shows who uses them. Sync goes on, with longer waits.';
  if (used >= STOPPED) return red('Asynchronous Apex', `${found} Notices wait.`, fix);
  if (used >= ECONOMY) return yellow('Asynchronous Apex', `${found} Notices come by minutes.`, fix);
  const mode = used >= COALESCING ? 'Notices are put together.' : 'Notices go at once.';
  return green('Asynchronous Apex', `${found} ${mode}`);
}

/** Notices are refused when their time is off by more than five minutes. */
const SKEW_RED_MS = 240_000;
const SKEW_YELLOW_MS = 60_000;

/** @param receiverNow the receiver's own time, ISO 8601, told just now */
export async function checkClock(
  { connection }: ExaminedOrg,
  receiverNow: string,
): Promise<Finding> {
  const askedMs = Date.now();
  const response = await fetch(`${connection.instanceUrl}/services/data`);
  await response.arrayBuffer();
  const orgMs = Date.parse(response.headers.get('date') ?? '');
  const skewMs = Math.abs(orgMs - (Date.parse(receiverNow) + (Date.now() - askedMs)));
  const found = `Org and receiver differ by ${Math.round(skewMs / 1000)} s.`;
  const fix = "Let the receiver's machine keep time by NTP; from 300 s on notices are refused.";
  if (Number.isNaN(skewMs)) return yellow('Clocks', 'The org tells no time.', fix);
  if (skewMs >= SKEW_RED_MS) return red('Clocks', found, fix);
  return skewMs >= SKEW_YELLOW_MS ? yellow('Clocks', found, fix) : green('Clocks', found);
}

export async function checkBreaker({ connection, orgId, prefix }: ExaminedOrg): Promise<Finding> {
  const [state] = await query(
    connection,
    `SELECT ${prefix}Paused_Until__c, ${prefix}Pause_Reason__c FROM ${prefix}Mixmax_State__c WHERE SetupOwnerId = '${quoted(orgId)}'`,
  );
  const until = textOf(state, `${prefix}Paused_Until__c`);
  if (until === '' || Date.parse(until) <= Date.now()) return green('Breaker', 'It is closed.');
  const reason = textOf(state, `${prefix}Pause_Reason__c`);
  return red(
    'Breaker',
    `Apex sends nothing until ${when(until)}: ${reason}.`,
    'Mend the reason; it closes by itself, and what was saved meanwhile is read.',
  );
}

export async function checkPackageVersion({ connection }: ExaminedOrg): Promise<Finding> {
  const rows = await toolingQuery(
    connection,
    'SELECT SubscriberPackage.Name, SubscriberPackageVersion.MajorVersion, SubscriberPackageVersion.MinorVersion, SubscriberPackageVersion.PatchVersion FROM InstalledSubscriberPackage',
  );
  const ours = rows.find((row) => /^Mixmax Real-Time Sync\b/.test(nameOf(row)));
  if (ours === undefined)
    return green('Package', 'It is in the org, deployed from source or without a version.');
  const version = versionOf(ours);
  return isTooOld(version)
    ? red('Package', `Version ${version} is too old for Sync Conditions.`, 'Install a newer one.')
    : green('Package', `Version ${version} is installed.`);
}

function nameOf(row: Row): string {
  return textOf((row['SubscriberPackage'] ?? undefined) as Row | undefined, 'Name');
}

function versionOf(row: Row): string {
  const version = (row['SubscriberPackageVersion'] ?? {}) as Row;
  return ['MajorVersion', 'MinorVersion', 'PatchVersion']
    .map((name) => String(version[name] ?? 0))
    .join('.');
}
