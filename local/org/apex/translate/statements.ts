import type {
  BlockStatement,
  DmlStatement,
  Expression,
  IfStatement,
  LocalStatement,
  Position,
  ReturnStatement,
  RunAsStatement,
  Statement,
  ThrowStatement,
} from '../syntax/ast.ts';
import { elementType, isPlatform, VOID } from '../types/apex-type.ts';
import { implicitConversion } from '../types/conversions.ts';
import { type Code, type Step, text } from './code.ts';
import { forEachStatement, forStatement, whileStatement } from './loops.ts';
import { switchStatement } from './switch.ts';
import type { Translator } from './translator.ts';
import { tryStatement } from './try.ts';
import type { Value } from './value.ts';

/** Expressions that do something; others cannot stand alone. */
const EFFECTS = new Set<Expression['kind']>(['assign', 'step', 'call', 'new']);

export function blockStatement(t: Translator, block: BlockStatement): Step {
  return t.body.scoped(() => {
    const { code, ends } = statements(t, block.statements);
    return { code: ['{ ', code, { line: block.end.line }, '} '], ends };
  });
}

export function statements(t: Translator, list: readonly Statement[]): Step {
  const codes: Code[] = [];
  let ends = false;
  for (const statement of list) {
    if (ends) {
      t.body.problem(statement.at, 'Unreachable statement');
      break;
    }
    const step = translated(t, statement);
    codes.push(step.code);
    ends = step.ends;
  }
  return { code: codes, ends };
}

/** One statement on its line, counted for coverage. */
function translated(t: Translator, statement: Statement): Step {
  if (statement.kind === 'block') {
    return blockStatement(t, statement);
  }
  const { lines } = t.body.unit;
  const { line } = statement.at;
  const count = lines.has(line) ? '' : `$c[${line}]++; `;
  lines.add(line);
  const step = plain(t, statement);
  return { code: [{ line }, count, step.code], ends: step.ends };
}

/** The body of an `if` or a loop, which may be one statement or none. */
export function nested(t: Translator, statement: Statement | undefined): Step {
  if (statement === undefined) {
    return { code: '{} ', ends: false };
  }
  if (statement.kind === 'block') {
    return blockStatement(t, statement);
  }
  return t.body.scoped(() => {
    const { code, ends } = translated(t, statement);
    return { code: ['{ ', code, '} '], ends };
  });
}

function plain(t: Translator, statement: Exclude<Statement, BlockStatement>): Step {
  switch (statement.kind) {
    case 'local':
      return goesOn(localDeclaration(t, statement));
    case 'expression':
      return goesOn(effect(t, statement.expression));
    case 'if':
      return ifStatement(t, statement);
    case 'switch':
      return switchStatement(t, statement);
    case 'for':
      return forStatement(t, statement);
    case 'forEach':
      return forEachStatement(t, statement);
    case 'while':
      return whileStatement(t, statement);
    case 'try':
      return tryStatement(t, statement);
    case 'return':
      return { code: returnStatement(t, statement), ends: true };
    case 'throw':
      return { code: throwStatement(t, statement), ends: true };
    case 'dml':
      return goesOn(dmlStatement(t, statement));
    case 'runAs':
      return runAsStatement(t, statement);
    default:
      return jump(t, statement);
  }
}

function goesOn(code: Code): Step {
  return { code, ends: false };
}

export function localDeclaration(t: Translator, statement: LocalStatement): Code {
  const type = t.resolveType(statement.type);
  return statement.declarators.map((declarator): Code => {
    const value =
      declarator.initializer === undefined
        ? 'null'
        : t.convert(t.value(declarator.initializer), type, declarator.initializer.at).code;
    const local = t.body.declare(declarator.name, type, declarator.at, statement.isFinal);
    return [`let ${local.jsName} = `, value, '; '];
  });
}

/** An expression for what it does. */
export function effect(t: Translator, expression: Expression): Code {
  if (!EFFECTS.has(expression.kind)) {
    t.body.problem(expression.at, 'Expression cannot be a statement');
  }
  return [t.value(expression).code, '; '];
}

function ifStatement(t: Translator, statement: IfStatement): Step {
  const condition = t.condition(statement.condition);
  const then = nested(t, statement.body);
  if (statement.otherwise === undefined) {
    return goesOn(['if (', condition, ') ', then.code]);
  }
  const otherwise = nested(t, statement.otherwise);
  const code: Code = ['if (', condition, ') ', then.code, 'else ', otherwise.code];
  return { code, ends: then.ends && otherwise.ends };
}

