import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from './user-error.ts';

/** A process whose npm was killed notices it within a fraction of this. */
const HOLDER_ENDS_WITHIN_MS = 2000;

/**
 * One `npm start` per data folder. A lock left by a killed process is taken over, one of a process that is ending is
 * waited for.
 * @throws UserError naming the process that runs on the folder
 */
export async function lockDataDir(dataDir: string): Promise<void> {
  const file = join(dataDir, 'pid');
  const holder = readHolder(file);
  const deadline = performance.now() + HOLDER_ENDS_WITHIN_MS;
  while (holder !== undefined && isRunning(holder) && performance.now() < deadline) await sleep(50);
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
