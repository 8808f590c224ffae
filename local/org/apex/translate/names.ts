import type { Expression, MemberExpression, NameExpression, Position } from '../syntax/ast.ts';
import type { PlatformRef } from '../types/apex-type.ts';
import { jsPath } from '../types/declare-classes.ts';
import { ancestors } from '../types/hierarchy.ts';
import type { ClassSymbol, FieldSymbol } from '../types/symbols.ts';
import { topLevel } from '../types/symbols.ts';
import { sees } from './access.ts';
import type { Body } from './body.ts';
import type { Code } from './code.ts';
import { required } from './conversion.ts';
import { describeMember, membersNamed, namedMember } from './describe-members.ts';
import { fieldPlace, localPlace, readField } from './places.ts';
import { platformProperty, staticPlatformProperty } from './platform-members.ts';
import { recordMember, recordTypeMember } from './record-members.ts';
import type { Translator } from './translator.ts';
import { triggerVariable } from './trigger-context.ts';
import { ERROR_VALUE, settled, type Target, type TypeTarget, typed, type Value } from './value.ts';

/** What a simple name means: a variable, a member, a type, or the start of a longer name. */
export function nameTarget(t: Translator, node: NameExpression): Target {
  const { body } = t;
  const found =
    localTarget(body, node.name) ??
    memberOfEnclosing(body, node.name, node.at) ??
    typeTarget(body, node.name);
  if (found !== undefined) {
    return found;
  }
  const lower = node.name.toLowerCase();
  if (
    lower === 'trigger' ||
    lower === 'schema' ||
    body.unit.resolver.types.platform.isNamespace(lower)
  ) {
    return { kind: 'namespace', name: node.name };
  }
  body.problem(node.at, `Variable does not exist: ${node.name}`);
  return ERROR_VALUE;
}

export function memberTarget(t: Translator, node: MemberExpression): Target {
  const target = t.chain(node.target);
  switch (target.kind) {
    case 'namespace':
      return namespaceMember(t.body, target.name, node);
    case 'type':
      return typeMember(t.body, target.type, node);
    default:
      return node.safe ? safeMember(t, target, node) : valueMember(t, target, node);
  }
}

/** The class as an expression of the generated code: where its static members are. */
export function classCode(body: Body, symbol: ClassSymbol): Code {
  const top = topLevel(symbol);
  const name = `${jsPath(top.name)}$`;
  const own = body.owner !== undefined && topLevel(body.owner) === top;
  if (!own) {
    body.unit.imports.classes.add(top.name);
  }
  const reference = own ? name : `(${name} ??= $.load(${JSON.stringify(top.name)}))`;
  return symbol === top ? reference : `${reference}.${symbol.simpleName}$`;
}

/** Starts a `?.`: the receiver is kept, and the rest of the chain is skipped when it is null. */
export function guarded(body: Body, target: Value): Value {
  const kept = body.scratch();
  const guards = [...(target.guards ?? []), [`(${kept} = `, target.code, ') === null']];
  return { kind: 'value', type: target.type, code: kept, nonNull: true, guards };
}

/** Passes the pending `?.` conditions of the receiver on to what is read from it. */
export function withGuards(result: Value, receiver: Value): Value {
  return receiver.guards === undefined ? result : { ...result, guards: receiver.guards };
}

function safeMember(t: Translator, target: Value, node: MemberExpression): Value {
  const receiver = guarded(t.body, target);
  const member = valueMember(t, receiver, node);
  return member.kind === 'value' ? withoutPlace(member) : ERROR_VALUE;
}

function withoutPlace(value: Value): Value {
  const { place: _, ...rest } = value;
  return rest;
}

function localTarget(body: Body, name: string): Value | undefined {
  const local = body.local(name);
  return local === undefined
    ? undefined
    : { ...typed(local.type, local.jsName), place: localPlace(local) };
}

/** A field of the class or its superclasses, or a static field of an enclosing class. */
function memberOfEnclosing(body: Body, name: string, at: Position): Value | undefined {
  const lower = name.toLowerCase();
  for (let scope = body.owner; scope !== undefined; scope = scope.outer) {
    const field = findField(scope, lower);
    if (field !== undefined) {
      return enclosingField(body, scope, field, at);
    }
  }
  return undefined;
}

function enclosingField(
  body: Body,
  scope: ClassSymbol,
  field: FieldSymbol,
  at: Position,
): Value | undefined {
  if (field.isStatic) {
    return fieldValue(body, field, classCode(body, field.owner), at);
  }
  if (body.isStatic || scope !== body.owner) {
    if (typeTarget(body, field.name) !== undefined) {
      return undefined;
    }
    body.problem(at, `Non static field cannot be referenced from a static context: ${field.name}`);
    return ERROR_VALUE;
  }
  return fieldValue(body, field, 'this', at);
}

function fieldValue(body: Body, field: FieldSymbol, receiver: Code, at: Position): Value {
  if (!sees(body.owner, field.owner, field.visibility, field.isTestVisible)) {
    body.problem(at, `Variable is not visible: ${field.owner.name}.${field.name}`);
  } else if (
    field.property?.getter === undefined &&
    field.property !== undefined &&
    body.storageOf !== field
  ) {
    return { ...ERROR_VALUE, type: field.type, place: fieldPlace(body, field, receiver) };
  }
  return {
    ...typed(field.type, readField(body, field, receiver)),
    place: fieldPlace(body, field, receiver),
  };
}

