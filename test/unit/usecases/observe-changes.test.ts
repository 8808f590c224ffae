import { describe, expect, it } from 'vitest';
import { observeChanges } from '#usecases/observe-changes.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';

const FROM_MS = Date.UTC(2026, 10, 2);
const DAY_MS = 24 * 60 * 60_000;
const WINDOW = { fromMs: FROM_MS, toMs: FROM_MS + DAY_MS };

/** An org of contacts with these stamps, as far as its queries are asked; `calls` counts them. */
function orgOf(stampsMs: readonly number[], records = 1_000_000) {
  const calls = { count: 0 };
  const within = (where: string) => {
    const [from = 0, to = 0] = [...where.matchAll(/'?(\d{4}-[^ ']*Z)/g)].map(([, at = '']) =>
      Date.parse(at),
    );
    return stampsMs.filter((stampMs) => stampMs >= from && stampMs < to);
  };
  const described = {
    name: 'Contact',
    label: 'Contact',
    replicateable: true,
    fields: [],
    childRelationships: [],
  };
  return {
    calls,
    describe: async (object: string) => (object === 'Contact' ? described : undefined),
    count: async (_: string, where?: string) => {
      calls.count += 1;
      return where === undefined ? records : within(where).length;
    },
    async *query(soql: string) {
      calls.count += 1;
      const limit = Number(/ LIMIT (\d+)$/.exec(soql)?.[1] ?? Number.POSITIVE_INFINITY);
      const found = within(soql).slice(0, limit);
      const records = found.map((stampMs, place) => ({
        id: recordIdOf('003', place),
        fields: { LastModifiedDate: new Date(stampMs).toISOString() },
      }));
      yield { records, readAtMs: 0 };
    },
  };
}

async function totals(org: ReturnType<typeof orgOf>) {
  const { bursts } = await observeChanges(org, WINDOW);
  const contacts = bursts.get('Contact') ?? [];
  return {
    rows: contacts.reduce((sum, { rows, times }) => sum + rows * times, 0),
    bursts: contacts.reduce((sum, { times }) => sum + times, 0),
    outside: contacts.filter(({ atMs }) => atMs < WINDOW.fromMs || atMs >= WINDOW.toMs).length,
  };
}

const stamps = (count: number, everyMs: number, startMs = FROM_MS) =>
  Array.from({ length: count }, (_, place) => startMs + Math.floor(place * everyMs));

describe('the changes that an org shows', () => {
  it('are read one by one up to ten thousand', async () => {
    const org = orgOf(stamps(5_000, 10_000));
    const { rows, bursts } = await totals(org);
    expect(rows).toBeCloseTo(5_000);
    expect(bursts).toBeCloseTo(5_000);
    expect(org.calls.count).toBe(3);
  });

  it('are sampled above that: 40,000 single saves over the day', async () => {
    const org = orgOf(stamps(40_000, 2_160));
    const { rows, bursts, outside } = await totals(org);
    expect(rows).toBeCloseTo(40_000, -2);
    expect(bursts).toBeCloseTo(40_000, -2);
    expect(outside).toBe(0);
    expect(org.calls.count).toBeLessThanOrEqual(8);
  });

  it('are sampled above that: one load of 50,000 rows, 200 a second', async () => {
    const org = orgOf(stamps(50_000, 5, FROM_MS + DAY_MS / 2));
    const { rows, bursts, outside } = await totals(org);
    expect(rows).toBeCloseTo(50_000, -2);
    expect(bursts).toBeCloseTo(250, -1);
    expect(outside).toBe(0);
  });

  it('are all counted where one second holds more than a page', async () => {
    const { rows } = await totals(orgOf(stamps(12_000, 0, FROM_MS + 5_000)));
    expect(rows).toBeCloseTo(12_000, -2);
  });

  it('of objects that the Sync User does not see are left out', async () => {
    const { bursts } = await observeChanges(orgOf([]), WINDOW);
    expect([...bursts.keys()]).toEqual(['Contact']);
  });
});
