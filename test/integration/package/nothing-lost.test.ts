import { expect, test } from 'vitest';
import { type Random, seededRandom } from '../../../local/seeded-random.ts';
import {
  type GatewayAnswer,
  openPackageOrg,
  type PackageOrg,
  type Received,
} from '../../support/package/package-org.ts';

/** A save as the org made it; the receiver must hear of each of its records. */
interface Change {
  readonly id: string;
  readonly op: 'insert' | 'update' | 'delete';
  readonly atMs: number;
}

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 10, 21, 8);

/** Fair weather and foul in turns of minutes; in foul weather, one kind of trouble. */
function weather(random: Random, now: () => number): () => GatewayAnswer {
  let untilMs = 0;
  let trouble: () => GatewayAnswer = () => ({ status: 202 });
  return () => {
    if (now() >= untilMs) {
      untilMs = now() + 60_000 * (1 + random.integer(25));
      trouble = pickTrouble(random);
    }
    return random.next() < 0.2 ? { status: 202 } : trouble();
  };
}

function pickTrouble(random: Random): () => GatewayAnswer {
  const kinds: (() => GatewayAnswer)[] = [
    () => ({ status: 202 }),
    () => ({ status: 202 }),
    () => ({ status: 500 }),
    () => ({ status: 503 }),
    () => ({ status: 429, retryAfterSeconds: 30 + random.integer(900) }),
    () => ({ status: 400 }),
    () => ({ status: 401 }),
    () => ({ status: 413 }),
    () => 'answer lost',
    () => 'unreachable',
  ];
  return kinds[random.integer(kinds.length)] ?? (() => ({ status: 202 }));
}

/** Saves of all kinds for some hours: single records, lists, and loads of several chunks. */
async function saveForHours(org: PackageOrg, random: Random, hours: number): Promise<Change[]> {
  const changes: Change[] = [];
  const living: string[] = [];
  const note = (op: Change['op'], ids: readonly string[]) => {
    for (const id of ids) changes.push({ id, op, atMs: org.scheduler.now() });
  };
  const endMs = org.scheduler.now() + hours * HOUR_MS;
  while (org.scheduler.now() < endMs) {
    await org.scheduler.advance(1_000 + random.integer(240_000));
    const kind = random.next();
    if (kind < 0.5 || living.length < 10) {
      const size = random.next() < 0.05 ? 450 : 1 + random.integer(5);
      const rows = Array.from({ length: size }, (_, index) => ({ LastName: `Doe ${index}` }));
      const ids = org.save('insert', 'Contact', rows);
      living.push(...ids);
      note('insert', ids);
    } else if (kind < 0.9) {
      const ids = living.slice(random.integer(living.length)).slice(0, 1 + random.integer(300));
      org.save(
        'update',
        'Contact',
        ids.map((Id) => ({ Id, Phone: String(random.integer(1e9)) })),
      );
      note('update', ids);
    } else {
      const ids = living.splice(random.integer(living.length), 1 + random.integer(3));
      org.save(
        'delete',
        'Contact',
        ids.map((Id) => ({ Id })),
      );
      note('delete', ids);
    }
  }
  return changes;
}

/** Told: in a notice posted after the save, which leads the receiver to what is so now. */
function isTold(
  change: Change,
  byId: ReadonlyMap<string, readonly { atMs: number; op: string }[]>,
) {
  const heard = byId.get(change.id) ?? [];
  return heard.some(
    ({ atMs, op }) => atMs >= change.atMs && (change.op !== 'delete' || op === 'delete'),
  );
}

function isInAGap(change: Change, taken: readonly Received[]): boolean {
  const second = Math.floor(change.atMs / 1000) * 1000;
  return taken.some(({ notice: { gap } }) => {
    if (gap === undefined) return false;
    return Date.parse(gap.since) <= second && second <= Date.parse(gap.until);
  });
}

function heardOf(taken: readonly Received[]): Map<string, { atMs: number; op: string }[]> {
  const byId = new Map<string, { atMs: number; op: string }[]>();
  for (const { atMs, notice } of taken) {
    for (const { ids, op } of notice.changes) {
      for (const id of ids) {
        const heard = byId.get(id) ?? [];
        heard.push({ atMs, op });
        byId.set(id, heard);
      }
    }
  }
  return byId;
}

const seeds = ['north', 'east', 'south', 'west'];

test.each(seeds)('every change is told, or lies in a gap that is told (%s)', async (seed) => {
  const random = seededRandom(seed);
  let answer: () => GatewayAnswer = () => ({ status: 202 });
  const org = await openPackageOrg({
    seed,
    delays: random.next() < 0.5 ? 'default' : 'slow',
    startMs: START_MS,
    // Few executions, so that a run sees every mode.
    limits: { DailyAsyncApexExecutions: 60 + random.integer(300) },
    answer: () => answer(),
  });
  try {
    answer = weather(random.fork('weather'), () => org.scheduler.now());
    const changes = await saveForHours(org, random.fork('saves'), 6);
    answer = () => ({ status: 202 });
    // Longer than any pause, and than the day that limits are counted over; the ping carries the last gap.
    await org.scheduler.advance(26 * HOUR_MS);
    org.ping();
    await org.scheduler.advance(HOUR_MS);

    expect(org.faults).toEqual([]);
    const taken = org.received.filter((one) => one.taken);
    const byId = heardOf(taken);
    const lost = changes.filter((change) => !isTold(change, byId) && !isInAGap(change, taken));
    expect(lost).toEqual([]);
    expect(changes.filter((change) => isTold(change, byId)).length).toBeGreaterThan(0);
    expect(taken.at(-1)?.notice.type).toBe('salesforce.ping');
    const [state] = org.query('SELECT Gap_Since__c FROM Mixmax_State__c');
    expect(state?.['Gap_Since__c'] ?? null).toBeNull();
  } finally {
    org.close();
  }
});
