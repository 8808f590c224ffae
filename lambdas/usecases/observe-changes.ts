import { ANNOUNCED_OBJECTS } from '#core/field-sets.ts';
import {
  type Burst,
  burstsOf,
  type ObservedChanges,
  withOverwritten,
} from '#core/observed-changes.ts';
import { soqlName, soqlTime } from '#core/soql.ts';
import type { Salesforce } from '#ports/salesforce.ts';

type ObservedSalesforce = Pick<Salesforce, 'describe' | 'count' | 'query'>;

const DAY_MS = 24 * 60 * 60_000;
/** Up to so many changes of an object every stamp is read; above, pieces are. */
const READ_WHOLE = 10_000;
/** What one page of a query holds. */
const PIECE_ROWS = 2_000;
const PIECES_A_DAY = 3;

/**
 * What an org's records tell of its last days: when how many were saved together, by object (LastModifiedDate: what
 * runs triggers moves it). Costs 3 calls an object and one per 2,000 changes up to 10,000; above that 3 to 6 a day.
 */
export async function observeChanges(
  salesforce: ObservedSalesforce,
  window: { readonly fromMs: number; readonly toMs: number },
): Promise<ObservedChanges & { readonly rows: ReadonlyMap<string, number> }> {
  const bursts = new Map<string, readonly Burst[]>();
  const rows = new Map<string, number>();
  for (const object of ANNOUNCED_OBJECTS) {
    if ((await salesforce.describe(object)) === undefined) continue;
    const total = await salesforce.count(object);
    rows.set(object, total);
    bursts.set(object, withOverwritten(await burstsIn(salesforce, object, window), total, window));
  }
  return { ...window, bursts, rows };
}

async function burstsIn(
  salesforce: ObservedSalesforce,
  object: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly Burst[]> {
  const changed = await salesforce.count(object, changedIn(fromMs, toMs), { all: true });
  if (changed === 0) return [];
  if (changed <= READ_WHOLE) return burstsOf(await readStamps(salesforce, object, fromMs, toMs));
  const bursts: Burst[] = [];
  const stepMs = DAY_MS / PIECES_A_DAY;
  for (let startMs = fromMs; startMs < toMs; startMs += stepMs) {
    const endMs = Math.min(startMs + stepMs, toMs);
    bursts.push(...(await samplePiece(salesforce, object, startMs, endMs)));
  }
  return bursts;
}

/** Reads the first stamps of a stretch; the rest of it is taken to go on alike. */
async function samplePiece(
  salesforce: ObservedSalesforce,
  object: string,
  fromMs: number,
  toMs: number,
): Promise<readonly Burst[]> {
  const stamps = await readStamps(salesforce, object, fromMs, toMs, PIECE_ROWS);
  const read = burstsOf(stamps);
  const [firstMs, lastMs] = [stamps[0], stamps.at(-1)];
  if (stamps.length < PIECE_ROWS || firstMs === undefined || lastMs === undefined) return read;
  const all = await salesforce.count(object, changedIn(fromMs, toMs), { all: true });
  const left = Math.max(0, all - stamps.length);
  const copies = Math.ceil(left / PIECE_ROWS);
  const rest = Array.from({ length: copies }, (_, copy) =>
    read.map(({ atMs, rows }) => {
      // As dense as what was read, one after the other from where it ended.
      const laterMs = (copy + 1) * (lastMs + 1_000 - firstMs);
      const times = left / (copies * PIECE_ROWS);
      return { atMs: Math.min(atMs + laterMs, toMs - 1), rows, times };
    }),
  );
  return [read, ...rest].flat();
}

async function readStamps(
  salesforce: ObservedSalesforce,
  object: string,
  fromMs: number,
  toMs: number,
  limit?: number,
): Promise<readonly number[]> {
  const end = limit === undefined ? '' : ` LIMIT ${limit}`;
  const soql = `SELECT Id, LastModifiedDate FROM ${soqlName(object)} WHERE ${changedIn(fromMs, toMs)} ORDER BY LastModifiedDate${end}`;
  const stamps: number[] = [];
  for await (const { records } of salesforce.query(soql, { all: true })) {
    for (const { fields } of records) stamps.push(Date.parse(String(fields['LastModifiedDate'])));
  }
  return stamps;
}

function changedIn(fromMs: number, toMs: number): string {
  return `LastModifiedDate >= ${soqlTime(fromMs)} AND LastModifiedDate < ${soqlTime(toMs)}`;
}
