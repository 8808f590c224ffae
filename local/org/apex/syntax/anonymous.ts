import type { AnonymousBlockMemberContext, AnonymousUnitContext } from '@apexdevtools/apex-parser';
import { ANONYMOUS_CLASS, ANONYMOUS_METHOD } from './anonymous-names.ts';
import type {
  MemberDeclaration,
  MethodDeclaration,
  Modifiers,
  Position,
  Statement,
  TypeDeclaration,
} from './ast.ts';
import { memberDeclaration } from './declarations.ts';
import { endOf, modifiers, positionOf, present, typeNode } from './nodes.ts';
import { declarators, statement } from './statements.ts';

type Part = { readonly statement: Statement } | { readonly member: MemberDeclaration };

/**
 * An anonymous block as a class: its methods become static ones and see no variables of the block, its statements one
 * static method. Methods that stand between statements are placed behind them, so stack traces show the block's last
 * line for them; everywhere else lines are those of the source.
 */
export function anonymousDeclaration(context: AnonymousUnitContext): TypeDeclaration {
  const parts = context.anonymousBlock().anonymousBlockMember_list().map(partOf);
  const first = parts.findIndex((part) => 'statement' in part);
  const members = (from: number, to?: number): MemberDeclaration[] =>
    parts.slice(from, to).flatMap((part) => ('member' in part ? [part.member] : []));
  const statements = parts.flatMap((part) => ('statement' in part ? [part.statement] : []));
  const split = first < 0 ? parts.length : first;
  const at: Position = statements[0]?.at ?? { line: 1, column: 1 };
  const run: MethodDeclaration = {
    kind: 'method',
    at,
    name: ANONYMOUS_METHOD,
    modifiers: { words: new Set(['public', 'static']), annotations: [] },
    parameters: [],
    body: { kind: 'block', at, statements, end: endOf(context) },
  };
  return {
    kind: 'class',
    at: { line: 1, column: 1 },
    end: endOf(context),
    name: ANONYMOUS_CLASS,
    modifiers: { words: new Set(['public']), annotations: [] },
    interfaces: [],
    members: [...members(0, split), run, ...members(split)],
    constants: [],
  };
}

function partOf(context: AnonymousBlockMemberContext): Part {
  const found = present(context.statement());
  if (found !== undefined) {
    return { statement: statement(found) };
  }
  const declaration = context.anonymousMemberDeclaration();
  const words = modifiers(context.modifier_list());
  const field = present(declaration.fieldDeclaration());
  if (field === undefined) {
    return { member: withStatic(memberDeclaration(declaration, words)) };
  }
  return {
    statement: {
      kind: 'local',
      at: positionOf(field),
      type: typeNode(field.typeRef()),
      isFinal: words.words.has('final'),
      declarators: declarators(field.variableDeclarators()),
    },
  };
}

function withStatic(member: MemberDeclaration): MemberDeclaration {
  if (member.kind !== 'method' && member.kind !== 'property') {
    return member;
  }
  const words: Modifiers['words'] = new Set([...member.modifiers.words, 'static']);
  return { ...member, modifiers: { ...member.modifiers, words } };
}
