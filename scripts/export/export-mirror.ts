import { closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A GET request to the org's API. @returns the parsed answer; throws unless it is answered well */
export type Ask = (path: string) => Promise<unknown>;

interface ExportedObject {
  readonly object: string;
  readonly records: number;
}

const PAGE = 500;

/**
 * Writes an org's whole mirror, deleted and hidden records too, as the HTTP API shows it: a file per object, a JSON
 * object per line, in id order. A file has its name only once it is whole. What changes meanwhile may be in it or not.
 *
 * @param folder made if need be; readable by its owner only
 */
export async function exportMirror(ask: Ask, folder: string): Promise<readonly ExportedObject[]> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { objects } = (await ask('/status')) as { objects: readonly { object: string }[] };
  const exported: ExportedObject[] = [];
  for (const { object } of objects) {
    exported.push({ object, records: await exportObject(ask, object, join(folder, object)) });
  }
  return exported;
}

async function exportObject(ask: Ask, object: string, path: string): Promise<number> {
  const unfinished = `${path}.part`;
  const file = openSync(unfinished, 'w', 0o600);
  let written = 0;
  try {
    for await (const record of recordsOf(ask, object)) {
      writeSync(file, `${JSON.stringify(record)}\n`);
      written += 1;
    }
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, `${path}.jsonl`);
  return written;
}

async function* recordsOf(ask: Ask, object: string): AsyncGenerator<unknown> {
  for (let after: string | null = ''; after !== null; ) {
    const from = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
    const page = (await ask(`/records/${object}?limit=${PAGE}${from}`)) as Page;
    yield* page.records;
    after = page.next;
  }
}

interface Page {
  readonly records: readonly unknown[];
  readonly next: string | null;
}
