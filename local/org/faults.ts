import { z } from 'zod';
import type { Random } from '../seeded-random.ts';
import { toId18 } from './schema/ids.ts';

/**
 * Switches for what goes wrong in real orgs and networks. A fault is armed through the admin API or directly, applies
 * to the requests, Bulk jobs, events or callouts it names, within a time, with a probability, a given number of times or
 * until it is cleared.
 */

const recordId = z.string().transform((text, context) => {
  const id = toId18(text);
  if (id === undefined) context.addIssue('not a record id');
  return id ?? '';
});

/** ISO 8601 with a time zone → milliseconds since the epoch. */
const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const period = {
  /** It applies from then on, by the clock that other clocks are compared with. */
  from: moment.optional(),
  /** And no longer then. */
  until: moment.optional(),
};
const selection = {
  ...period,
  /** How often it applies; without it, until cleared. */
  times: z.int().positive().optional(),
  /** Of the cases that fit, how many it applies to: 0 to 1; without it, to all. */
  probability: z.number().min(0).max(1).optional(),
  /** Part of the path (API faults) or URL (callout faults); `*` matches anything. */
  path: z.string().max(500).optional(),
};
const objectSelection = { ...selection, object: z.string().max(80).optional() };
const apiSelection = { ...objectSelection, method: z.string().max(10).optional() };

