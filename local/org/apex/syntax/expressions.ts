import {
  type ApexParserRuleContext,
  ArrayExpressionContext,
  AssignExpressionContext,
  CastExpressionContext,
  CondExpressionContext,
  type CreatedNameContext,
  type CreatorContext,
  DotExpressionContext,
  type ExpressionContext,
  type ExpressionListContext,
  IdPrimaryContext,
  InstanceOfExpressionContext,
  LiteralPrimaryContext,
  MethodCallExpressionContext,
  NegExpressionContext,
  NewExpressionContext,
  PostOpExpressionContext,
  PreOpExpressionContext,
  type PrimaryContext,
  PrimaryExpressionContext,
  SoqlPrimaryContext,
  SoslPrimaryContext,
  SubExpressionContext,
  SuperPrimaryContext,
  ThisPrimaryContext,
  TypeRefPrimaryContext,
} from '@apexdevtools/apex-parser';
import type { Expression, NewExpression, TypeNode } from './ast.ts';
import { literal } from './literals.ts';
import { childTexts, positionOf, present, typeNode } from './nodes.ts';
import { soqlExpression, soslExpression } from './queries.ts';
import { SyntaxProblem } from './syntax-problem.ts';

export function expression(context: ExpressionContext): Expression {
  const at = positionOf(context);
  if (context instanceof PrimaryExpressionContext) {
    return primary(context.primary());
  }
  if (context instanceof SubExpressionContext) {
    return expression(context.expression());
  }
  if (context instanceof DotExpressionContext) {
    return dotExpression(context);
  }
  if (context instanceof MethodCallExpressionContext) {
    const call = context.methodCall();
    const name = (call.id() ?? call.THIS() ?? call.SUPER()).getText();
    return { kind: 'call', at, name, args: expressions(call.expressionList()), safe: false };
  }
  if (context instanceof NewExpressionContext) {
    return creation(context.creator(), context);
  }
  if (context instanceof CastExpressionContext) {
    const type = typeNode(context.typeRef());
    return { kind: 'cast', at, type, operand: expression(context.expression()) };
  }
  if (context instanceof ArrayExpressionContext) {
    const [target, index] = context.expression_list().map(expression);
    return { kind: 'index', at, target: known(target, at), index: known(index, at) };
  }
  return operation(context);
}

export function expressions(context: ExpressionListContext | null | undefined): Expression[] {
  return present(context)?.expression_list().map(expression) ?? [];
}

function operation(context: ExpressionContext): Expression {
  const at = positionOf(context);
  if (context instanceof InstanceOfExpressionContext) {
    const type = typeNode(context.typeRef());
    return { kind: 'instanceof', at, operand: expression(context.expression()), type };
  }
  if (context instanceof CondExpressionContext) {
    const [condition, whenTrue, whenFalse] = context.expression_list().map(expression);
    return {
      kind: 'conditional',
      at,
      condition: known(condition, at),
      whenTrue: known(whenTrue, at),
      whenFalse: known(whenFalse, at),
    };
  }
  if (context instanceof NegExpressionContext) {
    const operator = present(context.TILDE()) === undefined ? '!' : '~';
    return { kind: 'unary', at, operator, operand: expression(context.expression()) };
  }
  if (context instanceof PreOpExpressionContext) {
    return prefixOperation(context);
  }
  if (context instanceof PostOpExpressionContext) {
    const operator = present(context.INC()) === undefined ? '--' : '++';
    const operand = expression(context.expression());
    return { kind: 'step', at, operator, prefix: false, operand };
  }
  return binaryOperation(context);
}

function prefixOperation(context: PreOpExpressionContext): Expression {
  const at = positionOf(context);
  const operand = expression(context.expression());
  if (present(context.INC()) !== undefined || present(context.DEC()) !== undefined) {
    const operator = present(context.INC()) === undefined ? '--' : '++';
    return { kind: 'step', at, operator, prefix: true, operand };
  }
  const operator = present(context.SUB()) === undefined ? '+' : '-';
  return { kind: 'unary', at, operator, operand };
}

