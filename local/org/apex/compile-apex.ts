import { createHash } from 'node:crypto';
import type { Schema } from '../schema/schema.ts';
import { SourceProblem } from '../schema/source/element.ts';
import { isLabelFile, type Labels, readLabels } from '../schema/source/read-labels.ts';
import { analyseCalls } from './analysis/call-graph.ts';
import { PLATFORM_TYPES } from './platform/platform-types.ts';
import type { CompileApex, CompileOptions, CompileResult, SourceFile } from './program.ts';
import { CompiledProgram } from './runtime/compiled-program.ts';
import type { TriggerDeclaration, TypeDeclaration } from './syntax/ast.ts';
import { parseSource } from './syntax/parse-source.ts';
import { assembleProgram } from './translate/assemble.ts';
import { checkCallbacks } from './translate/callbacks.ts';
import {
  type TranslatedFile,
  translateClass,
  translateTrigger,
} from './translate/translated-file.ts';
import { declareClass } from './types/declare-classes.ts';
import {
  declareDefaultConstructors,
  declareMembers,
  declareSupertypes,
} from './types/declare-members.ts';
import { Hierarchy } from './types/hierarchy.ts';
import { Problems } from './types/problems.ts';
import { checkRestResource } from './types/rest-resources.ts';
import type { ClassSymbol } from './types/symbols.ts';
import { TypeResolver } from './types/type-resolver.ts';
import { PlatformIndex, TypeTable } from './types/type-table.ts';

/** The platform's own types do not depend on what is deployed. */
const platform = new PlatformIndex(PLATFORM_TYPES);

/**
 * Compiles all Apex of a deploy together. Pure: what is wrong comes back as problems, all of them at once.
 */
export const compileApex: CompileApex = (sources, schema, options = {}): CompileResult => {
  const problems = new Problems();
  const labels = labelsOf(sources, problems);
  const { parse = parseSource } = options;
  const parsed = sources.filter(({ path }) => !isLabelFile(path)).map((file) => parse(file));
  for (const { file, problems: found } of parsed) {
    for (const problem of found) {
      problems.add(file.path, problem, problem.message);
    }
  }
  if (!problems.isEmpty) {
    // Names of broken files would only raise false alarms in the others.
    return { program: undefined, problems: problems.sorted() };
  }
  const declarations = parsed.flatMap(({ file, declaration }) =>
    declaration === undefined ? [] : [{ file, declaration }],
  );
  return new Compilation(schema, labels, problems, options).run(declarations);
};

/** Labels are compiled in, so a deploy that changes one compiles anew. */
function labelsOf(sources: readonly SourceFile[], problems: Problems): Labels {
  const labels = new Map<string, string>();
  for (const { path, text } of sources.filter((file) => isLabelFile(file.path))) {
    try {
      for (const [name, value] of readLabels(text)) labels.set(name, value);
    } catch (error) {
      if (!(error instanceof SourceProblem)) throw error;
      problems.add(path, { line: 1, column: 1 }, error.message);
    }
  }
  return labels;
}

interface Declared {
  readonly file: SourceFile;
  readonly declaration: TypeDeclaration | TriggerDeclaration;
}

class Compilation {
  readonly #problems: Problems;
  readonly #classes = new Map<string, ClassSymbol>();
  readonly #resolver: TypeResolver;
  readonly #hierarchy: Hierarchy;
  readonly #checkSoql: (soql: string) => string | undefined;

  constructor(schema: Schema, labels: Labels, problems: Problems, options: CompileOptions) {
    const types = new TypeTable(platform, schema, labels);
    this.#problems = problems;
    this.#resolver = new TypeResolver(types, problems, this.#classes);
    this.#hierarchy = new Hierarchy(types, problems);
    this.#checkSoql = options.checkSoql ?? (() => undefined);
  }

  run(declared: readonly Declared[]): CompileResult {
    this.#declare(declared);
    const files = declared.map((item) => this.#translate(item));
    const methods = files.flatMap((file) => file.methods);
    analyseCalls(methods);
    checkCallbacks(files, this.#hierarchy, this.#problems);
    if (!this.#problems.isEmpty) {
      return { program: undefined, problems: this.#problems.sorted() };
    }
    const parts = assembleProgram(files, this.#resolver.types);
    return { program: new CompiledProgram(parts), problems: [] };
  }

  #declare(declared: readonly Declared[]): void {
    for (const { file, declaration } of declared) {
      if (declaration.kind !== 'trigger') {
        this.#declareClass(file, declaration);
      }
    }
    const symbols = [...this.#classes.values()];
    for (const symbol of symbols) {
      declareSupertypes(symbol, this.#resolver);
    }
    for (const symbol of symbols) {
      declareMembers(symbol, this.#resolver);
    }
    for (const symbol of symbols) {
      declareDefaultConstructors(symbol);
      checkRestResource(symbol, this.#problems);
      this.#hierarchy.link(symbol);
    }
  }

  #declareClass(file: SourceFile, declaration: TypeDeclaration): void {
    const lower = declaration.name.toLowerCase();
    const symbol = declareClass(declaration, file.path, undefined, this.#problems);
    if (this.#classes.has(lower)) {
      this.#problems.add(file.path, declaration.at, `Duplicate class: ${declaration.name}`);
      return;
    }
    this.#classes.set(lower, symbol);
  }

  #translate({ file, declaration }: Declared): TranslatedFile {
    const context = {
      file,
      scriptName: scriptName(file),
      resolver: this.#resolver,
      hierarchy: this.#hierarchy,
      checkSoql: this.#checkSoql,
    };
    if (declaration.kind === 'trigger') {
      return translateTrigger(context, declaration);
    }
    const symbol = this.#classes.get(declaration.name.toLowerCase());
    if (symbol === undefined) {
      throw new TypeError(`${declaration.name} was not declared`);
    }
    return translateClass(context, symbol);
  }
}

/** Names the version of the file, so that stack traces of an earlier deploy keep their lines. */
function scriptName(file: SourceFile): string {
  const hash = createHash('sha256').update(file.text).digest('hex').slice(0, 8);
  return `apex:${encodeURI(file.path).replace(/[()]/g, '_')}#${hash}`;
}
