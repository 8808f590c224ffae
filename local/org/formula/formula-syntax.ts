/** What a formula says, before any name is looked up. */
export type FormulaNode =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  /** `Account.Owner.Name` */
  | { readonly kind: 'field'; readonly path: readonly string[] }
  /** Name in upper case. */
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly FormulaNode[] }
  | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly operand: FormulaNode }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: FormulaNode;
      readonly right: FormulaNode;
    };

export type BinaryOperator =
  | '&'
  | '+'
  | '-'
  | '*'
  | '/'
  | '^'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '&&'
  | '||';

/** Why a formula cannot be used. */
export class FormulaError extends Error {
  override readonly name = 'FormulaError';
}