/** Operators of several characters come as several tokens (`>` `>` `=`), so the text between the operands is taken. */
function binaryOperation(context: ExpressionContext): Expression {
  const at = positionOf(context);
  const count = context.getChildCount();
  const operator = childTexts(context)
    .slice(1, count - 1)
    .join('');
  const left = expression(operand(context, 0));
  const right = expression(operand(context, count - 1));
  return context instanceof AssignExpressionContext
    ? { kind: 'assign', at, operator, target: left, value: right }
    : { kind: 'binary', at, operator, left, right };
}

function operand(context: ExpressionContext, index: number): ExpressionContext {
  const child: unknown = context.getChild(index);
  if (isExpression(child)) {
    return child;
  }
  throw new SyntaxProblem(positionOf(context), `Expression not supported: ${context.getText()}`);
}

function isExpression(node: unknown): node is ExpressionContext {
  return typeof node === 'object' && node !== null && 'getChildCount' in node && 'copyFrom' in node;
}

function dotExpression(context: DotExpressionContext): Expression {
  const target = expression(context.expression());
  const safe = present(context.QUESTIONDOT()) !== undefined;
  const call = present(context.dotMethodCall());
  if (call === undefined) {
    const name = context.anyId();
    return { kind: 'member', at: positionOf(name), target, name: name.getText(), safe };
  }
  const at = positionOf(call);
  const args = expressions(call.expressionList());
  return { kind: 'call', at, target, name: call.anyId().getText(), args, safe };
}

function primary(context: PrimaryContext): Expression {
  const at = positionOf(context);
  if (context instanceof IdPrimaryContext) {
    return { kind: 'name', at, name: context.id().getText() };
  }
  if (context instanceof LiteralPrimaryContext) {
    return literal(context.literal());
  }
  if (context instanceof ThisPrimaryContext) {
    return { kind: 'this', at };
  }
  if (context instanceof SuperPrimaryContext) {
    return { kind: 'super', at };
  }
  if (context instanceof TypeRefPrimaryContext) {
    return { kind: 'typeLiteral', at, type: typeNode(context.typeRef()) };
  }
  if (context instanceof SoqlPrimaryContext) {
    return soqlExpression(context.soqlLiteral(), expression);
  }
  if (context instanceof SoslPrimaryContext) {
    return soslExpression(context.soslLiteral(), expression);
  }
  throw new SyntaxProblem(at, `Expression not supported: ${context.getText()}`);
}

function creation(context: CreatorContext, whole: ApexParserRuleContext): NewExpression {
  const type = createdType(context.createdName());
  const at = positionOf(whole);
  const array = present(context.arrayCreatorRest());
  if (array !== undefined) {
    const listType: TypeNode = { ...type, arrayDepth: type.arrayDepth + 1 };
    const size = present(array.expression());
    const elements = present(array.arrayInitializer())?.expression_list().map(expression) ?? [];
    return size === undefined
      ? { kind: 'new', at, type: listType, init: { form: 'elements', elements } }
      : { kind: 'new', at, type: listType, init: { form: 'size', size: expression(size) } };
  }
  const call = present(context.classCreatorRest());
  if (call !== undefined) {
    const args = expressions(call.arguments().expressionList());
    return { kind: 'new', at, type, init: { form: 'arguments', args } };
  }
  const map = present(context.mapCreatorRest());
  if (map !== undefined) {
    const entries = map.mapCreatorRestPair_list().map((pair) => {
      const [key, value] = pair.expression_list().map(expression);
      return [known(key, at), known(value, at)] as const;
    });
    return { kind: 'new', at, type, init: { form: 'entries', entries } };
  }
  const elements = present(context.setCreatorRest())?.expression_list().map(expression) ?? [];
  return { kind: 'new', at, type, init: { form: 'elements', elements } };
}

function createdType(context: CreatedNameContext): TypeNode {
  const parts = context.idCreatedNamePair_list().map((pair) => ({
    name: pair.anyId().getText(),
    args: present(pair.typeList())?.typeRef_list().map(typeNode) ?? [],
  }));
  return { at: positionOf(context), parts, arrayDepth: 0 };
}

function known<T>(value: T | undefined, at: { line: number; column: number }): T {
  if (value === undefined) {
    throw new SyntaxProblem(at, 'Incomplete expression');
  }
  return value;
}
