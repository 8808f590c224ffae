import { splitTopLevel } from '../types/platform-definition.ts';

/** A type name taken apart: `Map<Id,List<String>>` is `Map` with two arguments. */
export interface TypeName {
  readonly base: string;
  readonly args: readonly TypeName[];
  readonly text: string;
}

const parsed = new Map<string, TypeName>();

/** Type names come from compiled code and are few, so each is taken apart once. */
export function parseTypeName(text: string): TypeName {
  let name = parsed.get(text);
  if (name === undefined) {
    const open = text.indexOf('<');
    name =
      open < 0
        ? { base: text, args: [], text }
        : {
            base: text.slice(0, open).trim(),
            args: splitTopLevel(text.slice(open + 1, text.lastIndexOf('>'))).map(parseTypeName),
            text,
          };
    parsed.set(text, name);
  }
  return name;
}
