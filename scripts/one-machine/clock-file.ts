import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSecretFile } from './secret-file.ts';

/**
 * How far this machine's clocks were moved ahead, kept with the data: after a restart time must not run backwards for
 * what is stored.
 */
export function clockOffsetMs(dataDir: string): number {
  const file = fileOf(dataDir);
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}

/** Written before any clock moves: a kill in between leaves none behind. */
export function keepClockOffset(dataDir: string, offsetMs: number): void {
  writeSecretFile(fileOf(dataDir), String(offsetMs));
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'clock-offset');
}
