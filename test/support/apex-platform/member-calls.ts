import type { SourceFile } from '../../../local/org/apex/program.ts';
import type { DocumentedMember, DocumentedType } from './documented-platform.ts';

/** What stands for a type parameter. */
const ARGUMENT = 'String';

/**
 * A class that uses every member of the type, one a line, with arguments declared as documented: a line that does not
 * compile is a member that is not there.
 */
export function memberCalls(type: DocumentedType, index: number): SourceFile {
  const lines = type.members.map((member, line) => memberCall(type, member, line));
  const text = [`public class Calls${index} {`, ...lines, '}'].join('\n');
  return { path: `classes/Calls${index}.cls`, text };
}

/** `String.left(Integer)`, `TriggerOperation.AFTER_INSERT`, `static Date.today()` */
export function memberName(type: DocumentedType, member: DocumentedMember): string {
  const name = type.name.replace(/^System\./, '');
  const place = `${member.isStatic && member.kind === 'method' ? 'static ' : ''}${name}`;
  const parameters = member.parameters.map(shortName).join(', ');
  if (member.kind === 'constructor') return `new ${name}(${parameters})`;
  return member.kind === 'method'
    ? `${place}.${member.name}(${parameters})`
    : `${place}.${member.name}`;
}

function shortName(type: string): string {
  return type.replaceAll('System.', '');
}

function memberCall(type: DocumentedType, member: DocumentedMember, line: number): string {
  const self = concrete(
    type.typeParameters.length === 0 ? type.name : `${type.name}<${type.typeParameters.join(',')}>`,
  );
  const parameters = member.parameters.map((text, index) => `${concrete(text)} p${index}`);
  const args = member.parameters.map((_, index) => `p${index}`).join(', ');
  const declared = [`${self} me`, ...parameters].join(', ');
  const receiver = member.isStatic ? self : 'me';
  return `static void call${line}(${declared}) { ${use(receiver, self, member, args)} }`;
}

function use(receiver: string, self: string, { kind, name }: DocumentedMember, args: string) {
  switch (kind) {
    case 'method':
      return `${receiver}.${name}(${args});`;
    case 'constructor':
      return `Object made = new ${self}(${args});`;
    case 'property':
    case 'enum value':
      return `Object value = ${receiver}.${name};`;
  }
}

function concrete(type: string): string {
  return type.replaceAll(/\b[TKV]\b/g, ARGUMENT);
}
