import { openSqliteStores, type SqliteStorePorts } from '#adapters/sqlite/open-sqlite-stores.ts';
import type { Harness } from '../support/contract-case.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { defineActivityLedgerContract } from './activity-ledger.contract.ts';
import { defineActivitySettingsContract } from './activity-settings.contract.ts';
import { defineChangeLogContract } from './change-log.contract.ts';
import { defineCreationsContract } from './creations.contract.ts';
import { defineDeadLettersContract } from './dead-letters.contract.ts';
import { defineFeedContract } from './feed.contract.ts';
import {
  defineFeedForgettingContract,
  defineFindingsForgettingContract,
  defineMirrorForgettingContract,
} from './forgetting.contract.ts';
import { defineJobStoreContract } from './job-store.contract.ts';
import { defineKeyStoreContract } from './key-store.contract.ts';
import { defineMirrorStoreContract } from './mirror-store.contract.ts';
import { defineOrgStoreContract } from './org-store.contract.ts';
import { definePageSessionsContract } from './page-sessions.contract.ts';
import { defineQueueContract, type QueueSubject } from './queue.contract.ts';
import { defineSecretsContract } from './secrets.contract.ts';
import { defineUsageStoreContract } from './usage-store.contract.ts';
import { defineUserConnectionsContract } from './user-connections.contract.ts';

/** Stores over databases in memory; what outlives a process is tried in test/integration/stores. */
async function over<Subject>(
  select: (stores: SqliteStorePorts, clock: ManualClock) => Subject,
): Promise<Harness<Subject>> {
  const clock = new ManualClock();
  const stores = openSqliteStores(':memory:', clock);
  return { subject: select(stores, clock), close: () => stores.close() };
}

function queueSubject({ consumers }: SqliteStorePorts, clock: ManualClock): QueueSubject {
  const queue = consumers.notices;
  return {
    queue,
    receive: (max, visibilitySeconds) => queue.receive(max, visibilitySeconds * 1_000),
    delete: (receipt) => queue.delete(receipt),
    release: (receipt, delaySeconds) => queue.release(receipt, delaySeconds * 1_000, 'a test'),
    deadLetters: async () => (await queue.deadLetters(100)).map(({ body }) => body),
    now: () => clock.now(),
    pass: async (ms) => clock.advance(ms),
  };
}

defineMirrorStoreContract('SQLite', () => over(({ mirror }) => mirror), {
  runs: 100,
  manyRecords: 1_201,
});
defineOrgStoreContract('SQLite', () => over(({ orgs }) => orgs));
defineJobStoreContract('SQLite', () => over(({ jobs }) => jobs));
defineKeyStoreContract('SQLite', () => over(({ keys }) => keys));
defineSecretsContract('SQLite', () => over(({ secrets }) => secrets));
defineFeedContract('SQLite', () => over(({ feed }, clock) => ({ feed, clock })));
defineQueueContract('SQLite', () => over(queueSubject));
defineDeadLettersContract('SQLite', () =>
  over(({ deadLetters, consumers }) => ({
    letters: deadLetters,
    takeAll: async () => {
      const messages = await consumers.notices.receive(10, 1_000);
      for (const { receipt } of messages) await consumers.notices.delete(receipt);
      return messages.map(({ body }) => body);
    },
  })),
);
defineUsageStoreContract('SQLite', () => over(({ usage }) => usage));
defineActivityLedgerContract('SQLite', () => over(({ activityLedger }) => activityLedger));
defineActivitySettingsContract('SQLite', () => over(({ activitySettings }) => activitySettings));
defineUserConnectionsContract('SQLite', () => over(({ userConnections }) => userConnections));
defineCreationsContract('SQLite', () => over(({ creations }) => creations));
definePageSessionsContract('SQLite', () => over(({ pageSessions }) => pageSessions));
defineChangeLogContract('SQLite', () => over(({ changeLog }) => changeLog));
defineMirrorForgettingContract('SQLite', () => over(({ mirror }) => mirror));
defineFeedForgettingContract('SQLite', () => over(({ feed }, clock) => ({ feed, clock })));
defineFindingsForgettingContract('SQLite', () => over(({ jobs }) => jobs));
