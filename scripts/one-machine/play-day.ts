import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'jsforce';
import type { LocalFile } from '../demo/local-file.ts';
import { SALES_PEOPLE, sampleDay } from '../demo/sample-day.ts';
import { writeSecretFile } from './secret-file.ts';

/** The day goes by in about two minutes. */
const BETWEEN_MS = 2_500;
/** How long the receiver is left alone that does not take activities yet. */
const RETRY_MS = 2_000;

/** How far the day has come, kept with the data: a second start goes on with it. */
interface Progress {
  /** Receiver's clock when it was begun, ms. */
  readonly nowMs: number;
  readonly sent: number;
}

/** Adds the team to a new practice org, and has its day played once the org is connected. */
export async function prepareDay(
  connection: Connection,
  dataDir: string,
  nowMs: number,
): Promise<void> {
  const profile = "SELECT Id FROM Profile WHERE Name = 'Standard User'";
  const [standard] = (await connection.query<{ Id: string }>(profile)).records;
  if (standard === undefined) throw new Error('The practice org has no profile Standard User.');
  const results = await connection
    .sobject('User')
    .create(SALES_PEOPLE.map((person) => ({ ...person, ...LOCALE, ProfileId: standard.Id })));
  const refused = results.find(({ success }) => !success);
  if (refused) throw new Error(`A sample user was refused: ${refused.errors[0]?.message}`);
  keep(dataDir, { nowMs, sent: 0 });
}

const LOCALE = {
  TimeZoneSidKey: 'GMT',
  LocaleSidKey: 'en_US',
  LanguageLocaleKey: 'en_US',
  EmailEncodingKey: 'UTF-8',
} as const;

/**
 * Sends what is left of the day, one activity after the other, as Mixmax would: to the public API, with the org's key.
 * Nothing is sent where no day was prepared, or it is over. What is sent twice after a kill is taken once.
 *
 * @throws Error with the receiver's own words when it takes one for good
 */
export async function playDay(local: LocalFile, dataDir: string, stop: AbortSignal): Promise<void> {
  let progress = readProgress(dataDir);
  if (progress === undefined) return;
  const day = sampleDay(progress.nowMs);
  while ((await phaseOf(local, stop)) === 'auditing') {
    await sleep(RETRY_MS, undefined, { signal: stop });
  }
  while (progress.sent < day.length && !stop.aborted) {
    const taken = await send(local, day[progress.sent], stop);
    if (taken) {
      progress = { ...progress, sent: progress.sent + 1 };
      keep(dataDir, progress);
    }
    await sleep(taken ? BETWEEN_MS : RETRY_MS, undefined, { signal: stop });
  }
}

/** Who is in the org, the receiver knows after its first audit. */
async function phaseOf({ api, orgId, apiKey }: LocalFile, signal: AbortSignal): Promise<string> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const response = await fetch(`${api}/v1/orgs/${orgId}/status`, { headers, signal });
  return ((await response.json()) as { state: string }).state;
}

/** @returns whether it was taken; not while the receiver still reads the org, or its stores do not answer */
async function send(local: LocalFile, activity: unknown, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(`${local.api}/v1/orgs/${local.orgId}/activities`, {
    method: 'POST',
    headers: { authorization: `Bearer ${local.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ activities: [activity] }),
    signal,
  });
  const answer = (await response.json()) as {
    detail?: string;
    results?: readonly { outcome: string; fault?: { pointer: string; reason: string } }[];
  };
  if (response.status === 503) return false;
  if (!response.ok) throw new Error(`The receiver takes no activities: ${answer.detail}`);
  const fault = answer.results?.[0]?.fault;
  if (fault === undefined) return true;
  throw new Error(`An activity of the sample day was refused: ${fault.pointer} ${fault.reason}.`);
}

function readProgress(dataDir: string): Progress | undefined {
  const file = fileOf(dataDir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Progress) : undefined;
}

function keep(dataDir: string, progress: Progress): void {
  writeSecretFile(fileOf(dataDir), `${JSON.stringify(progress)}\n`);
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'sample-day.json');
}