const faultSchema = z.discriminatedUnion('kind', [
  /** 401 INVALID_SESSION_ID, as if the session had ended. */
  z.strictObject({ kind: z.literal('session-expired'), ...apiSelection }),
  /** 403 REQUEST_LIMIT_EXCEEDED. */
  z.strictObject({ kind: z.literal('request-limit'), ...apiSelection }),
  z.strictObject({
    kind: z.literal('too-many-requests'),
    retryAfterSeconds: z.int().nonnegative().optional(),
    ...apiSelection,
  }),
  /** 500 UNKNOWN_EXCEPTION. */
  z.strictObject({ kind: z.literal('server-error'), ...apiSelection }),
  /** 503, as JSON or as the HTML page of the network's edge. */
  z.strictObject({
    kind: z.literal('unavailable'),
    html: z.boolean().optional(),
    retryAfterSeconds: z.int().nonnegative().optional(),
    ...apiSelection,
  }),
  /** 400 QUERY_TIMEOUT: a query that ran for more than two minutes. */
  z.strictObject({ kind: z.literal('query-timeout'), ...apiSelection }),
  /** 403 TXN_SECURITY_METERING_ERROR: a transaction security policy that blocks. */
  z.strictObject({ kind: z.literal('policy-block'), ...apiSelection }),
  /** 400 UNABLE_TO_LOCK_ROW on a save. */
  z.strictObject({ kind: z.literal('row-lock'), ...apiSelection }),
  /** Any other refusal in Salesforce's form. */
  z.strictObject({
    kind: z.literal('refused'),
    status: z.int().min(400).max(599),
    errorCode: z.string().regex(/^[A-Z][A-Z_]{2,79}$/),
    message: z.string().max(1000),
    ...apiSelection,
  }),
  /** The answer is late. */
  z.strictObject({ kind: z.literal('slow'), delayMs: z.int().positive(), ...apiSelection }),
  /** The connection is reset before the request is looked at. */
  z.strictObject({ kind: z.literal('reset'), ...apiSelection }),
  /** The body ends in the middle. */
  z.strictObject({ kind: z.literal('truncated-body'), ...apiSelection }),
  /** The request is carried out, its answer never arrives. */
  z.strictObject({ kind: z.literal('answer-lost'), ...apiSelection }),
  /** The save takes its stamp at once and commits later: readers meanwhile pass it by. */
  z.strictObject({ kind: z.literal('late-commit'), delayMs: z.int().positive(), ...apiSelection }),
  /** Records no client sees any more, although they were not deleted: a change of sharing. */
  z.strictObject({ kind: z.literal('hidden-records'), ids: z.array(recordId).min(1), ...period }),
  /** The delete log reaches back only so far. */
  z.strictObject({ kind: z.literal('delete-log-hole'), hours: z.number().positive(), ...period }),
  /** The next poll finds the job Failed. */
  z.strictObject({
    kind: z.literal('bulk-failed'),
    message: z.string().optional(),
    ...objectSelection,
  }),
  /** As if an admin had aborted it. */
  z.strictObject({ kind: z.literal('bulk-aborted'), ...objectSelection }),
  /** A job stays InProgress until the fault is cleared or its time is over. */
  z.strictObject({ kind: z.literal('bulk-stuck'), ...objectSelection }),
  /** A result page lacks its last rows although the headers count them. */
  z.strictObject({
    kind: z.literal('bulk-short-page'),
    rows: z.int().positive(),
    ...objectSelection,
  }),
  /** A result page comes without `Sforce-Locator`. */
  z.strictObject({ kind: z.literal('bulk-no-locator'), ...objectSelection }),
  /** A Bulk job waits longer before it starts. */
  z.strictObject({ kind: z.literal('slow-bulk'), delayMs: z.int().positive(), ...objectSelection }),
  /** Events of an object (`Order__e`) are delivered later. */
  z.strictObject({
    kind: z.literal('slow-events'),
    delayMs: z.int().positive(),
    ...objectSelection,
  }),
  /** Asynchronous Apex of a class (`object`) starts later. */
  z.strictObject({ kind: z.literal('slow-jobs'), delayMs: z.int().positive(), ...objectSelection }),
  /** A batch of events comes again after its trigger ran to the end but did not commit. */
  z.strictObject({ kind: z.literal('event-redelivered'), ...objectSelection }),
  /** A batch of events comes again after its trigger has committed. */
  z.strictObject({ kind: z.literal('event-duplicated'), ...objectSelection }),
  /** Records that a save in any API finds locked: each answers UNABLE_TO_LOCK_ROW by itself. */
  z.strictObject({ kind: z.literal('rows-locked'), ...objectSelection }),
  /**
   * The org's clock is that far ahead (or, negative, behind): the clock of the whole org, or, where an object or another
   * selection is given, of the requests and Bulk saves that fit.
   */
  z.strictObject({
    kind: z.literal('clock-skew'),
    seconds: z.number().min(-86_400).max(86_400),
    ...apiSelection,
  }),
  /** A callout fails as if nobody listened. */
  z.strictObject({ kind: z.literal('callout-refused'), ...selection }),
  /** A callout is answered 202 by something in between; its receiver never sees it. */
  z.strictObject({ kind: z.literal('callout-swallowed'), ...selection }),
  z.strictObject({ kind: z.literal('callout-slow'), delayMs: z.int().positive(), ...selection }),
  /** A callout is answered with a status by something in between. */
  z.strictObject({
    kind: z.literal('callout-status'),
    status: z.int().min(100).max(599),
    retryAfterSeconds: z.int().nonnegative().optional(),
    ...selection,
  }),
]);

export type Fault = z.infer<typeof faultSchema>;
/** Of every fault there is. */
export const FAULT_KINDS: readonly FaultKind[] = faultSchema.options.map(
  ({ shape }) => shape.kind.value,
);
type FaultKind = Fault['kind'];
type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

interface ArmedFault {
  readonly id: string;
  readonly fault: Fault;
  /** How often it applied so far. */
  readonly applied: number;
}

/** What a fault is matched against. */
export interface FaultTarget {
  readonly method?: string;
  readonly path?: string;
  readonly object?: string | undefined;
}

export interface Faults {
  /** @returns the id to clear it by */
  arm(fault: Fault): string;
  /** False when there is none with that id. */
  clear(id: string): boolean;
  clearAll(): void;
  list(): readonly ArmedFault[];
  /** Armed faults of a kind that holds for the whole org until it is cleared; not counted. */
  standing<K extends FaultKind>(kind: K): readonly FaultOf<K>[];
  /** Whether a fault that was taken has neither been cleared nor passed its time. */
  lasts(fault: Fault): boolean;
  /** The first armed fault of one of the kinds that fits, counted as applied; undefined when none does. */
  take<K extends FaultKind>(kinds: readonly K[], target: FaultTarget): FaultOf<K> | undefined;
}