function returnStatement(t: Translator, statement: ReturnStatement): Code {
  const { returnType } = t.body;
  if (statement.value === undefined) {
    if (returnType !== VOID) {
      t.body.problem(statement.at, `Missing return value of type ${returnType.name}`);
    }
    return t.body.returnCode;
  }
  const value = t.value(statement.value);
  if (returnType === VOID) {
    t.body.problem(statement.at, 'Void method must not return a value');
    return 'return; ';
  }
  return ['return ', t.convert(value, returnType, statement.value.at).code, '; '];
}

function throwStatement(t: Translator, statement: ThrowStatement): Code {
  const value = t.value(statement.value);
  const exception = t.body.unit.resolver.types.get('Exception');
  const thrown = t.convert(value, exception, statement.value.at);
  return ['throw $.thrown(', thrown.code, '); '];
}

function jump(t: Translator, statement: Statement): Step {
  const word = statement.kind === 'break' ? 'break' : 'continue';
  if (!t.body.isInLoop) {
    t.body.problem(statement.at, `${word} must be in a loop`);
  }
  if (word === 'break') {
    t.body.breakLoop();
  }
  return { code: `${word}; `, ends: t.body.isInLoop };
}

function dmlStatement(t: Translator, statement: DmlStatement): Code {
  t.body.method.accessesData = true;
  const value = dmlOperand(t, statement.value);
  const mode = statement.mode === undefined ? '' : `, mode: ${text(statement.mode)}`;
  if (statement.losers !== undefined) {
    const losers = dmlOperand(t, statement.losers, true);
    checkMerged(t, value, losers, statement.losers.at);
    return ['$.merge(', value.code, ', ', losers.code, `, {${mode.slice(2)}}); `];
  }
  const field = statement.field?.at(-1);
  const fieldOption =
    field === undefined ? '' : `, field: ${text(externalId(t, statement, value, field))}`;
  const options = `{${(fieldOption + mode).slice(2)}}`;
  return [`$r.dml(${text(statement.operation)}, `, value.code, `, ${options}); `];
}

/** A record or a list of records; what a merge removes may be ids, too. */
function dmlOperand(t: Translator, node: Expression, takesIds = false): Value {
  const value = t.value(node);
  const { types } = t.body.unit.resolver;
  const row = elementType(value.type) ?? value.type;
  const isList = isPlatform(value.type, 'List');
  const isRecord = implicitConversion(types, row, types.sobject(undefined)) !== undefined;
  const isId = takesIds && isPlatform(row, 'Id');
  const isOne = elementType(value.type) === undefined;
  if (row.kind === 'null' || !(isRecord || isId) || !(isList || isOne)) {
    if (row.kind !== 'error') {
      t.body.problem(node.at, `DML requires SObject or SObject list type: ${value.type.name}`);
    }
  }
  return value;
}

/** Records of one object are merged; ids tell when the code runs. */
function checkMerged(t: Translator, winner: Value, losers: Value, at: Position): void {
  const row = elementType(losers.type) ?? losers.type;
  if (row.kind !== 'sobject' || winner.type.kind !== 'sobject') return;
  if (row.schema === undefined || winner.type.schema === undefined) return;
  if (row === winner.type) return;
  t.body.problem(at, `Illegal assignment from ${row.name} to ${winner.type.name}`);
}

function externalId(t: Translator, statement: DmlStatement, value: Value, field: string): string {
  const row = elementType(value.type) ?? value.type;
  const declared = row.kind === 'sobject' ? row.schema?.fields.get(field.toLowerCase()) : undefined;
  if (row.kind === 'sobject' && row.schema !== undefined && declared === undefined) {
    t.body.problem(statement.at, `Field does not exist: ${field} on ${row.name}`);
  }
  const isKey = declared === undefined || declared.externalId || declared.idLookup;
  if (!isKey) {
    t.body.problem(
      statement.at,
      `Invalid field for upsert, must be an External Id custom or standard indexed field: ${field}`,
    );
  }
  return declared?.name ?? field;
}

function runAsStatement(t: Translator, statement: RunAsStatement): Step {
  const { types } = t.body.unit.resolver;
  const user = t.convert(
    t.value(statement.user),
    types.sobject(types.schema.find('User')),
    statement.at,
  );
  const scope = t.body.scratch();
  const body = blockStatement(t, statement.body);
  const code: Code = [
    `${scope} = $r.enterRunAs(`,
    user.code,
    '); try ',
    body.code,
    `finally { ${scope}.leave(); } `,
  ];
  return { code, ends: body.ends };
}
