import type { ApexObject } from '../values.ts';

/** A `System.Type`: `Account.class`, `Type.forName('Account')`. Equal names give the same object. */
export class TypeToken implements ApexObject {
  readonly apexType = 'Type';
  /** As Apex writes the type: `Orders.Line`, `List<String>`. */
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  toString(): string {
    return this.name;
  }
}

const tokens = new Map<string, TypeToken>();

export function typeToken(name: string): TypeToken {
  let token = tokens.get(name);
  if (token === undefined) {
    token = new TypeToken(name);
    tokens.set(name, token);
  }
  return token;
}
