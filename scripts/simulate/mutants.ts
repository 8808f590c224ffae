import type { OrgState } from '#core/org.ts';
import type { RecordWrite } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import type { Sabotage } from './world.ts';

/** A rule of the receiver, broken on purpose between its functions and their ports. */
export interface Mutant {
  readonly name: string;
  /** The rule, and how it is broken. */
  readonly breaks: string;
  /** What a seed must have come across for the rule to matter in it, as the histogram names it. */
  readonly needs: readonly string[];
  readonly sabotage: Sabotage;
}

const TEN_MINUTES_MS = 600_000;
const SETTLED_MS = 10_000;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'hole-for-overlap',
    breaks: 'R10: windows begin ten minutes after what is proven, not ten minutes before',
    needs: [],
    sabotage: (ports) =>
      withSalesforce(ports, (salesforce) => ({
        updatedIds: (object, startMs, endMs) =>
          salesforce.updatedIds(object, later(startMs, endMs), endMs),
        deletedIds: (object, startMs, endMs) =>
          salesforce.deletedIds(object, later(startMs, endMs), endMs),
        createQueryJob: (soql, operation) =>
          salesforce.createQueryJob(laterWindow(soql), operation),
        query: (soql, options) => salesforce.query(laterWindow(soql), options),
      })),
  },
  {
    name: 'advance-early',
    breaks: 'R9: complete through is the upper bound, whatever transactions are still open',
    needs: [],
    sabotage: (ports) =>
      withSalesforce(ports, (salesforce) => ({
        updatedIds: async (object, startMs, endMs) => ({
          ...(await salesforce.updatedIds(object, startMs, endMs)),
          latestDateCoveredMs: endMs,
        }),
        deletedIds: async (object, startMs, endMs) => ({
          ...(await salesforce.deletedIds(object, startMs, endMs)),
          latestDateCoveredMs: endMs,
        }),
      })),
  },
  {
    name: 'write-without-version',
    breaks: 'R1: whatever is written last wins',
    needs: ['saved-in-a-flurry', 'channel-held', 'told-values', 'look'],
    sabotage: (ports) =>
      withWrites(ports, async (orgId, writes) => {
        const now: RecordWrite[] = [];
        for (const write of writes) {
          const stored = await ports.mirror.get(orgId, write.object, write.id);
          const modstampMs = Math.max(write.version.modstampMs, stored?.version.modstampMs ?? 0);
          const readAtMs = Math.max(stored?.version.readAtMs ?? 0, modstampMs) + SETTLED_MS;
          now.push({ ...write, version: { modstampMs, readAtMs } });
        }
        return now;
      }),
  },
  {
    name: 'accept-tie',
    breaks: 'R1: of two reads of the same second the one that arrives last wins',
    needs: ['verify-tie'],
    sabotage: (ports) =>
      withWrites(ports, async (_, writes) =>
        writes.map((write) => {
          const { modstampMs } = write.version;
          return { ...write, version: { modstampMs, readAtMs: ports.clock.now() + SETTLED_MS } };
        }),
      ),
  },
  {
    name: 'forget-ties',
    breaks: 'R1: records of which two reads of a second differ are not read again',
    needs: ['verify-tie'],
    sabotage: (ports) => withoutVerify(ports, ['tie']),
  },
  {
    name: 'tombstone-on-null',
    breaks: 'R2: what the org does not answer counts as deleted',
    needs: ['fault-hidden-records'],
    sabotage: (ports) =>
      withWrites(ports, async (_, writes) =>
        writes.map((write) => (write.kind === 'hide' ? { ...write, kind: 'tombstone' } : write)),
      ),
  },
  {
    name: 'keep-hidden',
    breaks: 'R2: what the org neither shows nor declares deleted stays as it was',
    needs: ['fault-hidden-records'],
    sabotage: (ports) =>
      withWrites(ports, async (_, writes) => writes.filter(({ kind }) => kind !== 'hide')),
  },
  {
    name: 'skip-children',
    breaks: 'R4, R5: what hangs on merged, deleted and undeleted records is not read again',
    needs: ['verify-cascade', 'look'],
    sabotage: (ports) => withoutVerify(ports, ['cascade', 'undelete', 'merge', 'missing']),
  },
  {
    name: 'skip-deletes',
    breaks: 'R10: getDeleted is not asked',
    needs: ['saved-delete'],
    sabotage: (ports) =>
      withSalesforce(ports, (salesforce) => ({
        deletedIds: async (object, startMs, endMs) => ({
          ...(await salesforce.deletedIds(object, startMs, endMs)),
          deleted: [],
        }),
        createQueryJob: (soql) => salesforce.createQueryJob(soql, 'query'),
      })),
  },
  {
    name: 'quiet-ends-on-ping',
    breaks: 'R7: a ping counts as Apex seen',
    needs: ['mode-interval', 'salesforce.ping'],
    sabotage: (ports) =>
      withPort(ports, 'orgs', {
        notePing: async (orgId, atMs) => {
          await ports.orgs.noteApexSeen(orgId, atMs);
          return await ports.orgs.notePing(orgId, atMs);
        },
      }),
  },
  {
    name: 'close-without-pass',
    breaks: 'R7: real time returns with the first notice',
    needs: ['mode-closing'],
    sabotage: (ports) =>
      withStates(ports, async ({ mode, ...org }) =>
        mode.name === 'closing'
          ? { ...org, mode: { ...mode, name: 'realtime' } }
          : { ...org, mode },
      ),
  },
  {
    name: 'forget-gap',
    breaks: 'R7: a gap that Apex tells of is not filled',
    needs: ['salesforce.gap'],
    sabotage: (ports) =>
      withPort(ports, 'noticeQueue', {
        send: (orgId, messages, options) => {
          const without = messages.map((message) => {
            if (message.type !== 'notice.apply.v1') return message;
            const { gap: _, ...notice } = message.notice;
            return { ...message, notice };
          });
          return ports.noticeQueue.send(orgId, without, options);
        },
      }),
  },
  {
    name: 'audit-claims-its-end',
    breaks: 'R12: a first audit proves what was saved while it ran',
    needs: [],
    sabotage: (ports) =>
      withStates(ports, async (org) => {
        const before = await ports.orgs.get(org.orgId);
        const objects = Object.entries(org.objects).map(([object, state]) => {
          const first = before?.objects[object]?.completeThroughMs === undefined;
          const proven = state.completeThroughMs !== undefined;
          const completeThroughMs = ports.clock.now();
          return [object, first && proven ? { ...state, completeThroughMs } : state];
        });
        return { ...org, objects: Object.fromEntries(objects) };
      }),
  },
  {
    name: 'forget-to-republish',
    breaks: 'R15: what was written before a process died is not announced again',
    needs: ['kill-worker', 'announced-again'],
    sabotage: (ports) =>
      withPort(ports, 'feed', {
        append: (orgId, events, nowMs) => {
          const fresh = events.filter(({ appliedAt }) => Date.parse(appliedAt) > nowMs - 1_000);
          return ports.feed.append(orgId, fresh, nowMs);
        },
      }),
  },
  {
    name: 'short-page-accepted',
    breaks: 'R11: rows are not counted against what Salesforce says it sent',
    needs: ['fault-bulk-short-page', 'old-records'],
    sabotage: (ports) =>
      withSalesforce(ports, (salesforce) => ({
        getQueryJob: async (id) => {
          const { numberRecordsProcessed: _, ...info } = await salesforce.getQueryJob(id);
          return info;
        },
        queryJobResults: async (...args) => {
          const page = await salesforce.queryJobResults(...args);
          return { ...page, chunks: untilItFails(page.chunks) };
        },
      })),
  },
  {
    name: 'spend-without-asking',
    breaks: 'R14: every call counts as asked for by a person, whom the quota does not stop',
    needs: ['quota-nearly-used'],
    sabotage: (ports) =>
      withPort(ports, 'salesforce', { forOrg: (org) => ports.salesforce.forOrg(org, 'admin') }),
  },
  {
    name: 'verdict-without-ping',
    breaks: 'R8: a ping that was sent counts as come back',
    needs: ['verdict-broken'],
    sabotage: (ports) =>
      withPort(ports, 'orgs', {
        liveness: async (orgId) => {
          const liveness = await ports.orgs.liveness(orgId);
          return { ...liveness, lastPingAtMs: ports.clock.now() };
        },
      }),
  },
  {
    name: 'verdict-never-lagging',
    breaks: 'R8: what passes bring is taken for told',
    needs: ['verdict-lagging'],
    sabotage: (ports) =>
      withStates(ports, async (org) =>
        org.examination === undefined
          ? org
          : { ...org, examination: { ...org.examination, untold: [] } },
      ),
  },
  {
    name: 'new-field-without-audit',
    breaks: 'R13: an object that gains a field counts as proven all the same',
    needs: ['api-conditions'],
    sabotage: (ports) =>
      withStates(ports, async (org) => {
        const before = await ports.orgs.get(org.orgId);
        const objects = Object.entries(org.objects).map(([object, state]) => {
          const proven = before?.objects[object]?.completeThroughMs;
          const kept = state.completeThroughMs === undefined && proven !== undefined;
          return [object, kept ? { ...state, completeThroughMs: proven } : state];
        });
        return { ...org, objects: Object.fromEntries(objects) };
      }),
  },
];

