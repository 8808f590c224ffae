import { Script } from 'node:vm';
import type { EnumType } from '../platform/enums.ts';
import { type MemberSpan, registerScript } from '../stack.ts';
import type { ApexValue } from '../values.ts';
import * as arithmetic from './arithmetic.ts';
import * as comparison from './comparison.ts';
import * as conversions from './conversions.ts';
import * as operators from './operators.ts';
import type { Runtime } from './runtime.ts';

const OPERATORS = Object.freeze({ ...arithmetic, ...comparison, ...conversions, ...operators });

type PlatformFunction = (...args: never[]) => unknown;
type Factory = (
  runtime: Runtime,
  counts: Uint32Array,
  operators: typeof OPERATORS,
  members: readonly PlatformFunction[],
  constants: readonly ApexValue[],
  enums: readonly EnumType[],
) => unknown;

export interface FileContents {
  /** Path inside the deployed source. */
  readonly path: string;
  /** Tells this version of the file from others in stack traces; no blanks. */
  readonly scriptName: string;
  readonly code: string;
  readonly spans: readonly MemberSpan[];
  readonly members: readonly PlatformFunction[];
  readonly constants: readonly ApexValue[];
  readonly enums: readonly EnumType[];
  /** From 1. */
  readonly executableLines: readonly number[];
}

/** One compiled source file: JavaScript that is evaluated when it is first needed. */
export class CompiledFile {
  readonly path: string;
  readonly executableLines: readonly number[];
  readonly #contents: FileContents;
  #factory: Factory | undefined;

  constructor(contents: FileContents) {
    this.path = contents.path;
    this.executableLines = contents.executableLines;
    this.#contents = contents;
  }

  /** What the file is made of, for its image. */
  get contents(): FileContents {
    return this.#contents;
  }

  /** The generated JavaScript. */
  get code(): string {
    return this.#contents.code;
  }

  get lineCount(): number {
    return this.executableLines.at(-1) ?? 0;
  }

  /** The class or trigger function for one transaction. */
  instantiate(runtime: Runtime, counts: Uint32Array): unknown {
    const { members, constants, enums } = this.#contents;
    this.#factory ??= this.#evaluate();
    return this.#factory(runtime, counts, OPERATORS, members, constants, enums);
  }

  #evaluate(): Factory {
    const { code, scriptName, spans } = this.#contents;
    registerScript(scriptName, spans);
    const factory: unknown = new Script(code, { filename: scriptName }).runInThisContext();
    if (!isFactory(factory)) {
      throw new TypeError(`${scriptName} did not compile to a function`);
    }
    return factory;
  }
}

function isFactory(value: unknown): value is Factory {
  return typeof value === 'function';
}
