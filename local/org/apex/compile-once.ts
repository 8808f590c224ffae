import type { CompileApex, CompileResult } from './program.ts';

/**
 * Compiles what it has not compiled before. A program has no state, so all orgs of a process may run the same one. The
 * Apex alone tells programs apart: it is meant for orgs whose objects come from the same source.
 */
export function compileOnce(compile: CompileApex): CompileApex {
  const compiled = new Map<string, CompileResult>();
  return (sources, schema, options) => {
    const key = JSON.stringify(sources);
    const known = compiled.get(key) ?? compile(sources, schema, options);
    compiled.set(key, known);
    return known;
  };
}
