import { readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';

/**
 * Compares the org with the mirror, record by record and field by field: the org by REST, the mirror by the public
 * API. Shares no code with the receiver, and runs in a process of its own. With conditions off every readable field
 * must be held; with conditions on, the fields that are held are compared.
 *
 *   node scripts/run.js scripts/demo/compare.ts [--local .data/local.json] [--json]
 *
 * Exit code 0 when nothing differs, 1 when something does.
 */
interface LocalFile {
  readonly api: string;
  readonly org: string;
  readonly orgId: string;
  readonly accessToken: string;
  readonly apiKey: string;
}

type Value = string | number | boolean | null;
type Row = Map<string, Value>;

interface Comparison {
  readonly object: string;
  readonly inOrg: number;
  readonly inMirror: number;
  readonly fields: number;
  /** Records that are missing, surplus or have a field that differs. */
  readonly different: number;
  /** The first few, ids and field names only. */
  readonly examples: readonly string[];
}

const OBJECTS = ['Account', 'Contact', 'Lead', 'Opportunity', 'Task', 'Event', 'User'];
/** Compounds repeat their parts, base64 is no value; a mirror holds neither. */
const NOT_MIRRORED = new Set(['address', 'location', 'base64', 'complexvalue', 'anyType', 'json']);
/** Told beside the fields: which records are deleted or merged away is not a field of a live one. */
const BESIDE_FIELDS = new Set(['IsDeleted', 'MasterRecordId']);
const EXAMPLES = 5;

async function compare(local: LocalFile): Promise<Comparison[]> {
  const results: Comparison[] = [];
  const { conditionsOn } = (await apiGet(local, '/status')) as { conditionsOn: boolean };
  const allHeld = !conditionsOn;
  for (const object of OBJECTS) {
    const fields = await describedFields(local, object);
    const [org, mirror] = await Promise.all([
      readOrg(local, object, fields),
      readMirror(local, object),
    ]);
    results.push(compareObject(object, fields, org, mirror, allHeld));
  }
  return results;
}

function compareObject(
  object: string,
  fields: readonly string[],
  org: ReadonlyMap<string, Row>,
  mirror: ReadonlyMap<string, Row>,
  allHeld: boolean,
): Comparison {
  const differences: string[] = [];
  for (const [id, row] of org) {
    const held = mirror.get(id);
    if (!held) differences.push(`${id}: missing in the mirror`);
    else {
      const names = fields.filter((name) =>
        held.has(name) ? held.get(name) !== row.get(name) : allHeld,
      );
      if (names.length > 0) differences.push(`${id}: ${names.join(', ')}`);
    }
  }
  for (const id of mirror.keys()) if (!org.has(id)) differences.push(`${id}: not in the org`);
  return {
    object,
    inOrg: org.size,
    inMirror: mirror.size,
    fields: fields.filter((name) => [...mirror.values()][0]?.has(name) ?? true).length,
    different: differences.length,
    examples: differences.slice(0, EXAMPLES),
  };
}

async function describedFields(local: LocalFile, object: string): Promise<string[]> {
  const described = (await orgGet(local, `/services/data/v66.0/sobjects/${object}/describe`)) as {
    fields: readonly { name: string; type: string }[];
  };
  return described.fields
    .filter((field) => !NOT_MIRRORED.has(field.type) && !BESIDE_FIELDS.has(field.name))
    .map((field) => field.name);
}

async function readOrg(
  local: LocalFile,
  object: string,
  fields: readonly string[],
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  const soql = encodeURIComponent(`SELECT ${fields.join(', ')} FROM ${object}`);
  let path: string | undefined = `/services/data/v66.0/query?q=${soql}`;
  while (path) {
    const page = (await orgGet(local, path)) as {
      records: readonly Record<string, Value>[];
      nextRecordsUrl?: string;
    };
    for (const record of page.records) {
      rows.set(
        String(record['Id']),
        new Map(fields.map((name) => [name, normalised(record[name])])),
      );
    }
    path = page.nextRecordsUrl;
  }
  return rows;
}

async function readMirror(local: LocalFile, object: string): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  let after = '';
  for (;;) {
    const page = (await apiGet(
      local,
      `/records/${object}?limit=1000${after && `&after=${after}`}`,
    )) as {
      records: readonly {
        id: string;
        deleted: boolean;
        hidden: boolean;
        fields: Record<string, Value>;
      }[];
      next?: string | null;
    };
    for (const record of page.records) {
      if (record.deleted || record.hidden) continue;
      rows.set(
        record.id,
        new Map(Object.entries(record.fields).map(([k, v]) => [k, normalised(v)])),
      );
    }
    if (!page.next) return rows;
    after = page.next;
  }
}

async function apiGet(local: LocalFile, path: string): Promise<unknown> {
  const url = `${local.api}/v1/orgs/${local.orgId}${path}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${local.apiKey}` } });
  if (!response.ok) throw new Error(`GET ${url} answered ${response.status}`);
  return await response.json();
}

async function orgGet(local: LocalFile, path: string): Promise<unknown> {
  const response = await fetch(local.org + path, {
    headers: { authorization: `Bearer ${local.accessToken}` },
  });
  if (!response.ok) throw new Error(`GET ${path.slice(0, 80)} answered ${response.status}`);
  return await response.json();
}

const DATE_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3})(?:\+0000|Z)$/;

/** Both sides write the same moment in two ways. */
function normalised(value: Value | undefined): Value {
  if (value === undefined) return null;
  if (typeof value !== 'string') return value;
  const match = DATE_TIME.exec(value);
  return match ? `${match[1]}Z` : value;
}

function comparisonTable(comparisons: readonly Comparison[]): string {
  const header = ['object', 'rows in org', 'in mirror', 'fields', 'different'];
  const rows = comparisons.map((c) =>
    [c.object, c.inOrg, c.inMirror, c.fields, c.different].map(String),
  );
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0),
      )
      .join('  ');
  const examples = comparisons.flatMap((c) => c.examples.map((text) => `  ${c.object} ${text}`));
  return [line(header), ...rows.map(line), ...examples].join('\n');
}

const { values } = parseArgs({
  options: { local: { type: 'string', default: '.data/local.json' }, json: { type: 'boolean' } },
});
const local = JSON.parse(readFileSync(values.local, 'utf8')) as LocalFile;
const comparisons = await compare(local);
const different = comparisons.reduce((total, one) => total + one.different, 0);
process.stdout.write(
  values.json ? `${JSON.stringify(comparisons)}\n` : `${comparisonTable(comparisons)}\n`,
);
process.exitCode = different === 0 ? 0 : 1;
