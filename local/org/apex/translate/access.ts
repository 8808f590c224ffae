import { ancestors } from '../types/hierarchy.ts';
import { type ClassSymbol, topLevel, type Visibility } from '../types/symbols.ts';

/** True when code of class `from` (undefined in a trigger) may use a member of `owner`. */
export function sees(
  from: ClassSymbol | undefined,
  owner: ClassSymbol,
  visibility: Visibility,
  isTestVisible: boolean,
): boolean {
  if (visibility === 'public') {
    return true;
  }
  if (from === undefined) {
    return false;
  }
  if (topLevel(from) === topLevel(owner) || (isTestVisible && topLevel(from).isTest)) {
    return true;
  }
  return (
    visibility === 'protected' && [...enclosing(from)].some((inside) => extendsClass(inside, owner))
  );
}

function* enclosing(symbol: ClassSymbol): IterableIterator<ClassSymbol> {
  for (let scope: ClassSymbol | undefined = symbol; scope !== undefined; scope = scope.outer) {
    yield scope;
  }
}

function extendsClass(symbol: ClassSymbol, owner: ClassSymbol): boolean {
  return [...ancestors(symbol)].includes(owner);
}
