import type { Hierarchy } from '../types/hierarchy.ts';
import type { Problems } from '../types/problems.ts';
import type { ClassSymbol, MethodSymbol } from '../types/symbols.ts';
import { isHook } from './class-code.ts';
import type { TranslatedFile } from './translated-file.ts';

/** Interfaces whose methods the platform calls while it sorts or loops, or in place of another method. */
const SYNCHRONOUS = new Set(['Comparable', 'Comparator', 'Iterable', 'Iterator', 'StubProvider']);

/** Refuses callouts where the platform cannot wait: in comparisons, iterators, `toString`, static initialization. */
export function checkCallbacks(
  files: readonly TranslatedFile[],
  hierarchy: Hierarchy,
  problems: Problems,
): void {
  const callbacks = new Set<MethodSymbol>();
  for (const [signature, slot] of hierarchy.slots()) {
    if (SYNCHRONOUS.has(signature.owner.name)) {
      for (const method of slot.relatives) {
        callbacks.add(method);
      }
    }
  }
  for (const { symbol, path } of files) {
    for (const owner of symbol === undefined ? [] : withInner(symbol)) {
      for (const method of [owner.staticInit, ...[...owner.methods.values()].flat()]) {
        const isCallback = method === owner.staticInit || isHook(method) || callbacks.has(method);
        if (isCallback && method.suspends) {
          const message = `${method.label} makes a callout, but the platform calls it where it cannot wait`;
          problems.add(path, method.at, message);
        }
      }
    }
  }
}

function withInner(symbol: ClassSymbol): ClassSymbol[] {
  return [symbol, ...symbol.inner.values()];
}
