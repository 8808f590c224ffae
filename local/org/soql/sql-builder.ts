import type { FieldValue } from '../schema/schema.ts';
import type { SqlValue } from '../store/database.ts';

/** What the parameters of a statement are computed from, anew for every run. */
export interface Runtime {
  readonly binds: ReadonlyMap<string, FieldValue | readonly FieldValue[]>;
  readonly nowMs: number;
  readonly userId: string;
  /** IANA time zone of the user. */
  readonly timeZone: string;
}

export type Parameter = (runtime: Runtime) => SqlValue;

/**
 * A piece of SQL with its parameters, in the order of the question marks. Literals never enter the text.
 */
export interface Sql {
  readonly text: string;
  readonly parameters: readonly Parameter[];
}

export function sql(text: string, ...parameters: Parameter[]): Sql {
  return { text, parameters };
}

export function joinSql(parts: readonly Sql[], separator: string): Sql {
  return {
    text: parts.map((part) => part.text).join(separator),
    parameters: parts.flatMap((part) => part.parameters),
  };
}

/** More than this beside each other SQLite would take for a tree too deep. */
const MOST_SIDE_BY_SIDE = 500;

/** Conditions joined by one operator; long chains in groups, which mean the same. */
export function joinConditions(parts: readonly Sql[], operator: 'AND' | 'OR'): Sql {
  if (parts.length <= MOST_SIDE_BY_SIDE) return wrapSql('(', joinSql(parts, ` ${operator} `), ')');
  const size = Math.ceil(parts.length / MOST_SIDE_BY_SIDE);
  const groups = Array.from({ length: Math.ceil(parts.length / size) }, (_, index) =>
    joinConditions(parts.slice(index * size, (index + 1) * size), operator),
  );
  return joinConditions(groups, operator);
}

export function wrapSql(before: string, inner: Sql, after: string): Sql {
  return { text: before + inner.text + after, parameters: inner.parameters };
}
