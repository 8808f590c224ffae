import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** Why a source file cannot be deployed. */
export class SourceProblem extends Error {
  override readonly name = 'SourceProblem';
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: true,
  processEntities: true,
});

/** One XML element: text, or child elements by name. */
export class Element {
  readonly name: string;
  readonly #value: unknown;

  constructor(name: string, value: unknown) {
    this.name = name;
    this.#value = value;
  }

  get text(): string {
    if (typeof this.#value === 'string') return this.#value;
    if (isChildren(this.#value)) throw new SourceProblem(`<${this.name}> must hold text`);
    return '';
  }

  children(name: string): Element[] {
    if (!isChildren(this.#value)) return [];
    const value = Object.hasOwn(this.#value, name) ? this.#value[name] : undefined;
    if (value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((one: unknown) => new Element(name, one));
  }

  child(name: string): Element | undefined {
    const all = this.children(name);
    if (all.length > 1) throw new SourceProblem(`<${name}> is given more than once`);
    return all[0];
  }

  /** Text of a child; undefined when it is missing or empty. */
  value(name: string): string | undefined {
    return this.child(name)?.text || undefined;
  }

  require(name: string): string {
    const value = this.value(name);
    if (value === undefined) throw new SourceProblem(`<${name}> is missing in <${this.name}>`);
    return value;
  }

  flag(name: string, fallback = false): boolean {
    const value = this.value(name);
    if (value === undefined) return fallback;
    if (value !== 'true' && value !== 'false')
      throw new SourceProblem(`<${name}> must be true or false: ${value}`);
    return value === 'true';
  }

  number(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!/^\d+$/.test(value)) throw new SourceProblem(`<${name}> must be a whole number: ${value}`);
    return Number(value);
  }

  /** Every child must be known: what this org does not know it does not pass over. */
  allow(names: ReadonlySet<string>, unsupported: ReadonlySet<string> = new Set()): void {
    if (!isChildren(this.#value)) return;
    for (const name of Object.keys(this.#value)) {
      if (unsupported.has(name)) throw new SourceProblem(`<${name}> is not supported by this org`);
      if (!names.has(name)) throw new SourceProblem(`unknown element <${name}> in <${this.name}>`);
    }
  }
}

function isChildren(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The root element of a metadata file. @throws SourceProblem */
export function parseMetadata(text: string, rootName: string): Element {
  if (/<!(DOCTYPE|ENTITY)/i.test(text))
    throw new SourceProblem('document type declarations are not allowed');
  const valid = XMLValidator.validate(text);
  if (valid !== true)
    throw new SourceProblem(`not well-formed XML, line ${valid.err.line}: ${valid.err.msg}`);
  const document: unknown = parser.parse(text);
  const names = isChildren(document)
    ? Object.keys(document).filter((name) => !name.startsWith('?'))
    : [];
  if (!isChildren(document) || names.length !== 1 || names[0] !== rootName) {
    throw new SourceProblem(`the root element must be <${rootName}>`);
  }
  return new Element(rootName, document[rootName]);
}
