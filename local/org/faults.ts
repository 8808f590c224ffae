import { z } from 'zod';
import { toId18 } from './schema/ids.ts';

/**
 * Switches for what goes wrong in real orgs and networks. A fault is armed through the admin API or directly, applies
 * to the requests, Bulk jobs or callouts it names, a given number of times or until it is cleared.
 */

const recordId = z.string().transform((text, context) => {
  const id = toId18(text);
  if (id === undefined) context.addIssue('not a record id');
  return id ?? '';
});

const selection = {
  /** How often it applies; without it, until cleared. */
  times: z.int().positive().optional(),
  /** Part of the path (API faults) or URL (callout faults); `*` matches anything. */
  path: z.string().max(500).optional(),
};
const apiSelection = { ...selection, method: z.string().max(10).optional() };
const jobSelection = { ...selection, object: z.string().max(80).optional() };

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
  /** 400 UNABLE_TO_LOCK_ROW on a save. */
  z.strictObject({ kind: z.literal('row-lock'), ...apiSelection }),
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
  z.strictObject({ kind: z.literal('hidden-records'), ids: z.array(recordId).min(1) }),
  /** The delete log reaches back only so far. */
  z.strictObject({ kind: z.literal('delete-log-hole'), hours: z.number().positive() }),
  /** The next poll finds the job Failed. */
  z.strictObject({
    kind: z.literal('bulk-failed'),
    message: z.string().optional(),
    ...jobSelection,
  }),
  /** As if an admin had aborted it. */
  z.strictObject({ kind: z.literal('bulk-aborted'), ...jobSelection }),
  /** Stays InProgress until cleared. */
  z.strictObject({ kind: z.literal('bulk-stuck'), ...jobSelection }),
  /** A result page lacks its last rows although the headers count them. */
  z.strictObject({ kind: z.literal('bulk-short-page'), rows: z.int().positive(), ...jobSelection }),
  /** A result page comes without `Sforce-Locator`. */
  z.strictObject({ kind: z.literal('bulk-no-locator'), ...jobSelection }),
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
  readonly object?: string;
}

export interface Faults {
  /** @returns the id to clear it by */
  arm(fault: Fault): string;
  /** False when there is none with that id. */
  clear(id: string): boolean;
  clearAll(): void;
  list(): readonly ArmedFault[];
  /** Armed faults of a kind that stands until it is cleared; not counted. */
  standing<K extends FaultKind>(kind: K): readonly FaultOf<K>[];
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

export function createFaults(): Faults {
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
      return [...armed.values()].map(({ fault }) => fault).filter((one) => isOfKind(one, [kind]));
    },
    take<K extends FaultKind>(kinds: readonly K[], target: FaultTarget): FaultOf<K> | undefined {
      for (const entry of armed.values()) {
        const { fault, applied } = entry;
        if (!isOfKind(fault, kinds) || !fits(fault, target)) continue;
        if ('times' in fault && applied >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
        entry.applied += 1;
        return fault;
      }
      return undefined;
    },
  };
}

function isOfKind<K extends FaultKind>(fault: Fault, kinds: readonly K[]): fault is FaultOf<K> {
  return kinds.some((kind) => kind === fault.kind);
}

function fits(fault: Fault, target: FaultTarget): boolean {
  const method = 'method' in fault ? fault.method : undefined;
  const object = 'object' in fault ? fault.object : undefined;
  const path = 'path' in fault ? fault.path : undefined;
  return (
    equalsIgnoringCase(method, target.method) &&
    equalsIgnoringCase(object, target.object) &&
    (path === undefined || containsPattern(target.path ?? '', path))
  );
}

function equalsIgnoringCase(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || wanted.toLowerCase() === actual?.toLowerCase();
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