function findField(symbol: ClassSymbol, lower: string): FieldSymbol | undefined {
  for (const ancestor of ancestors(symbol)) {
    const field = ancestor.fields.get(lower);
    if (field !== undefined) {
      return field;
    }
  }
  return undefined;
}

function typeTarget(body: Body, name: string): Target | undefined {
  const type = body.unit.resolver.findPlain(name, body.owner);
  return type === undefined ? undefined : { kind: 'type', type };
}

function namespaceMember(body: Body, namespace: string, node: MemberExpression): Target {
  if (namespace.toLowerCase() === 'trigger') {
    return triggerVariable(body, node.name, node.at);
  }
  const name = `${namespace}.${node.name}`;
  const found = typeTarget(body, name);
  if (found !== undefined) {
    return found;
  }
  body.problem(node.at, `Variable does not exist: ${name}`);
  return ERROR_VALUE;
}

function typeMember(body: Body, type: TypeOf, node: MemberExpression): Target {
  if (type.kind === 'class') {
    return classMember(body, type.symbol, node);
  }
  if (type.kind === 'sobject') {
    return recordTypeMember(body, type, node.name, node.at);
  }
  if (type.kind !== 'platform') {
    return ERROR_VALUE;
  }
  if (type.definition.name === 'Label') {
    return labelText(body, node);
  }
  const inner = body.unit.resolver.types.platform.find(`${type.definition.name}.${node.name}`);
  if (inner !== undefined && inner.typeParameters.length === 0) {
    return { kind: 'type', type: body.unit.resolver.types.platformRef(inner, []) };
  }
  return (
    describeMember(body, type, node.name) ??
    objectOfSchema(body, type, node.name) ??
    staticPlatformProperty(body, type, node.name, node.at)
  );
}

/** `Schema.Account` */
function objectOfSchema(body: Body, type: PlatformRef, name: string): Target | undefined {
  return type.definition.name === 'Schema' ? typeTarget(body, `Schema.${name}`) : undefined;
}

function labelText(body: Body, node: MemberExpression): Value {
  const { types } = body.unit.resolver;
  const label = types.labels.get(node.name.toLowerCase());
  if (label === undefined) {
    body.problem(node.at, `External string does not exist: ${node.name}`);
  }
  return typed(types.get('String'), JSON.stringify(label ?? ''), true);
}

type TypeOf = Extract<Target, { kind: 'type' }>['type'];

function classMember(body: Body, symbol: ClassSymbol, node: MemberExpression): Target {
  const lower = node.name.toLowerCase();
  if (symbol.kind === 'enum') {
    return enumConstant(body, symbol, node);
  }
  const inner = symbol.inner.get(lower);
  const field = findField(symbol, lower);
  if (field?.isStatic === true) {
    return fieldValue(body, field, classCode(body, field.owner), node.at);
  }
  if (inner !== undefined) {
    if (!sees(body.owner, inner, inner.visibility, inner.isTestVisible)) {
      body.problem(node.at, `Type is not visible: ${inner.name}`);
    }
    return { kind: 'type', type: body.unit.resolver.types.classRef(inner) };
  }
  body.problem(node.at, `Variable does not exist: ${symbol.name}.${node.name}`);
  return ERROR_VALUE;
}

function enumConstant(body: Body, symbol: ClassSymbol, node: MemberExpression): Value {
  const lower = node.name.toLowerCase();
  const index = symbol.declaration.constants.findIndex(
    (constant) => constant.name.toLowerCase() === lower,
  );
  if (index < 0) {
    body.problem(node.at, `Variable does not exist: ${symbol.name}.${node.name}`);
    return ERROR_VALUE;
  }
  const type = body.unit.resolver.types.classRef(symbol);
  return typed(type, `${body.unit.imports.enumType(symbol.name)}.constants[${index}]`, true);
}

/** `Kind kind; … Kind.FAST`: a name that is a variable, too, means the type where only the type has the member. */
export function typeOfSameName(body: Body, node: Expression): TypeTarget | undefined {
  const found = node.kind === 'name' ? typeTarget(body, node.name) : undefined;
  return found?.kind === 'type' ? found : undefined;
}

function valueMember(t: Translator, target: Value, node: MemberExpression): Target {
  const { body } = t;
  const { type } = target;
  if (type.kind === 'error') {
    return ERROR_VALUE;
  }
  if (target.named !== undefined) {
    return namedMember(body, target.named, node.name, node.at);
  }
  if (type.kind === 'class') {
    const field = findField(type.symbol, node.name.toLowerCase());
    if (field !== undefined && !field.isStatic) {
      return withGuards(fieldValue(body, field, target.code, node.at), target);
    }
  }
  const record = target.isQuery === true ? t.singleRow(target) : target;
  if (record.type.kind === 'sobject') {
    return withGuards(recordMember(body, record, node.name, node.at), target);
  }
  const found = platformProperty(body, type, required(target), node.name);
  if (found !== undefined) {
    return withGuards({ ...found, ...membersNamed(target, node.name) }, target);
  }
  const sameName = typeOfSameName(body, node.target);
  if (sameName !== undefined) {
    return typeMember(body, sameName.type, node);
  }
  body.problem(node.at, `Variable does not exist: ${node.name} (of ${type.name})`);
  return ERROR_VALUE;
}

/** The value at the end of a chain of names; a type or namespace alone is none. */
export function asValue(body: Body, target: Target, at: Position): Value {
  if (target.kind === 'value') {
    return settled(target);
  }
  const name = target.kind === 'type' ? target.type.name : 'This name';
  body.problem(at, `${name} is not a value`);
  return ERROR_VALUE;
}
