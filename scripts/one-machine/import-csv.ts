import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CsvError, parse } from 'csv-parse';
import type { Connection, SaveResult } from 'jsforce';
import { checkValue, type ImportField, importFields } from './import-fields.ts';
import { UserError } from './user-error.ts';

/** Parents before children, so that every reference is known when it is needed. */
const ORDER = [
  'Campaign',
  'Account',
  'Contact',
  'Lead',
  'Opportunity',
  'OpportunityContactRole',
  'CampaignMember',
  'Task',
  'Event',
];
const BATCH = 200;

interface ImportFile {
  readonly object: string;
  readonly path: string;
  readonly name: string;
}

interface CheckedFile extends ImportFile {
  readonly fields: readonly ImportField[];
}

type Row = readonly string[];

/**
 * Loads a folder of CSV files, one per object, as `sf data export bulk` writes them. Everything is checked first; a
 * broken file loads nothing. Old ids are mapped to the new ones; owners that the org does not have become the loader.
 *
 * @returns rows loaded per object
 * @throws UserError naming file, line, column and reason
 */
export async function importFolder(
  connection: Connection,
  folder: string,
): Promise<ReadonlyMap<string, number>> {
  const files = await checkFolder(connection, folder);
  const newIds = new Map<string, string>();
  const loaded = new Map<string, number>();
  for (const file of files) loaded.set(file.object, await loadFile(connection, file, newIds));
  for (const file of files) await linkSelfReferences(connection, file, newIds);
  return loaded;
}

async function checkFolder(connection: Connection, folder: string): Promise<CheckedFile[]> {
  const files = listFiles(folder);
  const checked: CheckedFile[] = [];
  const idsByObject = new Map<string, Set<string>>();
  for (const file of files) {
    const header = await readHeader(file);
    const described = await connection.describe(file.object);
    const fields = importFields(file.name, header, described.fields);
    idsByObject.set(file.object, await checkRows(file, fields));
    checked.push({ ...file, fields });
  }
  for (const file of checked) await checkReferences(file, idsByObject);
  return checked;
}

function listFiles(folder: string): ImportFile[] {
  const names = readdirSync(folder).filter((name) => name.toLowerCase().endsWith('.csv'));
  if (names.length === 0) throw new UserError(`--import ${folder}: there is no CSV file in it.`);
  const files = names.map((name): ImportFile => {
    const object = ORDER.find((known) => `${known}.csv`.toLowerCase() === name.toLowerCase());
    if (!object) {
      throw new UserError(
        `${name}: this object cannot be imported. Files may be named ${ORDER.map((o) => `${o}.csv`).join(', ')}.`,
      );
    }
    return { object, path: join(folder, name), name };
  });
  return files.toSorted((a, b) => ORDER.indexOf(a.object) - ORDER.indexOf(b.object));
}

async function readHeader(file: ImportFile): Promise<Row> {
  for await (const { row } of rowsOf(file)) return row;
  throw new UserError(`${file.name}: the file is empty; its first line must name the fields.`);
}

/** @returns the old ids of the file */
async function checkRows(file: ImportFile, fields: readonly ImportField[]): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const { row, line } of dataRowsOf(file)) {
    for (const [column, field] of fields.entries()) {
      const fault = checkValue(field, row[column] ?? '');
      if (fault) throw new UserError(`${file.name}, line ${line}, column ${field.name}: ${fault}.`);
      if (field.use === 'id') ids.add(key(row[column] ?? ''));
    }
  }
  return ids;
}

