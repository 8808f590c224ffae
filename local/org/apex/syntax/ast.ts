/**
 * The syntax of Apex as the compiler reads it: what the parse tree says, without tokens and without types. Names keep
 * the spelling of the source.
 */

/** Both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

interface Node {
  readonly at: Position;
}

/** `Map<Id, List<String>>`, `Outer.Inner`, `String[]` (one array dimension is a List). */
export interface TypeNode extends Node {
  readonly parts: readonly { readonly name: string; readonly args: readonly TypeNode[] }[];
  readonly arrayDepth: number;
}

export interface Annotation extends Node {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
}

export interface Modifiers {
  /** Lower case: `public`, `static`, `with sharing` … */
  readonly words: ReadonlySet<string>;
  readonly annotations: readonly Annotation[];
}

// ---------------------------------------------------------------- declarations

export interface TypeDeclaration extends Node {
  readonly kind: 'class' | 'interface' | 'enum';
  readonly name: string;
  readonly modifiers: Modifiers;
  readonly superclass?: TypeNode;
  readonly interfaces: readonly TypeNode[];
  readonly members: readonly MemberDeclaration[];
  readonly constants: readonly { readonly name: string; readonly at: Position }[];
  readonly end: Position;
}

export type MemberDeclaration =
  | TypeDeclaration
  | MethodDeclaration
  | ConstructorDeclaration
  | FieldDeclaration
  | PropertyDeclaration
  | InitializerDeclaration;

export interface Parameter extends Node {
  readonly name: string;
  readonly type: TypeNode;
}

export interface MethodDeclaration extends Node {
  readonly kind: 'method';
  readonly name: string;
  readonly modifiers: Modifiers;
  readonly parameters: readonly Parameter[];
  /** Undefined for void. */
  readonly returnType?: TypeNode;
  /** Undefined for abstract and interface methods. */
  readonly body?: BlockStatement;
}

export interface ConstructorDeclaration extends Node {
  readonly kind: 'constructor';
  readonly name: string;
  readonly modifiers: Modifiers;
  readonly parameters: readonly Parameter[];
  readonly body: BlockStatement;
}

export interface FieldDeclaration extends Node {
  readonly kind: 'field';
  readonly modifiers: Modifiers;
  readonly type: TypeNode;
  readonly declarators: readonly Declarator[];
}

export interface Declarator extends Node {
  readonly name: string;
  readonly initializer?: Expression;
}

export interface PropertyDeclaration extends Node {
  readonly kind: 'property';
  readonly name: string;
  readonly modifiers: Modifiers;
  readonly type: TypeNode;
  readonly getter?: Accessor;
  readonly setter?: Accessor;
}

export interface Accessor extends Node {
  readonly modifiers: Modifiers;
  /** Undefined for `get;` and `set;`. */
  readonly body?: BlockStatement;
}

interface InitializerDeclaration extends Node {
  readonly kind: 'initializer';
  readonly isStatic: boolean;
  readonly body: BlockStatement;
}

export interface TriggerDeclaration extends Node {
  readonly kind: 'trigger';
  readonly name: string;
  readonly object: string;
  readonly objectAt: Position;
  /** `before insert`, `after undelete` … in lower case. */
  readonly events: readonly string[];
  readonly body: BlockStatement;
}

// ---------------------------------------------------------------- statements

export type Statement =
  | BlockStatement
  | LocalStatement
  | ExpressionStatement
  | IfStatement
  | SwitchStatement
  | ForStatement
  | ForEachStatement
  | WhileStatement
  | TryStatement
  | ReturnStatement
  | ThrowStatement
  | JumpStatement
  | DmlStatement
  | RunAsStatement;

export interface BlockStatement extends Node {
  readonly kind: 'block';
  readonly statements: readonly Statement[];
  /** The closing brace. */
  readonly end: Position;
}

export interface LocalStatement extends Node {
  readonly kind: 'local';
  readonly type: TypeNode;
  readonly isFinal: boolean;
  readonly declarators: readonly Declarator[];
}

interface ExpressionStatement extends Node {
  readonly kind: 'expression';
  readonly expression: Expression;
}

export interface IfStatement extends Node {
  readonly kind: 'if';
  readonly condition: Expression;
  readonly body: Statement;
  readonly otherwise?: Statement;
}

export interface SwitchStatement extends Node {
  readonly kind: 'switch';
  readonly subject: Expression;
  readonly cases: readonly SwitchCase[];
}

export interface SwitchCase extends Node {
  /** `when else` has neither. */
  readonly values: readonly Expression[];
  readonly binding?: { readonly type: TypeNode; readonly name: string };
  readonly body: BlockStatement;
}

export interface ForStatement extends Node {
  readonly kind: 'for';
  readonly local?: LocalStatement;
  readonly initializers: readonly Expression[];
  readonly condition?: Expression;
  readonly updates: readonly Expression[];
  readonly body?: Statement;
}

export interface ForEachStatement extends Node {
  readonly kind: 'forEach';
  readonly type: TypeNode;
  readonly name: string;
  readonly source: Expression;
  readonly body?: Statement;
}

