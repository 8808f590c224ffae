import { ApexException, type ApexObject, PlatformObject } from '../../values.ts';

/** State of the FinalizerContext that the engine hands to a finalizer. */
export interface FinalizerState {
  readonly jobId: string;
  readonly requestId: string;
  readonly succeeded: boolean;
  readonly exception: {
    readonly type: string;
    readonly message: string;
    readonly stack: string;
  } | null;
}

export type QueueableState = { readonly jobId: string };

export function queueableContext(jobId: string): PlatformObject<QueueableState> {
  return new PlatformObject('QueueableContext', { jobId });
}

export type SchedulableState = { readonly triggerId: string };

export function schedulableContext(triggerId: string): PlatformObject<SchedulableState> {
  return new PlatformObject('SchedulableContext', { triggerId });
}

export function finalizerContext(state: FinalizerState): ApexObject {
  return new PlatformObject('FinalizerContext', state);
}

/** An exception of another transaction, with the trace it had there. */
export class CarriedException extends ApexException {
  readonly #trace: string;

  constructor(type: string, message: string, trace: string) {
    super(type, message);
    this.#trace = trace;
  }

  override get stackTrace(): string {
    return this.#trace;
  }

  override get lineNumber(): number {
    return Number(/: line (\d+)/.exec(this.#trace)?.[1] ?? 0);
  }
}
