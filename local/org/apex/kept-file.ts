import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { deserialize, serialize } from 'node:v8';

/** What a file holds: a value, and the version of whatever it was made of and by. */
interface Kept<T> {
  readonly version: string;
  readonly value: T;
}

/** A file of another version, or one that a kill cut short, counts as none. */
export function readKept<T>(file: string, version: string): T | undefined {
  try {
    const kept = deserialize(readFileSync(file)) as Kept<T>;
    return kept.version === version ? kept.value : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all, also when two processes keep something at once. */
export function keep<T>(file: string, version: string, value: T): void {
  const written = `${file}.${process.pid}.new`;
  writeFileSync(written, serialize({ version, value } satisfies Kept<T>));
  renameSync(written, file);
}
