import { AppError } from '#core/errors.ts';
import { recordId } from '#core/ids.ts';
import type { FieldValue } from '#core/record.ts';
import type { ReadRecord, Salesforce } from '#ports/salesforce.ts';
import { restReader } from './values.ts';

/** Members of a row that are no fields of the mirror. */
const NO_FIELDS = new Set(['Id', 'attributes']);

type ReadRow = (row: unknown) => ReadRecord;

/** Turns REST's JSON records into the mirror's values, by the described types of their object. */
export function createRecordReader(describe: Salesforce['describe']) {
  async function describing(object: string, fields: readonly string[]) {
    const kept = await describe(object);
    const names = new Set(kept?.fields.map(({ name }) => name));
    // A field that is younger than the describe that was kept.
    const knowsAll = fields.every((field) => NO_FIELDS.has(field) || names.has(field));
    return knowsAll ? kept : describe(object, { fresh: true });
  }

  /** @param fields those that rows will hold */
  async function forObject(object: string, fields: readonly string[]): Promise<ReadRow> {
    const described = await describing(object, fields);
    if (described === undefined) {
      throw new AppError('salesforce-refused', `The Sync User does not see the object ${object}.`);
    }
    const readers = new Map(
      described.fields.map(({ name, type }) => [name, restReader(name, type)] as const),
    );
    return (row) => {
      let id: unknown;
      const fields: [string, FieldValue][] = [];
      for (const [name, json] of Object.entries(membersOf(row))) {
        if (name === 'Id') id = json;
        else if (name !== 'attributes') {
          const read = readers.get(name) ?? unknownField(object, name);
          fields.push([name, read(json)]);
        }
      }
      return {
        id: recordId(typeof id === 'string' ? id : '', `${object}.Id`),
        fields: Object.fromEntries(fields),
      };
    };
  }

  /** Records of a query page; their object stands in each record's `attributes`. */
  async function readAll(rows: readonly unknown[]): Promise<readonly ReadRecord[]> {
    const readRows = new Map<string, ReadRow>();
    const records: ReadRecord[] = [];
    for (const row of rows) {
      const type = typeOf(row);
      const read = readRows.get(type) ?? (await forObject(type, Object.keys(membersOf(row))));
      readRows.set(type, read);
      records.push(read(row));
    }
    return records;
  }

  return { forObject, readAll };
}

function typeOf(row: unknown): string {
  const { attributes } = membersOf(row);
  const { type } = membersOf(attributes);
  return typeof type === 'string' ? type : noRecord();
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : noRecord();
}

function noRecord(): never {
  throw new AppError('salesforce-refused', 'A query answered something that is no record.');
}

function unknownField(object: string, field: string): never {
  const name = /^\w{1,80}$/.test(field) ? field : 'a member';
  throw new AppError('salesforce-refused', `${object}: ${name} is not in the object's describe.`);
}
