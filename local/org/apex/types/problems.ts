import type { CompileProblem } from '../program.ts';
import type { Position } from '../syntax/ast.ts';

/** Collects what is wrong, each place once. */
export class Problems {
  readonly #found = new Map<string, CompileProblem>();

  add(file: string, at: Position, message: string): void {
    const key = `${file}:${at.line}:${at.column}`;
    if (!this.#found.has(key)) {
      this.#found.set(key, { file, line: at.line, column: at.column, message });
    }
  }

  get isEmpty(): boolean {
    return this.#found.size === 0;
  }

  /** By file, then by place. */
  sorted(): CompileProblem[] {
    return [...this.#found.values()].sort(
      (a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column,
    );
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
