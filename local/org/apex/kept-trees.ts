import { createHash } from 'node:crypto';
import { keep, readKept } from './kept-file.ts';
import type { SourceFile } from './program.ts';
import { type ParsedSource, parseSource } from './syntax/parse-source.ts';

/**
 * The syntax trees of deployed files, kept in a file between compilations. Parsing is nearly all of the work, and from one
 * deploy to the next, or for an anonymous block beside what is deployed, nearly all files are as they were.
 */
export class KeptTrees {
  readonly #file: string;
  readonly #version: string;
  readonly #before: ReadonlyMap<string, ParsedSource>;
  readonly #now = new Map<string, ParsedSource>();

  /** @param version of the compiler */
  constructor(file: string, version: string) {
    this.#file = file;
    this.#version = version;
    this.#before = readKept<ReadonlyMap<string, ParsedSource>>(file, version) ?? new Map();
  }

  readonly parse = (source: SourceFile): ParsedSource => {
    if (source.path.endsWith('.apex')) return parseSource(source);
    const key = createHash('sha256').update(JSON.stringify(source)).digest('base64');
    const parsed = this.#before.get(key) ?? parseSource(source);
    this.#now.set(key, parsed);
    return parsed;
  };

  /** Keeps what was parsed since the trees were opened, and nothing else: files that are gone are forgotten. */
  save(): void {
    const isSame =
      this.#now.size === this.#before.size &&
      [...this.#now.keys()].every((key) => this.#before.has(key));
    if (!isSame) keep(this.#file, this.#version, this.#now);
  }
}
