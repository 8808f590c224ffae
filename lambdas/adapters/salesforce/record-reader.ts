import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { recordId } from '#core/ids.ts';
import type { FieldValue } from '#core/record.ts';
import type { ReadRecord, Salesforce } from '#ports/salesforce.ts';
import { restReader } from './values.ts';

const record = z.record(z.string(), z.unknown());
const attributes = z.object({ type: z.string() });

type ReadRow = (row: unknown) => ReadRecord;

/** Turns REST's JSON records into the mirror's values, by the described types of their object. */
export function createRecordReader(describe: Salesforce['describe']) {
  async function forObject(object: string): Promise<ReadRow> {
    const described = await describe(object);
    if (described === undefined) {
      throw new AppError('salesforce-refused', `The Sync User does not see the object ${object}.`);
    }
    const readers = new Map(
      described.fields.map(({ name, type }) => [name, restReader(name, type)] as const),
    );
    return (row) => {
      const { attributes: _, Id, ...cells } = record.parse(row);
      const fields: [string, FieldValue][] = [];
      for (const [name, json] of Object.entries(cells)) {
        const read = readers.get(name) ?? unknownField(object, name);
        fields.push([name, read(json)]);
      }
      return {
        id: recordId(typeof Id === 'string' ? Id : '', `${object}.Id`),
        fields: Object.fromEntries(fields),
      };
    };
  }

  /** Records of a query page; their object stands in each record's `attributes`. */
  async function readAll(rows: readonly unknown[]): Promise<readonly ReadRecord[]> {
    const readRows = new Map<string, ReadRow>();
    const records: ReadRecord[] = [];
    for (const row of rows) {
      const { type } = attributes.parse(record.parse(row)['attributes']);
      const read = readRows.get(type) ?? (await forObject(type));
      readRows.set(type, read);
      records.push(read(row));
    }
    return records;
  }

  return { forObject, readAll };
}

function unknownField(object: string, field: string): never {
  throw new AppError(
    'salesforce-refused',
    `${object}.${field.slice(0, 80)} is not in the object's describe.`,
  );
}
