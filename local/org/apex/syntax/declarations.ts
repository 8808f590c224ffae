import type {
  AnonymousMemberDeclarationContext,
  ClassBodyDeclarationContext,
  ClassDeclarationContext,
  ConstructorDeclarationContext,
  EnumDeclarationContext,
  InterfaceDeclarationContext,
  MemberDeclarationContext,
  ModifierContext,
  PropertyDeclarationContext,
  TriggerBlockMemberContext,
  TriggerCaseContext,
  TriggerUnitContext,
  TypeDeclarationContext,
} from '@apexdevtools/apex-parser';
import type {
  Accessor,
  MemberDeclaration,
  MethodDeclaration,
  Modifiers,
  PropertyDeclaration,
  Statement,
  TriggerDeclaration,
  TypeDeclaration,
} from './ast.ts';
import {
  childTexts,
  endOf,
  modifiers,
  parameters,
  positionOf,
  present,
  typeNode,
} from './nodes.ts';
import { block, declarators, statement } from './statements.ts';
import { SyntaxProblem } from './syntax-problem.ts';

export function typeDeclaration(context: TypeDeclarationContext): TypeDeclaration {
  const found = nestedType(context, modifiers(context.modifier_list()));
  if (found === undefined) {
    throw new SyntaxProblem(positionOf(context), 'A class, interface or enum is expected');
  }
  return found;
}

export function triggerDeclaration(context: TriggerUnitContext): TriggerDeclaration {
  const body = context.triggerBlock();
  const members = body.triggerBlockMember_list().map(triggerStatement);
  return {
    kind: 'trigger',
    at: positionOf(context),
    name: context.id(0).getText(),
    object: context.id(1).getText(),
    objectAt: positionOf(context.id(1)),
    events: context.triggerCase_list().map(triggerEvent),
    body: { kind: 'block', at: positionOf(body), statements: members, end: endOf(body) },
  };
}

/** What looks like a field in a trigger is a local variable of its body. */
function triggerStatement(member: TriggerBlockMemberContext): Statement {
  const found = present(member.statement());
  if (found !== undefined) {
    return statement(found);
  }
  const field = present(member.triggerMemberDeclaration()?.fieldDeclaration());
  if (field === undefined) {
    throw new SyntaxProblem(
      positionOf(member),
      'A trigger can hold statements only; move this declaration to a class',
    );
  }
  return {
    kind: 'local',
    at: positionOf(member),
    type: typeNode(field.typeRef()),
    isFinal: modifiers(member.modifier_list()).words.has('final'),
    declarators: declarators(field.variableDeclarators()),
  };
}

function triggerEvent(context: TriggerCaseContext): string {
  return childTexts(context).join(' ').toLowerCase();
}

interface TypeHolder {
  classDeclaration(): ClassDeclarationContext;
  interfaceDeclaration(): InterfaceDeclarationContext;
  enumDeclaration(): EnumDeclarationContext;
}

function nestedType(context: TypeHolder, words: Modifiers): TypeDeclaration | undefined {
  const asClass = present(context.classDeclaration());
  if (asClass !== undefined) {
    return classDeclaration(asClass, words);
  }
  const asInterface = present(context.interfaceDeclaration());
  if (asInterface !== undefined) {
    return interfaceDeclaration(asInterface, words);
  }
  const asEnum = present(context.enumDeclaration());
  return asEnum === undefined ? undefined : enumDeclaration(asEnum, words);
}

function classDeclaration(context: ClassDeclarationContext, words: Modifiers): TypeDeclaration {
  const superclass = present(context.typeRef());
  return {
    kind: 'class',
    at: positionOf(context),
    end: endOf(context),
    name: context.id().getText(),
    modifiers: words,
    ...(superclass === undefined ? {} : { superclass: typeNode(superclass) }),
    interfaces: present(context.typeList())?.typeRef_list().map(typeNode) ?? [],
    members: context.classBody().classBodyDeclaration_list().flatMap(classMember),
    constants: [],
  };
}

function interfaceDeclaration(
  context: InterfaceDeclarationContext,
  words: Modifiers,
): TypeDeclaration {
  const methods = context.interfaceBody().interfaceMethodDeclaration_list();
  return {
    kind: 'interface',
    at: positionOf(context),
    end: endOf(context),
    name: context.id().getText(),
    modifiers: words,
    interfaces: present(context.typeList())?.typeRef_list().map(typeNode) ?? [],
    members: methods.map((method): MethodDeclaration => {
      const returnType = present(method.typeRef());
      return {
        kind: 'method',
        at: positionOf(method.id()),
        name: method.id().getText(),
        modifiers: modifiers(method.modifier_list()),
        parameters: parameters(method.formalParameters()),
        ...(returnType === undefined ? {} : { returnType: typeNode(returnType) }),
      };
    }),
    constants: [],
  };
}

