import type {
  BlockStatement,
  Expression,
  LocalStatement,
  Position,
  Statement,
  TypeNode,
} from '../syntax/ast.ts';
import { type ApexType, isPlatform, NULL } from '../types/apex-type.ts';
import { implicitConversion } from '../types/conversions.ts';
import { assignValue, stepValue } from './assignments.ts';
import type { Body } from './body.ts';
import { callValue } from './calls.ts';
import type { Code, Step } from './code.ts';
import { converted } from './conversion.ts';
import { newValue } from './creation.ts';
import { castValue, indexValue, instanceOfValue, typeLiteral } from './expression-forms.ts';
import { literalValue } from './literals.ts';
import { asValue, memberTarget, nameTarget } from './names.ts';
import { binaryValue, booleanType, unaryValue } from './operators.ts';
import { soqlValue } from './soql.ts';
import { soslValue } from './sosl.ts';
import { blockStatement, effect, localDeclaration, nested } from './statements.ts';
import { ERROR_VALUE, settled, type Target, typed, type Value } from './value.ts';

/**
 * Translates one body. The forms of expressions and statements are spread over the modules of this folder; they meet
 * again here.
 */
export class Translator {
  readonly body: Body;

  constructor(body: Body) {
    this.body = body;
  }

  /** An expression where a value is needed. */
  value(node: Expression, afterMinus = false): Value {
    if (node.kind === 'literal') {
      return literalValue(this.body, node, afterMinus);
    }
    return asValue(this.body, this.chain(node), node.at);
  }

  /** An expression that may go on (`a?.b` in `a?.b.c`) or be no value at all (`Account` in `Account.Name`). */
  chain(node: Expression): Target {
    switch (node.kind) {
      case 'name':
        return nameTarget(this, node);
      case 'member':
        return memberTarget(this, node);
      case 'call':
        return callValue(this, node);
      case 'index':
        return indexValue(this, node);
      default:
        return this.#closed(node);
    }
  }

  /** A Boolean, as JavaScript's `true` or `false`. */
  condition(node: Expression): Code {
    const value = this.convert(this.value(node), booleanType(this.body), node.at);
    return value.nonNull === true ? value.code : ['$o.truth(', value.code, ')'];
  }

  block(node: BlockStatement): Step {
    return blockStatement(this, node);
  }

  /** The body of an `if` or a loop: a block, one statement, or nothing. */
  nested(node: Statement | undefined): Step {
    return nested(this, node);
  }

  localDeclaration(node: LocalStatement): Code {
    return localDeclaration(this, node);
  }

  /** An expression for what it does. */
  effect(node: Expression): Code {
    return effect(this, node);
  }

  convert(value: Value, to: ApexType, at: Position): Value {
    return converted(this.body, value, to, at);
  }

  resolveType(node: TypeNode): ApexType {
    const { unit, owner } = this.body;
    return unit.resolver.resolve(node, unit.file, owner);
  }

  /** The type of `c ? a : b` and `a ?? b`. */
  commonType(a: Value, b: Value): ApexType | undefined {
    const { types } = this.body.unit.resolver;
    if (a.type.kind === 'void' || b.type.kind === 'void') {
      return undefined;
    }
    if (a.type === NULL) {
      return b.type;
    }
    if (implicitConversion(types, b.type, a.type) !== undefined) {
      return a.type;
    }
    if (implicitConversion(types, a.type, b.type) !== undefined) {
      return b.type;
    }
    const bothRecords = a.type.kind === 'sobject' && b.type.kind === 'sobject';
    return bothRecords ? types.sobject(undefined) : this.#rowOf(a, b);
  }

  /** The one record of a query, where a record is needed. */
  singleRow(query: Value): Value {
    const row = isPlatform(query.type, 'List') ? query.type.args[0] : undefined;
    return row === undefined ? query : this.convert(query, row, { line: 1, column: 1 });
  }

  /** `[SELECT …] ?? record` */
  #rowOf(a: Value, b: Value): ApexType | undefined {
    const row = a.isQuery === true && isPlatform(a.type, 'List') ? a.type.args[0] : undefined;
    return row !== undefined && row === b.type ? row : undefined;
  }

  #closed(node: Expression): Value {
    switch (node.kind) {
      case 'literal':
        return literalValue(this.body, node, false);
      case 'this':
        return this.#self(node.at);
      case 'new':
        return newValue(this, node);
      case 'cast':
        return castValue(this, node);
      case 'instanceof':
        return instanceOfValue(this, node);
      case 'unary':
        return unaryValue(this, node);
      case 'step':
        return stepValue(this, node);
      case 'binary':
        return binaryValue(this, node);
      case 'assign':
        return assignValue(this, node);
      case 'conditional':
        return this.#conditional(node);
      case 'soql':
        return soqlValue(this, node);
      case 'sosl':
        return soslValue(this, node);
      case 'typeLiteral':
        return typeLiteral(this, node);
      default:
        this.body.problem(node.at, 'Unexpected expression');
        return ERROR_VALUE;
    }
  }

  #self(at: Position): Value {
    const { body } = this;
    if (body.owner === undefined || body.isStatic) {
      body.problem(at, 'this cannot be referenced from a static context');
      return ERROR_VALUE;
    }
    return typed(body.unit.resolver.types.classRef(body.owner), 'this', true);
  }

  #conditional(node: Extract<Expression, { kind: 'conditional' }>): Value {
    const condition = this.condition(node.condition);
    const whenTrue = this.value(node.whenTrue);
    const whenFalse = this.value(node.whenFalse);
    const type = this.commonType(whenTrue, whenFalse);
    if (type === undefined) {
      const types = `${whenTrue.type.name} : ${whenFalse.type.name}`;
      this.body.problem(node.at, `Incompatible types in ternary operator: ${types}`);
      return ERROR_VALUE;
    }
    const a = this.convert(settled(whenTrue), type, node.whenTrue.at);
    const b = this.convert(settled(whenFalse), type, node.whenFalse.at);
    const code: Code = ['(', condition, ' ? ', a.code, ' : ', b.code, ')'];
    return typed(type, code, a.nonNull === true && b.nonNull === true);
  }
}
