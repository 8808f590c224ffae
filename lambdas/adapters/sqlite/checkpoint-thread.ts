import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointAnswer, CheckpointRequest } from './checkpointer.ts';

/*
 * The thread behind checkpointer.ts: folds the write-ahead log of the database file `workerData` back into the file,
 * once for each request. A connection of its own, so that nobody else's waits for the disk.
 */

const database = new DatabaseSync(String(workerData));
// What the log brings reaches the disk before the log is used anew.
database.exec('PRAGMA synchronous = NORMAL');
const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

parentPort?.on('message', (request: CheckpointRequest) => {
  if (request === 'close') {
    database.close();
    parentPort?.close();
    return;
  }
  const { log, checkpointed } = checkpoint.get() as unknown as CheckpointAnswer;
  parentPort?.postMessage({ log, checkpointed } satisfies CheckpointAnswer);
});
