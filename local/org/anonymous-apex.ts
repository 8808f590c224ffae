import type { ApexEngine } from './apex/engine/create-engine.ts';
import { describeFailure } from './apex/engine/failure.ts';
import type { CompileResult } from './apex/program.ts';
import { ANONYMOUS_CLASS, ANONYMOUS_METHOD } from './apex/syntax/anonymous-names.ts';

/** What became of an anonymous block, as the executeAnonymous calls of the APIs answer it. */
export interface AnonymousOutcome {
  readonly compiled: boolean;
  readonly success: boolean;
  /** Of the first compile problem or of the statement that failed, from 1; -1 when there is none. */
  readonly line: number;
  readonly column: number;
  readonly compileProblem: string | null;
  /** `System.MathException: Divide by 0` */
  readonly exceptionMessage: string | null;
  readonly exceptionStackTrace: string | null;
  /** What the block logged, in order; `LEVEL: ` stands before what was not logged as DEBUG. */
  readonly logs: readonly string[];
}

export interface AnonymousDeps {
  readonly compile: (block: string) => CompileResult;
  readonly engine: ApexEngine;
}

const DONE = {
  compiled: true,
  success: true,
  line: -1,
  column: -1,
  compileProblem: null,
  exceptionMessage: null,
  exceptionStackTrace: null,
} as const;

/**
 * Runs an anonymous block as that user, callouts included, in one transaction that is undone when it fails.
 * @param userId 18 characters
 */
export async function executeAnonymous(
  { compile, engine }: AnonymousDeps,
  block: string,
  userId: string,
): Promise<AnonymousOutcome> {
  const { program, problems } = compile(block);
  if (program === undefined) {
    const [first] = problems;
    const { line = 1, column = 1, message = 'Unknown compile problem' } = first ?? {};
    return {
      ...DONE,
      compiled: false,
      success: false,
      line,
      column,
      compileProblem: message,
      logs: [],
    };
  }
  const logs: string[] = [];
  try {
    await engine.execute(
      userId,
      (running) => running.invokeStatic(ANONYMOUS_CLASS, ANONYMOUS_METHOD, []),
      { program, onDebug: (message) => logs.push(message) },
    );
    return { ...DONE, logs };
  } catch (error) {
    return { ...DONE, success: false, ...failureOf(error), logs };
  }
}

function failureOf(error: unknown) {
  const { type, message, stack } = describeFailure(error);
  const typeName = type.includes('.') ? type : `System.${type}`;
  return {
    line: Number(/: line (\d+)/.exec(stack)?.[1] ?? -1),
    column: 1,
    exceptionMessage: `${typeName}: ${message}`,
    exceptionStackTrace: stack,
  };
}
