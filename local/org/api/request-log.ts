/** One request the org answered. No query string, no body, no token: those hold secrets and record values. */
interface LoggedRequest {
  /** Counts up from 1. */
  readonly sequence: number;
  /** ISO UTC, the org's clock. */
  readonly at: string;
  readonly method: string;
  /** Path without query; external-id values are masked with `*`. */
  readonly path: string;
  readonly status: number;
  /** 18 characters, or null without a session. */
  readonly userId: string | null;
  readonly bulkJobId: string | null;
  /** Whether it counts against the daily API requests. */
  readonly counted: boolean;
  /** Kinds of the faults that were applied. */
  readonly faults: readonly string[];
}

export interface RequestLog {
  add(entry: Omit<LoggedRequest, 'sequence'>): void;
  /** Requests with a sequence number above `sequence`, oldest first. */
  since(sequence: number): readonly LoggedRequest[];
}

/** Older entries are dropped. */
const KEPT = 10_000;

export function createRequestLog(): RequestLog {
  const entries: LoggedRequest[] = [];
  let latest = 0;
  return {
    add(entry) {
      latest += 1;
      entries.push({ sequence: latest, ...entry });
      if (entries.length > KEPT) entries.shift();
    },
    since: (sequence) => entries.filter((entry) => entry.sequence > sequence),
  };
}
