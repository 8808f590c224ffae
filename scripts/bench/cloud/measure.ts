import type { AllowedRequest } from '../../../local/cloud/aws-front.ts';
import type { Invoked } from '../../../local/cloud/lambda/instance.ts';

/** What one function did and spent. Counts and sums, of everything since the last reset. */
export interface FunctionSpending {
  invocations: number;
  /** Of the processor of this machine. */
  cpuMs: number;
  /** Requests to AWS, by action. */
  requests: Record<string, number>;
  /** 64 kB pieces, in which SQS counts what is sent. */
  sentPieces: number;
  /** Entries that the bus was sent. */
  events: number;
  readUnits: number;
  writeUnits: number;
  logBytes: number;
}

export type Spending = Record<string, FunctionSpending>;

const PIECE_BYTES = 64 * 1_024;
const READS = new Set(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchGetItem']);

/** Adds up what functions ask of AWS, as AWS would bill it. Functions are named as in the code: gateway, worker, … */
export class Measure {
  #spending: Spending = {};
  /** Records whose writes the worker has told of. */
  applied = 0;

  reset(): void {
    this.#spending = {};
    this.applied = 0;
  }

  taken(): Spending {
    return structuredClone(this.#spending);
  }

  readonly onRequest = ({ role, action, bytes, entries }: AllowedRequest): undefined => {
    if (!/Role[0-9A-F]+$/.test(role)) return;
    const one = this.#of(role);
    one.requests[action] = (one.requests[action] ?? 0) + 1;
    if (action === 'sqs:SendMessage') one.sentPieces += Math.ceil(bytes / PIECE_BYTES);
    if (action === 'events:PutEvents') one.events += entries;
  };

  readonly onCapacity = (role: string, action: string, units: number): void => {
    if (!/Role[0-9A-F]+$/.test(role)) return;
    this.#of(role)[READS.has(action) ? 'readUnits' : 'writeUnits'] += units;
  };

  readonly onInvoked = (functionId: string, { cpuMs }: Invoked): void => {
    const one = this.#of(functionId);
    one.invocations += 1;
    one.cpuMs += cpuMs;
  };

  readonly onLine = (functionId: string, line: string): void => {
    const one = this.#of(functionId);
    one.logBytes += Buffer.byteLength(line);
    this.applied += Number(/"WritesApplied":(\d+)\}?$/.exec(line)?.[1] ?? 0);
  };

  #of(id: string): FunctionSpending {
    const name = id.replace(/(Role|Function)[0-9A-F]+$/, '').toLowerCase();
    this.#spending[name] ??= {
      ...{ invocations: 0, cpuMs: 0, requests: {}, sentPieces: 0, events: 0 },
      ...{ readUnits: 0, writeUnits: 0, logBytes: 0 },
    };
    return this.#spending[name];
  }
}
