import type { MethodSymbol } from '../types/symbols.ts';

/**
 * JavaScript in the making. Two things are known only after everything is translated: on which line a statement must
 * stand (it goes to the line it has in the Apex source) and which methods may suspend (their calls need `yield*`),
 * recurse, or must set sharing. All are left as marks and settled when the code is printed.
 */
export type Code = string | readonly Code[] | LineMark | SuspendMark | RecursionMark | SharingMark;

/** What follows stands on this line of the source. */
interface LineMark {
  readonly line: number;
}

/** Printed only if the method is compiled as a generator. */
interface SuspendMark {
  readonly ifSuspends: MethodSymbol;
  readonly print: string;
}

/** Printed only if the method may call itself by way of others. */
interface RecursionMark {
  readonly ifRecursive: MethodSymbol;
  readonly print: string;
}

/** Printed only if the method must say whether sharing is enforced. */
interface SharingMark {
  readonly ifSetsSharing: MethodSymbol;
  readonly print: string;
}

/** A translated statement; `ends` when what stands after it is never reached. */
export interface Step {
  readonly code: Code;
  readonly ends: boolean;
}

/** A call that waits when the callee does. */
export function callOf(callee: MethodSymbol, call: Code): Code {
  return [{ ifSuspends: callee, print: '(yield* ' }, call, { ifSuspends: callee, print: ')' }];
}

export function joined(parts: readonly Code[], separator: string): Code {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]));
}

export function text(value: string): string {
  return JSON.stringify(value);
}

/** Lays the code out; a statement whose line has passed already stays on the current one. */
export function print(code: Code): string {
  const chunks: string[] = [];
  let line = 1;
  const visit = (part: Code): void => {
    if (typeof part === 'string') {
      chunks.push(part);
    } else if (isList(part)) {
      part.forEach(visit);
    } else if ('line' in part) {
      chunks.push('\n'.repeat(Math.max(0, part.line - line)));
      line = Math.max(line, part.line);
    } else if (isPrinted(part)) {
      chunks.push(part.print);
    }
  };
  visit(code);
  return chunks.join('');
}

function isPrinted(mark: SuspendMark | RecursionMark | SharingMark): boolean {
  if ('ifSuspends' in mark) {
    return mark.ifSuspends.suspends;
  }
  return 'ifRecursive' in mark ? mark.ifRecursive.recursive : mark.ifSetsSharing.setsSharing;
}

function isList(part: Code): part is readonly Code[] {
  return Array.isArray(part);
}
