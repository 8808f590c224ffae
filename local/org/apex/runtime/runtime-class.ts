/** What the running program knows of a compiled class. */
export interface RuntimeClass {
  /** `Outer` or `Outer.Inner`. */
  readonly name: string;
  /** Name of the top-level class in whose file it stands. */
  readonly topLevel: string;
  /** Member of the generated top-level class that gives this inner class. */
  readonly innerMember: string | undefined;
  readonly isAbstract: boolean;
  readonly isInterface: boolean;
  readonly isException: boolean;
  /** Names of all types its instances have: itself, superclasses, interfaces; generic ones also without arguments. */
  readonly supertypes: ReadonlySet<string>;
  /** Instance fields and properties with storage, inherited ones first. */
  readonly fields: readonly RuntimeField[];
  /**
   * Overloads by `name/count of parameters`, name in lower case; own ones first, then inherited ones. An abstract one
   * stands there only when nothing implements it.
   */
  readonly methods: ReadonlyMap<string, readonly RuntimeMethod[]>;
  /** Generated names by count of parameters. */
  readonly constructors: ReadonlyMap<number, string>;
}

export interface RuntimeField {
  readonly name: string;
  readonly jsName: string;
  /** Apex type as written in messages, e.g. `List<Orders.Line>`. */
  readonly type: string;
  readonly isTransient: boolean;
  /** Generated name of a getter with code of its own. */
  readonly getter: string | undefined;
}

export interface RuntimeMethod {
  readonly name: string;
  readonly jsName: string;
  readonly isStatic: boolean;
  readonly isAbstract: boolean;
  readonly isPrivate: boolean;
  /** Compiled as a generator. */
  readonly suspends: boolean;
  readonly parameterTypes: readonly string[];
  readonly parameterNames: readonly string[];
  /** `void` for none. */
  readonly returnType: string;
}

export function methodKey(name: string, parameterCount: number): string {
  return `${name.toLowerCase()}/${parameterCount}`;
}