async function checkReferences(
  file: CheckedFile,
  idsByObject: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<void> {
  const references = file.fields.filter((field) => field.use === 'reference');
  if (references.length === 0) return;
  for await (const { row, line } of dataRowsOf(file)) {
    for (const field of references) {
      const value = row[field.column] ?? '';
      const known = value === '' || field.targets.some((t) => idsByObject.get(t)?.has(key(value)));
      if (!known) {
        throw new UserError(
          `${file.name}, line ${line}, column ${field.name}: no row of ${field.targets
            .filter((target) => ORDER.includes(target))
            .map((target) => `${target}.csv`)
            .join(' or ')} has this Id.`,
        );
      }
    }
  }
}

async function loadFile(
  connection: Connection,
  file: CheckedFile,
  newIds: Map<string, string>,
): Promise<number> {
  let batch: { record: Record<string, string>; oldId: string }[] = [];
  let loaded = 0;
  const flush = async () => {
    const results = await connection.sobject(file.object).create(
      batch.map(({ record }) => record),
      { allOrNone: true },
    );
    const fault = faultOf(results);
    if (fault) {
      throw new UserError(`${file.name}, data row ${loaded + fault.index + 1}: ${fault.reason}.`);
    }
    for (const [index, { id }] of results.entries()) {
      const oldId = batch[index]?.oldId;
      if (oldId && id !== undefined) newIds.set(oldId, id);
    }
    loaded += batch.length;
    batch = [];
  };
  for await (const { row } of dataRowsOf(file)) {
    batch.push(toRecord(file, row, newIds));
    if (batch.length === BATCH) await flush();
  }
  if (batch.length > 0) await flush();
  return loaded;
}

function toRecord(
  file: CheckedFile,
  row: Row,
  newIds: ReadonlyMap<string, string>,
): { record: Record<string, string>; oldId: string } {
  const record: Record<string, string> = {};
  let oldId = '';
  for (const field of file.fields) {
    const value = row[field.column] ?? '';
    if (value === '') continue;
    if (field.use === 'id') oldId = key(value);
    else if (field.use === 'value') record[field.name] = value;
    else if (field.use === 'reference') {
      const id = newIds.get(key(value));
      if (id) record[field.name] = id;
    }
  }
  return { record, oldId };
}

/** Parent accounts and managers may stand further down in the same file. */
async function linkSelfReferences(
  connection: Connection,
  file: CheckedFile,
  newIds: ReadonlyMap<string, string>,
): Promise<void> {
  const own = file.fields.filter((f) => f.use === 'reference' && f.targets.includes(file.object));
  const idColumn = file.fields.find((field) => field.use === 'id')?.column;
  if (own.length === 0 || idColumn === undefined) return;
  const updates: { Id: string; [field: string]: string }[] = [];
  const lines: number[] = [];
  for await (const { row, line } of dataRowsOf(file)) {
    const links = own.flatMap((field) => {
      const target = newIds.get(key(row[field.column] ?? ''));
      return target ? [[field.name, target] as const] : [];
    });
    const Id = newIds.get(key(row[idColumn] ?? ''));
    if (Id && links.length > 0) {
      updates.push({ Id, ...Object.fromEntries(links) });
      lines.push(line);
    }
  }
  for (let start = 0; start < updates.length; start += BATCH) {
    const part = updates.slice(start, start + BATCH);
    const fault = faultOf(await connection.sobject(file.object).update(part, { allOrNone: true }));
    if (fault) {
      throw new UserError(`${file.name}, line ${lines[start + fault.index]}: ${fault.reason}.`);
    }
  }
}

const ROLLED_BACK = 'ALL_OR_NONE_OPERATION_ROLLED_BACK';

/** The row that was refused; with all-or-none the rows before it fail too, and only say that they were rolled back. */
function faultOf(
  results: readonly SaveResult[],
): { readonly index: number; readonly reason: string | undefined } | undefined {
  const failed = [...results.entries()].filter(([, { success }]) => !success);
  const cause = failed.find(([, { errors }]) => errors[0]?.errorCode !== ROLLED_BACK) ?? failed[0];
  return cause && { index: cause[0], reason: cause[1].errors[0]?.message };
}

/** Ids of 15 and 18 characters are the same id. */
function key(id: string): string {
  return id.slice(0, 15);
}

async function* dataRowsOf(file: ImportFile): AsyncGenerator<{ row: Row; line: number }> {
  let first = true;
  for await (const one of rowsOf(file)) {
    if (!first) yield one;
    first = false;
  }
}

async function* rowsOf(file: ImportFile): AsyncGenerator<{ row: Row; line: number }> {
  const parser = createReadStream(file.path).pipe(parse({ bom: true, info: true }));
  try {
    for await (const item of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      yield { row: item.record, line: item.info.lines };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const column = typeof error['column'] === 'number' ? `, column ${error['column'] + 1}` : '';
    throw new UserError(`${file.name}, line ${String(error['lines'])}${column}: ${error.message}`);
  }
}
