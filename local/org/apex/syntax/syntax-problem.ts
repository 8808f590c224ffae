import type { Position } from './ast.ts';

/** Source that parses but that the compiler has no meaning for. */
export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem';
  readonly at: Position;

  constructor(at: Position, message: string) {
    super(message);
    this.at = at;
  }
}
