import { ApexErrorListener, ApexParserFactory } from '@apexdevtools/apex-parser';
import type { CompileProblem, SourceFile } from '../program.ts';
import type { TriggerDeclaration, TypeDeclaration } from './ast.ts';
import { triggerDeclaration, typeDeclaration } from './declarations.ts';
import { SyntaxProblem } from './syntax-problem.ts';

export interface ParsedSource {
  readonly file: SourceFile;
  /** Undefined when the file has syntax errors. */
  readonly declaration: TypeDeclaration | TriggerDeclaration | undefined;
  readonly problems: readonly CompileProblem[];
}

/** Reads one `.cls` or `.trigger` file. */
export function parseSource(file: SourceFile): ParsedSource {
  const listener = new ProblemListener(file.path);
  const { parser } = ApexParserFactory.createLexerAndParser(file.text, listener);
  const isTrigger = file.path.toLowerCase().endsWith('.trigger');
  const tree = isTrigger ? parser.triggerUnit() : parser.compilationUnit();
  if (listener.problems.length > 0) {
    return { file, declaration: undefined, problems: listener.problems };
  }
  try {
    const declaration =
      'triggerBlock' in tree ? triggerDeclaration(tree) : typeDeclaration(tree.typeDeclaration());
    return { file, declaration, problems: [] };
  } catch (error) {
    if (error instanceof SyntaxProblem) {
      const problem = { file: file.path, ...error.at, message: error.message };
      return { file, declaration: undefined, problems: [problem] };
    }
    throw error;
  }
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