/**
 * Reads a fault as the admin API takes it.
 * @throws z.ZodError naming the member that is wrong
 */
export function parseFault(value: unknown): Fault {
  return faultSchema.parse(value);
}

export interface FaultsDeps {
  /** Milliseconds since the epoch, whatever fault the org's clock has. */
  readonly now: () => number;
  /** Decides what has a probability. */
  readonly random: Random;
}

export function createFaults({ now, random }: FaultsDeps): Faults {
  const armed = new Map<string, { fault: Fault; applied: number }>();
  let nextId = 1;

  return {
    arm(fault) {
      const id = `fault-${nextId}`;
      nextId += 1;
      armed.set(id, { fault, applied: 0 });
      return id;
    },
    clear: (id) => armed.delete(id),
    clearAll: () => armed.clear(),
    list: () => [...armed].map(([id, { fault, applied }]) => ({ id, fault, applied })),
    standing<K extends FaultKind>(kind: K): readonly FaultOf<K>[] {
      if (armed.size === 0) return [];
      return [...armed.values()]
        .map(({ fault }) => fault)
        .filter((one) => isOfKind(one, [kind]))
        .filter((one) => !isSelective(one) && isInPeriod(one, now()));
    },
    lasts: (fault) =>
      isInPeriod(fault, now()) && [...armed.values()].some((entry) => entry.fault === fault),
    take<K extends FaultKind>(kinds: readonly K[], target: FaultTarget): FaultOf<K> | undefined {
      for (const entry of armed.values()) {
        const { fault, applied } = entry;
        if (!isOfKind(fault, kinds) || !isSelective(fault)) continue;
        if (!isInPeriod(fault, now()) || !fits(fault, target)) continue;
        if ('times' in fault && applied >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
        if (!isDrawn(fault, random)) continue;
        entry.applied += 1;
        return fault;
      }
      return undefined;
    },
  };
}

function isInPeriod({ from = 0, until = Number.POSITIVE_INFINITY }: Fault, nowMs: number): boolean {
  return from <= nowMs && nowMs < until;
}

const SELECTORS = ['object', 'path', 'method', 'probability', 'times'] as const;

/** False for what holds for the whole org as long as it is armed. */
function isSelective(fault: Fault): boolean {
  switch (fault.kind) {
    case 'hidden-records':
    case 'delete-log-hole':
      return false;
    case 'clock-skew':
      return SELECTORS.some((name) => fault[name] !== undefined);
    default:
      return true;
  }
}

function isDrawn(fault: Fault, random: Random): boolean {
  const probability = 'probability' in fault ? (fault.probability ?? 1) : 1;
  return probability >= 1 || random.next() < probability;
}

function isOfKind<K extends FaultKind>(fault: Fault, kinds: readonly K[]): fault is FaultOf<K> {
  return kinds.some((kind) => kind === fault.kind);
}

function fits(fault: Fault, target: FaultTarget): boolean {
  const method = 'method' in fault ? fault.method : undefined;
  const object = 'object' in fault ? fault.object : undefined;
  const path = 'path' in fault ? fault.path : undefined;
  return (
    (method === undefined || equalsIgnoringCase(method, target.method)) &&
    (path === undefined || containsPattern(target.path ?? '', path)) &&
    // Last: finding the object may mean reading the body.
    (object === undefined || equalsIgnoringCase(object, target.object))
  );
}

function equalsIgnoringCase(wanted: string, actual: string | undefined): boolean {
  return wanted.toLowerCase() === actual?.toLowerCase();
}

/** The parts between `*` appear in the text in that order. */
function containsPattern(text: string, pattern: string): boolean {
  let from = 0;
  for (const part of pattern.split('*')) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return true;
}
