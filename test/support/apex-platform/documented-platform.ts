import { readFileSync } from 'node:fs';
import { readZip } from '../../../local/org/api/metadata/zip-reader.ts';
import {
  ACC_ENUM,
  ACC_INTERFACE,
  ACC_PUBLIC,
  ACC_STATIC,
  ACC_SYNTHETIC,
  type ClassFile,
  type ClassMember,
  readClassFile,
} from './class-file.ts';

/** A type of the Apex platform as Salesforce lists it for API 65. */
export interface DocumentedType {
  /** `System.String`, `Database.Batchable`, `QueueableDuplicateSignature.Builder`. */
  readonly name: string;
  readonly kind: 'class' | 'interface' | 'enum';
  /** `T`, `K`, `V` */
  readonly typeParameters: readonly string[];
  readonly members: readonly DocumentedMember[];
}

export interface DocumentedMember {
  readonly kind: 'method' | 'constructor' | 'property' | 'enum value';
  readonly name: string;
  readonly isStatic: boolean;
  /** Types of the parameters: `System.List<T>`; none for properties. */
  readonly parameters: readonly string[];
}

/** The stubs that apex-ls checks against; they come with the engine that `npm run check` uses. */
const JAR =
  'node_modules/@salesforce/code-analyzer-pmd-engine/dist/java-lib/standard-types-65.0.0.jar';
const PACKAGE = 'com/nawforce/runforce/';

export function readDocumentedPlatform(): DocumentedType[] {
  return readZip(readFileSync(JAR))
    .filter(({ path }) => path.startsWith(PACKAGE) && path.endsWith('.class'))
    .map(({ bytes }) => documentedType(readClassFile(bytes)))
    .filter(({ name }) => !/^(Internal|SObjectStubs)\./.test(name));
}

function documentedType(file: ClassFile): DocumentedType {
  const kind =
    (file.flags & ACC_ENUM) !== 0
      ? 'enum'
      : (file.flags & ACC_INTERFACE) !== 0
        ? 'interface'
        : 'class';
  const own = (member: ClassMember) =>
    (member.flags & ACC_PUBLIC) !== 0 && (member.flags & ACC_SYNTHETIC) === 0;
  const members = [
    ...file.fields.filter(own).map(fieldMember),
    ...file.methods.filter(own).map(methodMember),
  ];
  return {
    name: apexName(file.name),
    kind,
    typeParameters: [...file.signature.matchAll(/([A-Z]):L/g)].map(([, name = '']) => name),
    members: kind === 'enum' ? values(members) : members,
  };
}

/** Of an enum only its values: `values`, `valueOf`, `name` and `ordinal` are the language's. */
function values(members: readonly DocumentedMember[]): DocumentedMember[] {
  return members.filter(({ kind }) => kind === 'enum value');
}

function fieldMember({ name, flags }: ClassMember): DocumentedMember {
  const kind = (flags & ACC_ENUM) === 0 ? 'property' : 'enum value';
  return { kind, name, isStatic: (flags & ACC_STATIC) !== 0, parameters: [] };
}

function methodMember({ name, flags, signature }: ClassMember): DocumentedMember {
  const constructs = name === '<init>';
  return {
    kind: constructs ? 'constructor' : 'method',
    name: constructs ? 'new' : name.replace(/\$$/, ''),
    isStatic: constructs || (flags & ACC_STATIC) !== 0,
    parameters: parameterTypes(signature),
  };
}

/** `(ILcom/…/System/List<TT;>;)V` → `['Integer', 'System.List<T>']`. */
function parameterTypes(signature: string): string[] {
  const open = signature.indexOf('(');
  let rest = signature.slice(open + 1, signature.indexOf(')'));
  const types: string[] = [];
  while (rest !== '') {
    const [type, after] = takeType(rest);
    types.push(type);
    rest = after;
  }
  return types;
}

/** One type of a signature as Apex writes it, and what follows it. */
function takeType(text: string): [string, string] {
  if (text.startsWith('[')) {
    const [element, after] = takeType(text.slice(1));
    return [`System.List<${element}>`, after];
  }
  if (text.startsWith('T')) {
    const end = text.indexOf(';');
    return [text.slice(1, end), text.slice(end + 1)];
  }
  if (!text.startsWith('L')) return [text.slice(0, 1), text.slice(1)];
  const nameEnd = text.search(/[<;]/);
  const name = apexName(text.slice(1, nameEnd));
  if (text[nameEnd] === ';') return [name, text.slice(nameEnd + 1)];
  const args: string[] = [];
  let rest = text.slice(nameEnd + 1);
  while (!rest.startsWith('>')) {
    const [arg, after] = takeType(rest);
    args.push(arg);
    rest = after;
  }
  return [`${name}<${args.join(',')}>`, rest.slice(2)];
}

function apexName(path: string): string {
  const name = path.replace(PACKAGE, '').replace(/\$$/, '').replaceAll(/[/$]/g, '.');
  return name.replace(/^java\.lang\./, '');
}
