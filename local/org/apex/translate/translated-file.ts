import type { SourceFile } from '../program.ts';
import type { MemberSpan } from '../stack.ts';
import type { TriggerDeclaration } from '../syntax/ast.ts';
import { labelOf } from '../types/declare-members.ts';
import type { Hierarchy } from '../types/hierarchy.ts';
import type { ClassSymbol, MethodSymbol } from '../types/symbols.ts';
import type { TypeResolver } from '../types/type-resolver.ts';
import { FileImports, type FileUnit } from './body.ts';
import type { Code } from './code.ts';
import { classFileCode, triggerFileCode } from './file-code.ts';

export interface TranslationContext {
  readonly file: SourceFile;
  readonly scriptName: string;
  readonly resolver: TypeResolver;
  readonly hierarchy: Hierarchy;
  readonly checkSoql: (soql: string) => string | undefined;
}

/** One source file, translated; printed when it is known which methods suspend. */
export interface TranslatedFile {
  readonly path: string;
  readonly scriptName: string;
  readonly code: Code;
  readonly imports: FileImports;
  readonly lines: ReadonlySet<number>;
  readonly spans: readonly MemberSpan[];
  readonly methods: readonly MethodSymbol[];
  readonly symbol?: ClassSymbol;
  readonly trigger?: TriggerDeclaration;
}

export function translateClass(context: TranslationContext, symbol: ClassSymbol): TranslatedFile {
  const unit = newUnit(context);
  // Enums and interfaces have no code of their own.
  const code = symbol.kind === 'class' ? classFileCode(unit, symbol) : '';
  const methods = methodsOf(symbol);
  return { ...parts(context, unit), code, symbol, methods, spans: classSpans(symbol) };
}

export function translateTrigger(
  context: TranslationContext,
  trigger: TriggerDeclaration,
): TranslatedFile {
  const schema = context.resolver.types.schema.find(trigger.object);
  if (schema === undefined || !schema.triggerable) {
    const message = `SObject type does not allow triggers: ${trigger.object}`;
    context.resolver.problems.add(context.file.path, trigger.objectAt, message);
  }
  const unit = newUnit(context, trigger.object);
  const { code, method } = triggerFileCode(unit, trigger);
  const span = { firstLine: 1, lastLine: trigger.body.end.line, label: method.label };
  return { ...parts(context, unit), code, trigger, methods: [method], spans: [span] };
}

function newUnit(context: TranslationContext, triggerObject?: string): FileUnit {
  return {
    file: context.file.path,
    resolver: context.resolver,
    hierarchy: context.hierarchy,
    imports: new FileImports(),
    lines: new Set(),
    checkSoql: context.checkSoql,
    ...(triggerObject === undefined ? {} : { triggerObject }),
  };
}

function parts(context: TranslationContext, unit: FileUnit) {
  return {
    path: context.file.path,
    scriptName: context.scriptName,
    imports: unit.imports,
    lines: unit.lines,
  };
}

/** Every method, constructor, accessor and initialization of a class and its inner classes. */
function methodsOf(symbol: ClassSymbol): MethodSymbol[] {
  const accessors = [...symbol.fields.values()].flatMap((field) =>
    [field.property?.getter, field.property?.setter].filter(
      (accessor) => typeof accessor === 'object',
    ),
  );
  return [
    ...[...symbol.methods.values()].flat(),
    ...symbol.constructors,
    ...accessors,
    symbol.instanceInit,
    symbol.staticInit,
    ...[...symbol.inner.values()].flatMap(methodsOf),
  ];
}

function classSpans(symbol: ClassSymbol): MemberSpan[] {
  const { declaration } = symbol;
  const own = methodsOf({ ...symbol, inner: new Map() }).flatMap((method): MemberSpan[] =>
    method.body === undefined
      ? []
      : [{ firstLine: method.at.line, lastLine: method.body.end.line, label: method.label }],
  );
  return [
    {
      firstLine: declaration.at.line,
      lastLine: declaration.end.line,
      label: labelOf(symbol, '<init>'),
    },
    ...staticSpans(symbol),
    ...own,
    ...[...symbol.inner.values()].flatMap(classSpans),
  ];
}

function staticSpans(symbol: ClassSymbol): MemberSpan[] {
  return symbol.staticSteps.map((step) => {
    const firstLine = (step.kind === 'field' ? step.field : step.body).at.line;
    const lastLine = step.kind === 'field' ? firstLine : step.body.end.line;
    return { firstLine, lastLine, label: `Class.${symbol.name}.<clinit>` };
  });
}
