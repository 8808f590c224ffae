/** One thing that is wrong with deployed source. */
export interface DeployProblem {
  /** Component path, e.g. `classes/Sender.cls`. */
  readonly file: string;
  /** From 1; undefined for a whole file. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** A deploy is all or nothing; this lists everything that is wrong with it. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
  readonly problems: readonly DeployProblem[];

  constructor(problems: readonly DeployProblem[]) {
    super(`The source does not deploy:\n${problems.map(describeProblem).join('\n')}`);
    this.problems = problems;
  }
}

function describeProblem({ file, line, column, message }: DeployProblem): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return `  ${place} ${message}`;
}