export interface WhileStatement extends Node {
  readonly kind: 'while';
  readonly condition: Expression;
  readonly body?: Statement;
  /** `do { … } while (…)` */
  readonly conditionLast: boolean;
}

export interface CatchClause extends Node {
  readonly type: TypeNode;
  readonly name: string;
  readonly body: BlockStatement;
}

export interface TryStatement extends Node {
  readonly kind: 'try';
  readonly body: BlockStatement;
  readonly catches: readonly CatchClause[];
  readonly finallyBody?: BlockStatement;
}

export interface ReturnStatement extends Node {
  readonly kind: 'return';
  readonly value?: Expression;
}

export interface ThrowStatement extends Node {
  readonly kind: 'throw';
  readonly value: Expression;
}

interface JumpStatement extends Node {
  readonly kind: 'break' | 'continue';
}

export interface DmlStatement extends Node {
  readonly kind: 'dml';
  readonly operation: 'insert' | 'update' | 'upsert' | 'delete' | 'undelete' | 'merge';
  readonly value: Expression;
  /** The records that disappear in a merge. */
  readonly losers?: Expression;
  readonly mode?: 'user' | 'system';
  /** External id of an upsert, as written: `Account.Ext__c` or `Ext__c`. */
  readonly field?: readonly string[];
}

export interface RunAsStatement extends Node {
  readonly kind: 'runAs';
  readonly user: Expression;
  readonly body: BlockStatement;
}

// ---------------------------------------------------------------- expressions

export type Expression =
  | LiteralExpression
  | NameExpression
  | SelfExpression
  | MemberExpression
  | CallExpression
  | IndexExpression
  | NewExpression
  | CastExpression
  | InstanceOfExpression
  | UnaryExpression
  | StepExpression
  | BinaryExpression
  | AssignExpression
  | ConditionalExpression
  | SoqlExpression
  | SoslExpression
  | TypeLiteralExpression;

export interface LiteralExpression extends Node {
  readonly kind: 'literal';
  readonly literal: 'integer' | 'long' | 'decimal' | 'double' | 'string' | 'boolean' | 'null';
  /** Digits for numbers, the characters meant for strings, `true`/`false`, `null`. */
  readonly text: string;
}

export interface NameExpression extends Node {
  readonly kind: 'name';
  readonly name: string;
}

interface SelfExpression extends Node {
  readonly kind: 'this' | 'super';
}

export interface MemberExpression extends Node {
  readonly kind: 'member';
  readonly target: Expression;
  readonly name: string;
  /** `?.` */
  readonly safe: boolean;
}

export interface CallExpression extends Node {
  readonly kind: 'call';
  readonly target?: Expression;
  /** Method name; `this` or `super` for constructor chaining. */
  readonly name: string;
  readonly args: readonly Expression[];
  readonly safe: boolean;
}

export interface IndexExpression extends Node {
  readonly kind: 'index';
  readonly target: Expression;
  readonly index: Expression;
}

export interface NewExpression extends Node {
  readonly kind: 'new';
  readonly type: TypeNode;
  readonly init:
    | { readonly form: 'arguments'; readonly args: readonly Expression[] }
    | { readonly form: 'elements'; readonly elements: readonly Expression[] }
    | { readonly form: 'entries'; readonly entries: readonly (readonly [Expression, Expression])[] }
    | { readonly form: 'size'; readonly size: Expression };
}

export interface CastExpression extends Node {
  readonly kind: 'cast';
  readonly type: TypeNode;
  readonly operand: Expression;
}

export interface InstanceOfExpression extends Node {
  readonly kind: 'instanceof';
  readonly operand: Expression;
  readonly type: TypeNode;
}

export interface UnaryExpression extends Node {
  readonly kind: 'unary';
  readonly operator: '!' | '~' | '-' | '+';
  readonly operand: Expression;
}

/** `++` and `--` */
export interface StepExpression extends Node {
  readonly kind: 'step';
  readonly operator: '++' | '--';
  readonly prefix: boolean;
  readonly operand: Expression;
}

export interface BinaryExpression extends Node {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}

export interface AssignExpression extends Node {
  readonly kind: 'assign';
  /** `=`, `+=` … */
  readonly operator: string;
  readonly target: Expression;
  readonly value: Expression;
}

interface ConditionalExpression extends Node {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}

export interface SoqlExpression extends Node {
  readonly kind: 'soql';
  /** Without the brackets; the n-th bind stands as `:bn`. */
  readonly text: string;
  readonly binds: readonly Expression[];
  /** Object of the FROM clause. */
  readonly from: string;
  /** `SELECT COUNT() …` */
  readonly countOnly: boolean;
  readonly aggregate: boolean;
}

export interface SoslExpression extends Node {
  readonly kind: 'sosl';
  readonly term: Expression;
  /** What follows the term, without the bracket; the n-th bind stands as `:bn`. */
  readonly text: string;
  readonly binds: readonly Expression[];
}

export interface TypeLiteralExpression extends Node {
  readonly kind: 'typeLiteral';
  readonly type: TypeNode;
}
