import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '#adapters/sqlite/database.ts';
import { RECEIVER_SHAPE } from '#adapters/sqlite/receiver-shape.ts';
import { SqliteMirrorStore } from '#adapters/sqlite/sqlite-mirror-store.ts';
import type { Harness } from '../support/contract-case.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { defineMirrorStoreContract } from './mirror-store.contract.ts';

async function over<Subject>(make: (database: DatabaseSync) => Subject): Promise<Harness<Subject>> {
  const database = openDatabase(':memory:', RECEIVER_SHAPE);
  return { subject: make(database), close: async () => database.close() };
}

defineMirrorStoreContract(
  'SQLite',
  () => over((database) => new SqliteMirrorStore(database, new ManualClock())),
  { runs: 100, manyRecords: 1_201 },
);
