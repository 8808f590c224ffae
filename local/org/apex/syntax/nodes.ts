import type {
  AnnotationContext,
  ApexParserRuleContext,
  FormalParametersContext,
  ModifierContext,
  TypeRefContext,
} from '@apexdevtools/apex-parser';
import type { Annotation, Modifiers, Parameter, Position, TypeNode } from './ast.ts';

/** What positions need of a parse-tree node or token. */
interface Located {
  readonly line: number;
  readonly column: number;
}

export function positionOf(context: ApexParserRuleContext): Position {
  return tokenPosition(context.start);
}

/** Of the node's last token: the closing brace of a block. */
export function endOf(context: ApexParserRuleContext): Position {
  return tokenPosition(context.stop ?? context.start);
}

/** The parser counts columns from 0, people from 1. */
function tokenPosition(token: Located): Position {
  return { line: token.line, column: token.column + 1 };
}

/** The parser's accessors answer null for what is not there, though their types do not say so. */
export function present<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined;
}

export function typeNode(context: TypeRefContext): TypeNode {
  const parts = context.typeName_list().map((part) => ({
    name: (part.LIST() ?? part.SET() ?? part.MAP() ?? part.id()).getText(),
    args: present(part.typeArguments())?.typeList().typeRef_list().map(typeNode) ?? [],
  }));
  const arrayDepth = present(context.arraySubscripts())?.LBRACK_list().length ?? 0;
  return { at: positionOf(context), parts, arrayDepth };
}

/** A type written as a plain dotted name. */
export function namedType(name: string, at: Position): TypeNode {
  return { at, parts: name.split('.').map((part) => ({ name: part, args: [] })), arrayDepth: 0 };
}

export function modifiers(contexts: readonly ModifierContext[]): Modifiers {
  const words = new Set<string>();
  const annotations: Annotation[] = [];
  for (const context of contexts) {
    const found = present(context.annotation());
    if (found === undefined) {
      words.add(childTexts(context).join(' ').toLowerCase());
    } else {
      annotations.push(annotation(found));
    }
  }
  return { words, annotations };
}

export const NO_MODIFIERS: Modifiers = { words: new Set(), annotations: [] };

export function parameters(context: FormalParametersContext): Parameter[] {
  const list = present(context.formalParameterList())?.formalParameter_list() ?? [];
  return list.map((parameter) => ({
    at: positionOf(parameter.id()),
    name: parameter.id().getText(),
    type: typeNode(parameter.typeRef()),
  }));
}

export function childTexts(context: ApexParserRuleContext): string[] {
  return Array.from({ length: context.getChildCount() }, (_, index) =>
    context.getChild(index).getText(),
  );
}

function annotation(context: AnnotationContext): Annotation {
  const found = new Map<string, string>();
  for (const pair of present(context.elementValuePairs())?.elementValuePair_list() ?? []) {
    found.set(pair.id().getText().toLowerCase(), unquoted(pair.elementValue().getText()));
  }
  const only = present(context.elementValue());
  if (only !== undefined) {
    found.set('', unquoted(only.getText()));
  }
  return { at: positionOf(context), name: context.id().getText(), parameters: found };
}

function unquoted(text: string): string {
  return text.startsWith("'") ? text.slice(1, -1) : text;
}