/** The port with some of its methods replaced. */
export function withPort<N extends keyof Ports>(
  ports: Ports,
  name: N,
  methods: Partial<Ports[N]>,
): Ports {
  return { ...ports, [name]: replacing(ports[name], methods) };
}

function replacing<P extends object>(port: P, methods: Partial<P>): P {
  return new Proxy(port, {
    get: (target, name) => Reflect.get(Object.hasOwn(methods, name) ? methods : target, name),
  });
}

export function withSalesforce(
  ports: Ports,
  change: (salesforce: Salesforce) => Partial<Salesforce>,
): Ports {
  const forOrg: Ports['salesforce']['forOrg'] = async (...reach) => {
    const salesforce = await ports.salesforce.forOrg(...reach);
    return replacing(salesforce, change(salesforce));
  };
  return withPort(ports, 'salesforce', { forOrg });
}

type Writes = readonly RecordWrite[];

function withWrites(
  ports: Ports,
  change: (orgId: OrgState['orgId'], writes: Writes) => Promise<Writes>,
): Ports {
  return withPort(ports, 'mirror', {
    apply: async (orgId, writes, nowMs) =>
      ports.mirror.apply(orgId, await change(orgId, writes), nowMs),
  });
}

function withStates(ports: Ports, change: (org: OrgState) => Promise<OrgState>): Ports {
  return withPort(ports, 'orgs', { update: async (next) => ports.orgs.update(await change(next)) });
}

function withoutVerify(ports: Ports, reasons: readonly string[]): Ports {
  return withPort(ports, 'noticeQueue', {
    send: (orgId, messages, options) => {
      const kept = messages.filter(
        (message) => message.type !== 'record.verify.v1' || !reasons.includes(message.reason),
      );
      return ports.noticeQueue.send(orgId, kept, options);
    },
  });
}

function later(startMs: number, endMs: number): number {
  return Math.min(startMs + 2 * TEN_MINUTES_MS, endMs - 120_000);
}

/** Moves the lower bound of a window in SOQL. */
function laterWindow(soql: string): string {
  return soql.replace(/SystemModstamp >= (\S+?Z)/, (_, from: string) => {
    const to = new Date(Date.parse(from) + 2 * TEN_MINUTES_MS).toISOString();
    return `SystemModstamp >= ${to}`;
  });
}

async function* untilItFails<T>(chunks: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  try {
    yield* chunks;
  } catch {
    // What is missing is taken for not there.
  }
}
