import type {
  BlockContext,
  DeleteStatementContext,
  ForStatementContext,
  InsertStatementContext,
  LocalVariableDeclarationContext,
  StatementContext,
  SwitchStatementContext,
  TryStatementContext,
  UndeleteStatementContext,
  UpdateStatementContext,
  VariableDeclaratorsContext,
  WhenControlContext,
  WhenLiteralContext,
} from '@apexdevtools/apex-parser';
import type {
  BlockStatement,
  Declarator,
  DmlStatement,
  Expression,
  LocalStatement,
  Statement,
  SwitchCase,
} from './ast.ts';
import { expression, expressions } from './expressions.ts';
import { stringContent } from './literals.ts';
import { endOf, modifiers, namedType, positionOf, present, typeNode } from './nodes.ts';
import { SyntaxProblem } from './syntax-problem.ts';

export function block(context: BlockContext): BlockStatement {
  return {
    kind: 'block',
    at: positionOf(context),
    statements: context.statement_list().map(statement),
    end: endOf(context),
  };
}

export function statement(context: StatementContext): Statement {
  const at = positionOf(context);
  const inner = present(context.block());
  if (inner !== undefined) {
    return block(inner);
  }
  const local = present(context.localVariableDeclarationStatement());
  if (local !== undefined) {
    return localDeclaration(local.localVariableDeclaration());
  }
  const plain = present(context.expressionStatement());
  if (plain !== undefined) {
    return { kind: 'expression', at, expression: expression(plain.expression()) };
  }
  return controlStatement(context) ?? jumpStatement(context) ?? dataStatement(context);
}

export function declarators(context: VariableDeclaratorsContext): Declarator[] {
  return context.variableDeclarator_list().map((declarator) => {
    const name = declarator.id().getText();
    const at = positionOf(declarator);
    const initializer = present(declarator.expression());
    return initializer === undefined
      ? { at, name }
      : { at, name, initializer: expression(initializer) };
  });
}

function localDeclaration(context: LocalVariableDeclarationContext): LocalStatement {
  return {
    kind: 'local',
    at: positionOf(context),
    type: typeNode(context.typeRef()),
    isFinal: modifiers(context.modifier_list()).words.has('final'),
    declarators: declarators(context.variableDeclarators()),
  };
}

function controlStatement(context: StatementContext): Statement | undefined {
  const at = positionOf(context);
  const choice = present(context.ifStatement());
  if (choice !== undefined) {
    const [body, otherwise] = choice.statement_list().map(statement);
    const condition = expression(choice.parExpression().expression());
    const empty: BlockStatement = { kind: 'block', at, statements: [], end: at };
    return otherwise === undefined
      ? { kind: 'if', at, condition, body: body ?? empty }
      : { kind: 'if', at, condition, body: body ?? empty, otherwise };
  }
  const switching = present(context.switchStatement());
  if (switching !== undefined) {
    return switchStatement(switching);
  }
  const attempt = present(context.tryStatement());
  return attempt === undefined ? loopStatement(context) : tryStatement(attempt);
}

function loopStatement(context: StatementContext): Statement | undefined {
  const at = positionOf(context);
  const counting = present(context.forStatement());
  if (counting !== undefined) {
    return forStatement(counting);
  }
  const before = present(context.whileStatement());
  if (before !== undefined) {
    const condition = expression(before.parExpression().expression());
    const body = present(before.statement());
    const loop = { kind: 'while', at, condition, conditionLast: false } as const;
    return body === undefined ? loop : { ...loop, body: statement(body) };
  }
  const after = present(context.doWhileStatement());
  if (after !== undefined) {
    const condition = expression(after.parExpression().expression());
    return { kind: 'while', at, condition, body: block(after.block()), conditionLast: true };
  }
  return undefined;
}

function forStatement(context: ForStatementContext): Statement {
  const at = positionOf(context);
  const control = context.forControl();
  const bodyContext = present(context.statement());
  const body = bodyContext === undefined ? {} : { body: statement(bodyContext) };
  const each = present(control.enhancedForControl());
  if (each !== undefined) {
    const type = typeNode(each.typeRef());
    const source = expression(each.expression());
    return { kind: 'forEach', at, type, name: each.id().getText(), source, ...body };
  }
  const start = present(control.forInit());
  const localContext = present(start?.localVariableDeclaration());
  const condition = present(control.expression());
  return {
    kind: 'for',
    at,
    ...(localContext === undefined ? {} : { local: localDeclaration(localContext) }),
    initializers: expressions(start?.expressionList()),
    ...(condition === undefined ? {} : { condition: expression(condition) }),
    updates: expressions(present(control.forUpdate())?.expressionList()),
    ...body,
  };
}

function switchStatement(context: SwitchStatementContext): Statement {
  const subject = expression(context.expression());
  const cases = context.whenControl_list().map(switchCase);
  return { kind: 'switch', at: positionOf(context), subject, cases };
}

