import {
  type ApexParserRuleContext,
  BoundExpressionContext,
  type ExpressionContext,
  SoqlFunctionContext,
  type SoqlLiteralContext,
  type SoslLiteralContext,
} from '@apexdevtools/apex-parser';
import type { Expression, SoqlExpression, SoslExpression } from './ast.ts';
import { stringContent } from './literals.ts';
import { positionOf, present } from './nodes.ts';

type ReadExpression = (context: ExpressionContext) => Expression;

/** `[SELECT …]` */
export function soqlExpression(context: SoqlLiteralContext, read: ReadExpression): SoqlExpression {
  const query = context.query();
  const selected = query.selectList().selectEntry_list();
  const first = selected[0];
  const functions = descendants(query.selectList()).filter(
    (node) => node instanceof SoqlFunctionContext,
  );
  return {
    kind: 'soql',
    at: positionOf(context),
    ...withoutBinds(query, read),
    from: query.fromNameList().fieldName(0).getText(),
    countOnly: selected.length === 1 && /^count\(\)$/i.test(first?.getText() ?? ''),
    aggregate: present(query.groupByClause()) !== undefined || functions.some(isAggregate),
  };
}

/** `[FIND 'words' IN … RETURNING …]`, `[FIND :words …]` */
export function soslExpression(context: SoslLiteralContext, read: ReadExpression): SoslExpression {
  const at = positionOf(context);
  const bound = present(context.boundExpression());
  const quoted = /'[\s\S]*'/.exec(present(context.FindLiteral())?.getText() ?? '')?.[0] ?? "''";
  const term: Expression =
    bound === undefined
      ? { kind: 'literal', at, literal: 'string', text: stringContent(quoted) }
      : read(bound.expression());
  return { kind: 'sosl', at, term, ...withoutBinds(context.soslClauses(), read) };
}

/** Cuts the binds out of the text; they are known as `b0`, `b1` … then. */
function withoutBinds(
  node: ApexParserRuleContext,
  read: ReadExpression,
): { readonly text: string; readonly binds: readonly Expression[] } {
  const input = node.start.getInputStream();
  const binds = descendants(node).filter((inner) => inner instanceof BoundExpressionContext);
  let text = '';
  let from = node.start.start;
  for (const [index, bind] of binds.entries()) {
    text += `${input.getText(from, bind.start.start - 1)}:b${index}`;
    from = (bind.stop ?? bind.start).stop + 1;
  }
  text += input.getText(from, (node.stop ?? node.start).stop);
  return {
    text: text.replace(/\s+$/, ''),
    binds: binds.map((bind) => read(bind.expression())),
  };
}

function isAggregate(call: SoqlFunctionContext): boolean {
  return [call.AVG(), call.COUNT(), call.COUNT_DISTINCT(), call.MIN(), call.MAX(), call.SUM()].some(
    (name) => present(name) !== undefined,
  );
}

/** Rule nodes below and including this one, in source order; what lies inside a bind is left to the bind. */
function descendants(node: ApexParserRuleContext): ApexParserRuleContext[] {
  if (node instanceof BoundExpressionContext) {
    return [node];
  }
  const found = [node];
  for (let index = 0; index < node.getChildCount(); index += 1) {
    const child: unknown = node.getChild(index);
    if (isRule(child)) {
      found.push(...descendants(child));
    }
  }
  return found;
}

function isRule(node: unknown): node is ApexParserRuleContext {
  return typeof node === 'object' && node !== null && 'ruleIndex' in node;
}
