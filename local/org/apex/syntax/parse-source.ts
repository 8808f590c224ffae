import { ApexErrorListener, ApexParserFactory } from '@apexdevtools/apex-parser';
import type { CompileProblem, SourceFile } from '../program.ts';
import { anonymousDeclaration } from './anonymous.ts';
import type { TriggerDeclaration, TypeDeclaration } from './ast.ts';
import { triggerDeclaration, typeDeclaration } from './declarations.ts';
import { SyntaxProblem } from './syntax-problem.ts';

export interface ParsedSource {
  readonly file: SourceFile;
  /** Undefined when the file has syntax errors. */
  readonly declaration: TypeDeclaration | TriggerDeclaration | undefined;
  readonly problems: readonly CompileProblem[];
}

/** Reads one `.cls` or `.trigger` file, or an anonymous block, whose path ends in `.apex`. */
export function parseSource(file: SourceFile): ParsedSource {
  const listener = new ProblemListener(file.path);
  const { parser } = ApexParserFactory.createLexerAndParser(file.text, listener);
  const read = readerOf(file.path, parser);
  if (listener.problems.length > 0) {
    return { file, declaration: undefined, problems: listener.problems };
  }
  try {
    return { file, declaration: read(), problems: [] };
  } catch (error) {
    if (error instanceof SyntaxProblem) {
      const problem = { file: file.path, ...error.at, message: error.message };
      return { file, declaration: undefined, problems: [problem] };
    }
    throw error;
  }
}

/** Parses at once, to have the syntax errors; what it answers makes the declaration of the tree. */
function readerOf(
  path: string,
  parser: ReturnType<typeof ApexParserFactory.createLexerAndParser>['parser'],
): () => TriggerDeclaration | TypeDeclaration {
  const lower = path.toLowerCase();
  if (lower.endsWith('.trigger')) {
    const tree = parser.triggerUnit();
    return () => triggerDeclaration(tree);
  }
  if (lower.endsWith('.apex')) {
    const tree = parser.anonymousUnit();
    return () => anonymousDeclaration(tree);
  }
  const tree = parser.compilationUnit();
  return () => typeDeclaration(tree.typeDeclaration());
}

class ProblemListener extends ApexErrorListener {
  readonly problems: CompileProblem[] = [];
  readonly #path: string;

  constructor(path: string) {
    super();
    this.#path = path;
  }

  override apexSyntaxError(line: number, column: number, message: string): void {
    this.problems.push({ file: this.#path, line, column: column + 1, message });
  }
}