function switchCase(context: WhenControlContext): SwitchCase {
  const at = positionOf(context);
  const value = context.whenValue();
  const body = block(context.block());
  const type = present(value.typeRef());
  if (type !== undefined) {
    const binding = { type: typeNode(type), name: value.id().getText() };
    return { at, values: [], binding, body };
  }
  return { at, values: value.whenLiteral_list().map(whenLiteral), body };
}

function whenLiteral(context: WhenLiteralContext): Expression {
  const at = positionOf(context);
  const nested = present(context.whenLiteral());
  if (nested !== undefined) {
    return whenLiteral(nested);
  }
  const name = present(context.qualifiedName());
  if (name !== undefined) {
    const [first = '', ...rest] = name.id_list().map((id) => id.getText());
    return rest.reduce<Expression>(
      (target, part) => ({ kind: 'member', at, target, name: part, safe: false }),
      { kind: 'name', at, name: first },
    );
  }
  const text = present(context.StringLiteral() ?? context.MultilineStringLiteral());
  if (text !== undefined) {
    return { kind: 'literal', at, literal: 'string', text: stringContent(text.getText()) };
  }
  return present(context.NULL()) === undefined
    ? whenNumber(context)
    : { kind: 'literal', at, literal: 'null', text: 'null' };
}

function whenNumber(context: WhenLiteralContext): Expression {
  const at = positionOf(context);
  const long = present(context.LongLiteral());
  const number: Expression =
    long === undefined
      ? { kind: 'literal', at, literal: 'integer', text: context.IntegerLiteral().getText() }
      : { kind: 'literal', at, literal: 'long', text: long.getText().slice(0, -1) };
  const negative = context.SUB_list().length % 2 === 1;
  return negative ? { kind: 'unary', at, operator: '-', operand: number } : number;
}

function tryStatement(context: TryStatementContext): Statement {
  const catches = context.catchClause_list().map((clause) => ({
    at: positionOf(clause),
    type: namedType(clause.qualifiedName().getText(), positionOf(clause.qualifiedName())),
    name: clause.id().getText(),
    body: block(clause.block()),
  }));
  const last = present(context.finallyBlock());
  const attempt = {
    kind: 'try',
    at: positionOf(context),
    body: block(context.block()),
    catches,
  } as const;
  return last === undefined ? attempt : { ...attempt, finallyBody: block(last.block()) };
}

function jumpStatement(context: StatementContext): Statement | undefined {
  const at = positionOf(context);
  const leaving = present(context.returnStatement());
  if (leaving !== undefined) {
    const value = present(leaving.expression());
    return value === undefined
      ? { kind: 'return', at }
      : { kind: 'return', at, value: expression(value) };
  }
  const throwing = present(context.throwStatement());
  if (throwing !== undefined) {
    return { kind: 'throw', at, value: expression(throwing.expression()) };
  }
  if (present(context.breakStatement()) !== undefined) {
    return { kind: 'break', at };
  }
  return present(context.continueStatement()) === undefined ? undefined : { kind: 'continue', at };
}

function dataStatement(context: StatementContext): Statement {
  const at = positionOf(context);
  const simple = simpleDml(context);
  if (simple !== undefined) {
    return simple;
  }
  const upsert = present(context.upsertStatement());
  if (upsert !== undefined) {
    const field = present(upsert.qualifiedName())
      ?.id_list()
      .map((id) => id.getText());
    const node: DmlStatement = {
      kind: 'dml',
      at,
      operation: 'upsert',
      value: expression(upsert.expression()),
      ...mode(upsert),
    };
    return field === undefined ? node : { ...node, field };
  }
  const merge = present(context.mergeStatement());
  if (merge !== undefined) {
    const [value, losers] = merge.expression_list().map(expression);
    if (value !== undefined && losers !== undefined) {
      return { kind: 'dml', at, operation: 'merge', value, losers, ...mode(merge) };
    }
  }
  const runAs = present(context.runAsStatement());
  const [user] = expressions(runAs?.expressionList());
  if (runAs !== undefined && user !== undefined) {
    return { kind: 'runAs', at, user, body: block(runAs.block()) };
  }
  throw new SyntaxProblem(at, `Statement not supported: ${context.getText()}`);
}

type SimpleDmlContext =
  | InsertStatementContext
  | UpdateStatementContext
  | DeleteStatementContext
  | UndeleteStatementContext;

function simpleDml(context: StatementContext): Statement | undefined {
  const candidates: readonly (readonly [
    DmlStatement['operation'],
    SimpleDmlContext | undefined,
  ])[] = [
    ['insert', present(context.insertStatement())],
    ['update', present(context.updateStatement())],
    ['delete', present(context.deleteStatement())],
    ['undelete', present(context.undeleteStatement())],
  ];
  for (const [operation, found] of candidates) {
    if (found !== undefined) {
      const value = expression(found.expression());
      return { kind: 'dml', at: positionOf(context), operation, value, ...mode(found) };
    }
  }
  return undefined;
}

function mode(context: Pick<SimpleDmlContext, 'accessLevel'>): { mode?: 'user' | 'system' } {
  const level = present(context.accessLevel());
  if (level === undefined) {
    return {};
  }
  return { mode: present(level.USER()) === undefined ? 'system' : 'user' };
}
