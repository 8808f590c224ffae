/** What a SOQL text says, before anything is looked up. `at` is an offset into the query, from 0. */

export interface Path {
  readonly parts: readonly string[];
  readonly at: number;
}

export interface Call {
  /** Lower case, as `count` or `calendar_year`. */
  readonly name: string;
  readonly argument: Path | Call | undefined;
  readonly at: number;
}

export type Operand = { readonly path: Path } | { readonly call: Call };

export type Value =
  | { readonly kind: 'null'; readonly at: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  /** `pattern` keeps `\%`, `\_` and `\\` for LIKE. */
  | {
      readonly kind: 'string';
      readonly value: string;
      readonly pattern: string;
      readonly at: number;
    }
  | { readonly kind: 'date' | 'datetime' | 'time'; readonly value: string; readonly at: number }
  /** `LAST_N_DAYS` in upper case, with its number. */
  | {
      readonly kind: 'dateLiteral';
      readonly name: string;
      readonly count: number | undefined;
      readonly at: number;
    }
  | { readonly kind: 'bind'; readonly name: string; readonly at: number }
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly at: number }
  | { readonly kind: 'subquery'; readonly query: Query; readonly at: number };

export type Operator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'like'
  | 'in'
  | 'not in'
  | 'includes'
  | 'excludes';

export interface Comparison {
  readonly kind: 'comparison';
  readonly left: Operand;
  readonly operator: Operator;
  readonly value: Value;
  readonly at: number;
}

export type Condition =
  | Comparison
  | { readonly kind: 'and' | 'or'; readonly items: readonly Condition[] }
  | { readonly kind: 'not'; readonly item: Condition };

export type SelectItem =
  | { readonly kind: 'path'; readonly path: Path; readonly alias: string | undefined }
  | { readonly kind: 'call'; readonly call: Call; readonly alias: string | undefined }
  | { readonly kind: 'fields'; readonly group: 'all' | 'standard' | 'custom'; readonly at: number }
  | { readonly kind: 'subquery'; readonly query: Query; readonly at: number }
  | TypeofItem;

/** `TYPEOF What WHEN Account THEN Phone ELSE Name END` */
export interface TypeofItem {
  readonly kind: 'typeof';
  readonly path: Path;
  readonly branches: readonly {
    readonly object: string;
    readonly fields: readonly Path[];
    readonly at: number;
  }[];
  readonly otherwise: readonly Path[];
}

export interface OrderItem {
  readonly operand: Operand;
  readonly descending: boolean;
  readonly nulls: 'first' | 'last' | undefined;
  readonly at: number;
}

export type Amount =
  | { readonly value: number; readonly at: number }
  | { readonly bind: string; readonly at: number };

export interface Query {
  readonly select: readonly SelectItem[];
  readonly from: { readonly name: string; readonly alias: string | undefined; readonly at: number };
  readonly scope: { readonly name: string; readonly at: number } | undefined;
  readonly where: Condition | undefined;
  readonly accessMode: 'user' | 'system' | 'enforced' | undefined;
  readonly groupBy: readonly Operand[];
  /** Totals beside the groups: `GROUP BY ROLLUP(…)` from right to left, `CUBE(…)` of every combination. */
  readonly totals: 'rollup' | 'cube' | undefined;
  readonly having: Condition | undefined;
  readonly orderBy: readonly OrderItem[];
  readonly limit: Amount | undefined;
  readonly offset: Amount | undefined;
  readonly allRows: boolean;
  readonly forUpdate: boolean;
}
