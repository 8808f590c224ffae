/**
 * Writes to the stores in a folder, one round after the other, and prints each round's number once all of it is
 * committed. Runs until it is killed. `node endless-writer.ts DATA_DIR`
 */
import { writeSync } from 'node:fs';
import { openSqliteStores } from '#adapters/sqlite/open-sqlite-stores.ts';
import { systemClock } from '#adapters/system-clock.ts';
import { feedEvents } from './feed-events.ts';
import { anOrgState } from './org-states.ts';
import { aMessage } from './queue-messages.ts';
import { anUpsert } from './record-writes.ts';
import { orgIdOf, recordIdOf } from './salesforce-ids.ts';

const org = orgIdOf(1);
const stores = openSqliteStores(process.argv[2] ?? '', systemClock);
await stores.orgs.create(anOrgState(org));

for (let round = 1; ; round += 1) {
  await stores.mirror.apply(org, [anUpsert({ Round: round }, { id: recordIdOf('003', round) })], 1);
  await stores.feed.append(org, feedEvents(org, 1, round), systemClock.now());
  await stores.noticeQueue.send(org, [aMessage(org, round)]);
  await stores.orgs.count(org, { rounds: 1 });
  writeSync(1, `${round}\n`);
}
