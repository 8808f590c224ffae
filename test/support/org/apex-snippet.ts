import { ApexList } from '../../../local/org/apex/collections.ts';
import { compileApex } from '../../../local/org/apex/compile-apex.ts';
import type {
  CompileOptions,
  CompileProblem,
  Program,
  ProgramInstance,
  SourceFile,
} from '../../../local/org/apex/program.ts';
import type { Realm, TriggerContext } from '../../../local/org/apex/realm.ts';
import { apexText } from '../../../local/org/apex/runtime/text.ts';
import { SObjectValue } from '../../../local/org/apex/sobject.ts';
import type { ApexValue, Suspendable, Suspension } from '../../../local/org/apex/values.ts';
import type { FieldValues, Schema } from '../../../local/org/schema/schema.ts';
import { loadStandardSchema } from '../../../local/org/schema/standard-schema.ts';

const schema = loadStandardSchema();

/** What a snippet did to the org, in order: `insert Account:{Name=Acme}`, `query SELECT …`. */
export type Journal = string[];

export interface SnippetOptions extends CompileOptions {
  /** Further members of the class `Snippet`. */
  readonly members?: string;
  /** Further source files by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Rows that any query answers, as field values of the object. */
  readonly rows?: readonly { readonly object: string; readonly values: FieldValues }[];
  readonly trigger?: Partial<TriggerContext>;
  readonly timeZone?: string;
}

export interface SnippetResult {
  readonly value: ApexValue;
  readonly journal: Journal;
  readonly instance: ProgramInstance;
}

/** Runs statements that end in `return …;` and gives the result in words, as `String.valueOf` does. */
export function run(body: string, options: SnippetOptions = {}): string {
  return apexText(runSnippet(body, options).value);
}

/** The same for one expression. */
export function evaluate(expression: string, options: SnippetOptions = {}): string {
  return run(`return ${expression};`, options);
}

export function runSnippet(body: string, options: SnippetOptions = {}): SnippetResult {
  const program = compiled(snippetFiles(body, options), options);
  const { realm, journal } = fakeRealm(program, options);
  const value = finish(realm.program.invokeStatic('Snippet', 'run', []));
  return { value, journal, instance: realm.program };
}

/** Problems of the snippet as `line: message`; the snippet's own first line is 1. */
export function problemsOf(body: string, options: SnippetOptions = {}): string[] {
  return problemsIn(snippetFiles(body, options), options).map(
    ({ line, message }) => `${line}: ${message}`,
  );
}

export function problemsIn(
  files: Readonly<Record<string, string>>,
  options: CompileOptions = {},
): readonly CompileProblem[] {
  return compileApex(sources(files), schema, options).problems;
}

/** @throws Error listing the problems */
export function compiled(
  files: Readonly<Record<string, string>>,
  options: CompileOptions = {},
  using: Schema = schema,
): Program {
  const { program, problems } = compileApex(sources(files), using, options);
  if (program === undefined) {
    throw new Error(problems.map((p) => `${p.file}:${p.line}:${p.column} ${p.message}`).join('\n'));
  }
  return program;
}

/** A realm that writes down what it is asked and answers queries with the rows given. */
export function fakeRealm(
  program: Program,
  options: SnippetOptions = {},
): { readonly realm: Realm; readonly journal: Journal } {
  const journal: Journal = [];
  const rows = (options.rows ?? []).map(({ object, values }) =>
    SObjectValue.fromFieldValues(schema.require(object), values, { queried: true }),
  );
  const parts: Partial<Realm> & { program?: ProgramInstance } = {
    schema,
    trigger: options.trigger === undefined ? null : triggerContext(options.trigger),
    system: {} as Realm['system'],
    userId: '005Dp0000000001MAA',
    isTest: true,
    timeZone: options.timeZone ?? 'UTC',
    now: () => Date.UTC(2026, 0, 31, 10, 20, 30, 456),
    random: () => 0.5,
    tick: () => journal.push('tick'),
    debug: (message) => journal.push(`debug ${message}`),
    query: (soql, binds) => {
      journal.push(`query ${soql}${bindText(binds)}`);
      return rows.map((row) => row.copy());
    },
    sharing: null,
    userSchema: schema,
    holdRow: () => undefined,
    queryCount: (soql, binds) => {
      journal.push(`count ${soql}${bindText(binds)}`);
      return rows.length;
    },
    dml: (operation, value, how = {}) => {
      const details = JSON.stringify(how) === '{}' ? '' : ` ${JSON.stringify(how)}`;
      journal.push(`${operation} ${apexText(value)}${details}`);
    },
    enterRunAs: (user) => {
      journal.push(`runAs ${apexText(user)}`);
      return { leave: () => journal.push('leave') };
    },
    callFuture: (className, method, args, mayCallOut) => {
      journal.push(
        `future ${className}.${method} ${args.map((arg) => apexText(arg))} ${mayCallOut}`,
      );
    },
    callout: (request) => waitFor(request),
  };
  const realm = parts as Realm;
  parts.program = program.instantiate(realm);
  return { realm, journal };
}

/** Runs to the end; where the code waits for a callout, it gets an empty 200. */
export function finish<T>(result: Suspendable<T>): T {
  if (!isGenerator(result)) {
    return result;
  }
  let step = result.next();
  while (step.done !== true) {
    step = result.next({ status: 200, statusText: 'OK', headers: {}, body: new Uint8Array() });
  }
  return step.value;
}

export function record(object: string, values: FieldValues): SObjectValue {
  return SObjectValue.fromFieldValues(schema.require(object), values);
}

export function recordList(object: string, ...rows: readonly FieldValues[]): ApexList {
  return new ApexList(
    object,
    rows.map((values) => record(object, values)),
  );
}

function* waitFor(request: Suspension['request']): Generator<Suspension, never, unknown> {
  return (yield { kind: 'callout', request }) as never;
}

function snippetFiles(body: string, options: SnippetOptions): Record<string, string> {
  const source = `public class Snippet { public static Object run() { ${body}\n} ${options.members ?? ''}\n}`;
  return { 'classes/Snippet.cls': source, ...options.files };
}

function sources(files: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

function bindText(binds: ReadonlyMap<string, ApexValue>): string {
  return [...binds].map(([name, value]) => ` ${name}=${apexText(value)}`).join('');
}

function triggerContext(given: Partial<TriggerContext>): TriggerContext {
  return {
    isExecuting: true,
    operation: 'AFTER_INSERT',
    isInsert: true,
    isUpdate: false,
    isDelete: false,
    isUndelete: false,
    isBefore: false,
    isAfter: true,
    newList: null,
    oldList: null,
    newMap: null,
    oldMap: null,
    size: given.newList?.size ?? 0,
    ...given,
  };
}

function isGenerator<T>(result: Suspendable<T>): result is Generator<Suspension, T, unknown> {
  return typeof result === 'object' && result !== null && 'throw' in result;
}
