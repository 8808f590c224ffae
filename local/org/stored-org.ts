import { type Random, seededRandom } from '../seeded-random.ts';
import type { SqliteRecordStore } from './store/sqlite-record-store.ts';

/**
 * A database that exists already keeps the id it was made with.
 * @throws Error when it holds another org
 */
export function storedOrgId(store: SqliteRecordStore, asked: string): string {
  if (store.read('Organization', asked) === undefined) {
    throw new Error(`The database holds another org than ${asked}: use another data folder.`);
  }
  return asked;
}

/** The user the platform acts as, 18 characters. */
export function platformUserId(store: SqliteRecordStore, orgId: string): string {
  const username = `autoproc@${orgId.toLowerCase()}`;
  const [id] = store.findByKey('User', 'Username', username);
  if (id === undefined) throw new Error(`The org has no user ${username}.`);
  return id;
}

/** The same seed gives the same run, but the second run on a database draws other tokens and ids than the first. */
export function randomOfThisRun(seed: string, store: SqliteRecordStore): Random {
  return seededRandom(`${seed}/run-${store.documents.next('runs')}`);
}
