import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointAnswer, CheckpointRequest } from './checkpointer.ts';

/*
 * The thread behind checkpointer.ts: folds the write-ahead log of the database file `workerData` back into the file,
 * once for each request. A connection of its own, so that nobody else's waits for the disk.
 */

/** Who is in the way of a full round is waited for so long, with the writers waiting behind. */
const BUSY_TIMEOUT_MS = 50;

const database = new DatabaseSync(String(workerData), { timeout: BUSY_TIMEOUT_MS });
// What the log brings reaches the disk before the log is used anew.
database.exec('PRAGMA synchronous = NORMAL');
const rounds = {
  PASSIVE: database.prepare('PRAGMA wal_checkpoint(PASSIVE)'),
  FULL: database.prepare('PRAGMA wal_checkpoint(FULL)'),
};

parentPort?.on('message', (request: CheckpointRequest) => {
  if (request === 'close') {
    database.close();
    parentPort?.close();
    return;
  }
  const { log, checkpointed } = rounds[request].get() as unknown as CheckpointAnswer;
  parentPort?.postMessage({ log, checkpointed } satisfies CheckpointAnswer);
});
