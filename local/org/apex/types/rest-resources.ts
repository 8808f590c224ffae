import type { RestMethodInfo, RestResourceInfo } from '../program.ts';
import type { Annotation } from '../syntax/ast.ts';
import type { Problems } from './problems.ts';
import type { ClassSymbol, MethodSymbol } from './symbols.ts';

/** HTTP methods by their annotations, in lower case. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['httpget', 'GET'],
  ['httppost', 'POST'],
  ['httpput', 'PUT'],
  ['httppatch', 'PATCH'],
  ['httpdelete', 'DELETE'],
]);
const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'DELETE']);

function mappingOf(symbol: ClassSymbol): Annotation | undefined {
  return symbol.declaration.modifiers.annotations.find(
    ({ name }) => name.toLowerCase() === 'restresource',
  );
}

function httpMethodOf(method: MethodSymbol): string | undefined {
  const names = method.modifiers.annotations.map(({ name }) => name.toLowerCase());
  return names.map((name) => METHODS.get(name)).find((found) => found !== undefined);
}

/** What a class serves under `/services/apexrest`; undefined when it serves nothing. */
export function restResource(symbol: ClassSymbol): RestResourceInfo | undefined {
  const urlMapping = mappingOf(symbol)?.parameters.get('urlmapping');
  if (urlMapping === undefined) {
    return undefined;
  }
  const methods: Record<string, RestMethodInfo> = {};
  for (const method of [...symbol.methods.values()].flat()) {
    const verb = httpMethodOf(method);
    if (verb !== undefined) {
      methods[verb] = {
        name: method.name,
        parameters: method.parameters.map(({ name, type }) => ({ name, type: type.name })),
        returnsValue: method.returnType.kind !== 'void',
      };
    }
  }
  return { urlMapping, methods };
}

/** Reports what the platform refuses of a class that serves HTTP. */
export function checkRestResource(symbol: ClassSymbol, problems: Problems): void {
  const annotation = mappingOf(symbol);
  const methods = [...symbol.methods.values()].flat();
  if (annotation !== undefined) {
    const mapping = annotation.parameters.get('urlmapping') ?? '';
    const isGlobal = symbol.declaration.modifiers.words.has('global');
    if (!/^\/\S+$/.test(mapping) || mapping.slice(0, -1).includes('*')) {
      const message = `Invalid urlMapping: ${mapping}. It begins with a slash, and a * may only end it`;
      problems.add(symbol.file, annotation.at, message);
    }
    if (!isGlobal || symbol.outer !== undefined) {
      problems.add(
        symbol.file,
        annotation.at,
        'A @RestResource class must be global and top-level',
      );
    }
  }
  const seen = new Set<string>();
  for (const method of methods) {
    checkMethod(symbol, method, annotation !== undefined, seen, problems);
  }
}

function checkMethod(
  symbol: ClassSymbol,
  method: MethodSymbol,
  isResource: boolean,
  seen: Set<string>,
  problems: Problems,
): void {
  const verb = httpMethodOf(method);
  if (verb === undefined) {
    return;
  }
  const report = (message: string): void => problems.add(symbol.file, method.at, message);
  if (!isResource) {
    report(`${method.name} is annotated for HTTP in a class without @RestResource`);
  }
  if (!method.isStatic || !method.modifiers.words.has('global')) {
    report(`${method.name} answers HTTP ${verb} and must be global static`);
  }
  if (WITHOUT_BODY.has(verb) && method.parameters.length > 0) {
    report(`${method.name} answers HTTP ${verb}, which has no body, and takes no parameters`);
  }
  if (seen.has(verb)) {
    report(`Only one method of a class may answer HTTP ${verb}`);
  }
  seen.add(verb);
}