function enumDeclaration(context: EnumDeclarationContext, words: Modifiers): TypeDeclaration {
  const ids = present(context.enumConstants())?.id_list() ?? [];
  return {
    kind: 'enum',
    at: positionOf(context),
    end: endOf(context),
    name: context.id().getText(),
    modifiers: words,
    interfaces: [],
    members: [],
    constants: ids.map((id) => ({ name: id.getText(), at: positionOf(id) })),
  };
}

function classMember(context: ClassBodyDeclarationContext): MemberDeclaration[] {
  const initializer = present(context.block());
  if (initializer !== undefined) {
    const isStatic = present(context.STATIC()) !== undefined;
    return [{ kind: 'initializer', at: positionOf(context), isStatic, body: block(initializer) }];
  }
  const member = present(context.memberDeclaration());
  return member === undefined ? [] : [classMemberDeclaration(member, context.modifier_list())];
}

function classMemberDeclaration(
  context: MemberDeclarationContext,
  modifierContexts: readonly ModifierContext[],
): MemberDeclaration {
  const declaration = present(context.constructorDeclaration());
  const words = modifiers(modifierContexts);
  return declaration === undefined
    ? memberDeclaration(context, words)
    : constructorDeclaration(declaration, words);
}

/** What may stand in a class and in an anonymous block. */
type MemberHolder = Omit<AnonymousMemberDeclarationContext, 'accept'>;

export function memberDeclaration(context: MemberHolder, words: Modifiers): MemberDeclaration {
  const method = present(context.methodDeclaration());
  if (method !== undefined) {
    return methodDeclaration(method, words);
  }
  const field = present(context.fieldDeclaration());
  if (field !== undefined) {
    return {
      kind: 'field',
      at: positionOf(field),
      modifiers: words,
      type: typeNode(field.typeRef()),
      declarators: declarators(field.variableDeclarators()),
    };
  }
  const property = present(context.propertyDeclaration());
  if (property !== undefined) {
    return propertyDeclaration(property, words);
  }
  const nested = nestedType(context, words);
  if (nested === undefined) {
    throw new SyntaxProblem(positionOf(context), 'A declaration is expected');
  }
  return nested;
}

function constructorDeclaration(
  declaration: ConstructorDeclarationContext,
  words: Modifiers,
): MemberDeclaration {
  return {
    kind: 'constructor',
    at: positionOf(declaration),
    name: declaration.qualifiedName().getText(),
    modifiers: words,
    parameters: parameters(declaration.formalParameters()),
    body: block(declaration.block()),
  };
}

function methodDeclaration(
  context: ReturnType<MemberDeclarationContext['methodDeclaration']>,
  words: Modifiers,
): MethodDeclaration {
  const returnType = present(context.typeRef());
  const body = present(context.block());
  return {
    kind: 'method',
    at: positionOf(context.id()),
    name: context.id().getText(),
    modifiers: words,
    parameters: parameters(context.formalParameters()),
    ...(returnType === undefined ? {} : { returnType: typeNode(returnType) }),
    ...(body === undefined ? {} : { body: block(body) }),
  };
}

function propertyDeclaration(
  context: PropertyDeclarationContext,
  words: Modifiers,
): PropertyDeclaration {
  const accessors: { getter?: Accessor; setter?: Accessor } = {};
  for (const part of context.propertyBlock_list()) {
    const getter = present(part.getter());
    const setter = present(part.setter());
    const body = present((getter ?? setter)?.block());
    const accessor: Accessor = {
      at: positionOf(part),
      modifiers: modifiers(part.modifier_list()),
      ...(body === undefined ? {} : { body: block(body) }),
    };
    const kind = getter === undefined ? 'setter' : 'getter';
    if (accessors[kind] !== undefined) {
      throw new SyntaxProblem(positionOf(part), `A property has one ${kind} at most`);
    }
    accessors[kind] = accessor;
  }
  return {
    kind: 'property',
    at: positionOf(context.id()),
    name: context.id().getText(),
    modifiers: words,
    type: typeNode(context.typeRef()),
    ...accessors,
  };
}
