import { loadStandardSchema } from '../../local/org/schema/standard-schema.ts';
import { createRecordStore } from '../../local/org/store/sqlite-record-store.ts';

const ACCOUNTS = 1_000;

/**
 * Writes contacts into the database of an org that is not running: past triggers and API, which would take minutes,
 * but by the store's own rules.
 */
export function fillWithContacts(database: string, orgId: string, count: number): void {
  const nowMs = Date.now();
  const store = createRecordStore({
    path: database,
    schema: loadStandardSchema(),
    now: () => nowMs,
    seed: { orgId, nowMs },
  });
  const [userId = ''] = store.findByKey('User', 'Username', 'alex@practice.example');
  const context = { nowMs, userId };
  store.begin();
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) =>
    String(store.insert('Account', { Name: `Account ${index}` }, context)['Id']),
  );
  for (let index = 0; index < count; index += 1) {
    const values = {
      AccountId: accounts[index % ACCOUNTS] ?? null,
      FirstName: `First ${index % 5_000}`,
      LastName: `Contact ${index}`,
      Email: `contact${index}@bench.example`,
      Phone: `+1 415 555 ${String(index % 10_000).padStart(4, '0')}`,
    };
    store.insert('Contact', values, context);
  }
  store.commit();
  store.close();
}
