import { compileInChild } from '../../../local/org/apex/compile-apart.ts';
import type { CompileApex, CompileResult } from '../../../local/org/apex/program.ts';

const compiled = new Map<string, CompileResult>();

/**
 * Compiles what this process has not compiled before, elsewhere: the larger the heap, the longer a census of it takes.
 * A program has no state, so every org of a package may run the same one; objects come from the same source, so the
 * source alone is the key.
 */
export const compileOnce: CompileApex = (sources, schema, options) => {
  const key = JSON.stringify(sources);
  const known = compiled.get(key) ?? compileInChild(sources, schema, options);
  compiled.set(key, known);
  return known;
};
