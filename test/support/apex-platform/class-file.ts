/** What the head of a Java class file declares; method bodies are not looked at. */
export interface ClassFile {
  readonly flags: number;
  /** With slashes: `com/example/Outer$Inner`. */
  readonly name: string;
  readonly superclass: string;
  readonly interfaces: readonly string[];
  readonly fields: readonly ClassMember[];
  readonly methods: readonly ClassMember[];
  /** `<T:Ljava/lang/Object;>…` of a generic class; empty otherwise. */
  readonly signature: string;
}

export interface ClassMember {
  readonly flags: number;
  readonly name: string;
  /** The generic signature where there is one, else the descriptor: `(Ljava/util/List<TT;>;)V`. */
  readonly signature: string;
}

export const ACC_PUBLIC = 0x0001;
export const ACC_STATIC = 0x0008;
export const ACC_INTERFACE = 0x0200;
export const ACC_SYNTHETIC = 0x1000;
export const ACC_ENUM = 0x4000;

const MAGIC = 0xcafebabe;
const UTF8 = 1;
const LONG = 5;
const DOUBLE = 6;
const CLASS = 7;
/** Bytes behind the tag of every other kind of constant (JVM specification, table 4.4-A). */
const CONSTANT_BYTES: ReadonlyMap<number, number> = new Map([
  [3, 4],
  [4, 4],
  [LONG, 8],
  [DOUBLE, 8],
  [CLASS, 2],
  [8, 2],
  [9, 4],
  [10, 4],
  [11, 4],
  [12, 4],
  [15, 3],
  [16, 2],
  [17, 4],
  [18, 4],
  [19, 2],
  [20, 2],
]);

/** @throws TypeError when the bytes are no class file */
export function readClassFile(bytes: Uint8Array): ClassFile {
  const reader = new ClassFileReader(bytes);
  const flags = reader.u2();
  const name = reader.className();
  const superclass = reader.className();
  const interfaces = reader.times(() => reader.className());
  const fields = reader.times(() => reader.member());
  const methods = reader.times(() => reader.member());
  const signature = reader.signature();
  return { flags, name, superclass, interfaces, fields, methods, signature };
}

class ClassFileReader {
  readonly #view: Buffer;
  #at = 8;
  readonly #texts = new Map<number, string>();
  readonly #classes = new Map<number, number>();

  constructor(bytes: Uint8Array) {
    this.#view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#view.readUInt32BE(0) !== MAGIC) throw new TypeError('This is no Java class file.');
    this.#readConstants();
  }

  u2(): number {
    this.#at += 2;
    return this.#view.readUInt16BE(this.#at - 2);
  }

  /** The name behind an index of a class constant; empty for none (`Object` has no superclass). */
  className(): string {
    return this.#text(this.#classes.get(this.u2()) ?? 0);
  }

  times<T>(read: () => T): T[] {
    return Array.from({ length: this.u2() }, read);
  }

  member(): ClassMember {
    const flags = this.u2();
    const name = this.#text(this.u2());
    const descriptor = this.#text(this.u2());
    return { flags, name, signature: this.signature() || descriptor };
  }

  /** Of the attributes that follow, the Signature; empty when there is none. */
  signature(): string {
    return this.times(() => this.#attribute()).find((text) => text !== '') ?? '';
  }

  /** Of one attribute: its text when it is a Signature, else nothing. */
  #attribute(): string {
    const name = this.#text(this.u2());
    const length = this.#view.readUInt32BE(this.#at);
    const text = name === 'Signature' ? this.#text(this.#view.readUInt16BE(this.#at + 4)) : '';
    this.#at += 4 + length;
    return text;
  }

  #text(index: number): string {
    return this.#texts.get(index) ?? '';
  }

  #readConstants(): void {
    const count = this.u2();
    for (let index = 1; index < count; index += 1) {
      const tag = this.#view.readUInt8(this.#at);
      this.#at += 1;
      if (tag === UTF8) this.#readText(index);
      else this.#skipConstant(index, tag);
      if (tag === LONG || tag === DOUBLE) index += 1;
    }
  }

  #readText(index: number): void {
    const length = this.u2();
    this.#texts.set(index, this.#view.toString('utf8', this.#at, this.#at + length));
    this.#at += length;
  }

  #skipConstant(index: number, tag: number): void {
    const bytes = CONSTANT_BYTES.get(tag);
    if (bytes === undefined) throw new TypeError(`A class file has a constant of kind ${tag}.`);
    if (tag === CLASS) this.#classes.set(index, this.#view.readUInt16BE(this.#at));
    this.#at += bytes;
  }
}
