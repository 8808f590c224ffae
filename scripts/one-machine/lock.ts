import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { UserError } from './user-error.ts';

/**
 * One `npm start` per data folder. A lock left by a killed process is taken over.
 * @throws UserError naming the process that runs on the folder
 */
export function lockDataDir(dataDir: string): void {
  const file = join(dataDir, 'pid');
  const holder = readHolder(file);
  if (holder !== undefined && holder !== process.pid && isRunning(holder)) {
    throw new UserError(
      `Process ${holder} already runs on ${dataDir}. Stop it, or choose another folder with --data DIR. (If ${holder} is something else, delete ${file}.)`,
    );
  }
  writeFileSync(file, `${process.pid}\n`);
}

function readHolder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
