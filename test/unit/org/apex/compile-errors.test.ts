import { describe, expect, it } from 'vitest';
import { problemsIn, problemsOf } from '../../../support/org/apex-snippet.ts';

/** Members that the snippets misuse. */
const members = `
  static Integer number = 1;
  static void nothing() { }
  static Integer twice(Integer n) { return n * 2; }
  Integer own;
  void instanceMethod() { }
  enum Color { RED, GREEN }
  interface Named { String name(); }
  abstract class Base { public abstract void act(); }
  virtual class Open { public virtual void may() { } public void fixed() { } private Integer hidden = 1; }
  class Closed { }
  final class Sealed { }`;

function table(name: string, rows: readonly (readonly [body: string, problem: string])[]) {
  describe(name, () => {
    it.each(rows)('%s', (body, problem) => {
      expect(problemsOf(body, { members })).toEqual([`1: ${problem}`]);
    });
  });
}

table('names', [
  ['return nowhere;', 'Variable does not exist: nowhere'],
  ['return number.nope;', 'Variable does not exist: nope (of Integer)'],
  ['Nowhere x; return x;', 'Invalid type: Nowhere'],
  ['List<Nowhere> x; return x;', 'Invalid type: Nowhere'],
  [
    'return new Account().Nope__c;',
    'Variable does not exist: Nope__c (no field or relationship of Account)',
  ],
  ["return new Account(Nope__c = 'x');", 'Field does not exist: Nope__c on Account'],
  ['return Account.Nope__c;', 'Variable does not exist: Account.Nope__c'],
  [
    'return new Account().BillingAddress;',
    'Fields of type address are not supported: Account.BillingAddress',
  ],
  ['return Color.BLUE;', 'Variable does not exist: Snippet.Color.BLUE'],
  [
    'return Limits.getNothing();',
    'Method does not exist or incorrect signature: Limits.getNothing()',
  ],
  ["return 'x'.shout();", 'Method does not exist or incorrect signature: shout() (of String)'],
  ['return missing(1);', 'Method does not exist or incorrect signature: missing(Integer)'],
  ["return twice('x');", 'Method does not exist or incorrect signature: twice(String)'],
  ['return twice();', 'Method does not exist or incorrect signature: twice()'],
  [
    'return new Closed(1);',
    'Method does not exist or incorrect signature: Snippet.Closed(Integer)',
  ],
  ['return Trigger.nonsense;', 'Variable does not exist: Trigger.nonsense'],
  ['return String;', 'String is not a value'],
  ['Integer number = 1; Integer Number = 2; return number;', 'Duplicate variable: Number'],
  ['return own;', 'Non static field cannot be referenced from a static context: own'],
  [
    'instanceMethod(); return 1;',
    'Non static method cannot be referenced from a static context: instanceMethod',
  ],
  ['return this;', 'this cannot be referenced from a static context'],
]);

table('types', [
  ["Integer i = 'x'; return i;", 'Illegal assignment from String to Integer'],
  ['Integer i = 5L; return i;', 'Illegal assignment from Long to Integer'],
  ['Integer i = 1.5; return i;', 'Illegal assignment from Decimal to Integer'],
  ['Long l = 1.5; return l;', 'Illegal assignment from Decimal to Long'],
  ['String s = 1; return s;', 'Illegal assignment from Integer to String'],
  ['Account a = new Contact(); return a;', 'Illegal assignment from Contact to Account'],
  [
    'SObject s = new Account(); Account a = s; return a;',
    'Illegal assignment from SObject to Account',
  ],
  ["new List<Integer>{ 'x' }; return 1;", 'Illegal assignment from String to Integer'],
  ['return new Map<String, Integer>{ 1 => 1 };', 'Illegal assignment from Integer to String'],
  [
    'Set<Integer> s = new Set<String>(); return s;',
    'Illegal assignment from Set<String> to Set<Integer>',
  ],
  ['if (1) { } return 1;', 'Illegal assignment from Integer to Boolean'],
  ["return 1 == 'x';", 'The operator does not apply to these types: Integer == String'],
  ["return 1 - 'x';", 'The operator does not apply to these types: Integer - String'],
  ['return true + 1;', 'The operator does not apply to these types: Boolean + Integer'],
  ["return 'a' && true;", 'Illegal assignment from String to Boolean'],
  ["return -'x';", 'The operator does not apply to this type: -String'],
  ["return true ? 1 : 'x';", 'Incompatible types in ternary operator: Integer : String'],
  ['Object x = nothing(); return x;', 'A method that returns nothing cannot be used as a value'],
  ['return twice(nothing());', 'A method that returns nothing cannot be used as an argument'],
  ["return 'x' + nothing();", 'The operator does not apply to these types: String + void'],
  ["return (Integer) 'x';", 'Incompatible types: String cannot be cast to Integer'],
  [
    'return (Closed) new Open();',
    'Incompatible types: Snippet.Open cannot be cast to Snippet.Closed',
  ],
  [
    'return new Closed() instanceof Open;',
    'Incompatible types: Snippet.Closed is never an instance of Snippet.Open',
  ],
  ['return 2147483648;', 'Illegal integer: 2147483648'],
  ['return 9223372036854775808L;', 'Illegal long: 9223372036854775808'],
  ['List<String, Integer> x; return x;', 'List takes 1 type argument, not 2'],
  ['for (Integer i : 5) { } return 1;', 'Loop must iterate over a collection type: Integer'],
  [
    'for (Integer i : new List<String>()) { } return 1;',
    'Illegal assignment from String to Integer',
  ],
  ['return number[0];', 'Expression must be a list: Integer'],
  ["throw 'x';", 'Illegal assignment from String to Exception'],
  ['try { } catch (Account e) { } return 1;', 'Catch variable must be of type Exception: Account'],
  ['insert 5; return 1;', 'DML requires SObject or SObject list type: Integer'],
  [
    'insert new Set<Account>(); return 1;',
    'DML requires SObject or SObject list type: Set<Account>',
  ],
  ['merge new Account() new Contact(); return 1;', 'Illegal assignment from Contact to Account'],
  ["return new Account(Name = 'a', name = 'b');", 'Duplicate field initialization: name'],
  ['upsert new Account() Nope__c; return 1;', 'Field does not exist: Nope__c on Account'],
  ['return new Base();', 'Type cannot be constructed: Snippet.Base'],
  ['return new Named();', 'Type cannot be constructed: Snippet.Named'],
  ['return new SObject();', 'Type cannot be constructed: SObject'],
  ["String s = 'a'; s++; return s;", 'The operator does not apply to this type: String++'],
]);

table('statements', [
  ['return 1; return 2;', 'Unreachable statement'],
  ['while (true) { } return 2;', 'Unreachable statement'],
  ['break; return 1;', 'break must be in a loop'],
  ['5 + 5; return 1;', 'Expression cannot be a statement'],
  ['5 = 6; return 1;', 'Expression cannot be assigned'],
  ['final Integer i = 1; i = 2; return i;', 'Final variable cannot be assigned: i'],
  [
    'Account a = new Account(); a.CreatedDate = null; return a;',
    'Field is not writeable: Account.CreatedDate',
  ],
  ['switch on 1 { when else { } when 1 { } } return 1;', 'when else must be the last branch'],
  [
    "switch on 1 { when 'x' { } } return 1;",
    'The operator does not apply to these types: Integer == String',
  ],
]);

describe('members of classes', () => {
  it.each([
    ['Integer f() { }', 'Missing return statement: f'],
    ['Integer f(Boolean b) { if (b) { return 1; } }', 'Missing return statement: f'],
    ['Integer f() { return; }', 'Missing return value of type Integer'],
    ['void f() { return 1; }', 'Void method must not return a value'],
    ['void f() { } void F() { }', 'Method already defined: F with these parameter types'],
    ['Integer a; String A;', 'Duplicate field: A'],
    ['class A { } class a { }', 'Duplicate type name: a'],
    ['class A { class B { } }', 'Inner types are not allowed to have inner types'],
    ['class A { static Integer n; }', 'Inner classes cannot have static members'],
    ['@Nonsense void f() { }', 'Annotation does not exist: @Nonsense'],
    [
      'class A extends Snippet { }',
      'Non-virtual and non-abstract type cannot be extended: Snippet',
    ],
    ['class A implements Account { }', 'Account is not an interface'],
    [
      'class A implements Comparable { }',
      'Class Snippet.A must implement the method: Integer Comparable.compareTo(Object)',
    ],
    [
      'interface I { Integer go(String s); } class A implements I { }',
      'Class Snippet.A must implement the method: Integer Snippet.I.go(String)',
    ],
    [
      'abstract class B { abstract void go(); } class A extends B { }',
      'Class Snippet.A must implement the method: void Snippet.B.go()',
    ],
    [
      'virtual class B { virtual void go() { } } class A extends B { void go() { } }',
      'Method must use the override keyword: go',
    ],
    [
      'virtual class B { public void go() { } } class A extends B { public override void go() { } }',
      'Non-virtual, non-abstract methods cannot be overridden: go',
    ],
    ['class A { override void go() { } }', 'Method does not override an ancestor method: go'],
    [
      'virtual class A extends B { } virtual class B extends A { }',
      'Class inherits itself: Snippet.A',
    ],
    [
      'final Integer n = 1; void f() { n = 2; }',
      'Final members can only be assigned in their declaration, init blocks, or constructors: n',
    ],
    ['Integer p { get; } void f() { p = 2; }', 'Property has no setter: p'],
    [
      'virtual class B { public B(Integer n) { } } class A extends B { }',
      'Method does not exist or incorrect signature: Snippet.B()',
    ],
    ['void f() { this(); }', 'A constructor call must be the first statement of a constructor'],
    [
      'virtual class B { private Integer n; } class A extends B { Integer n; }',
      'Field n is declared in Snippet.B, too; rename one of them',
    ],
    [
      'virtual class B { private void go() { } } class A extends B { void go() { } }',
      'Method go is a private one of Snippet.B, too; rename one of them',
    ],
    ['f() { }', 'Method must declare a return type: f'],
  ])('%s', (source, problem) => {
    expect(problemsOf('return null;', { members: source })[0]).toBe(`2: ${problem}`);
  });
});

describe('visibility', () => {
  const other = `public class Other {
    private static Integer secret = 1;
    private static void hidden() { }
    protected Integer guarded = 1;
    @TestVisible private static Integer testable = 2;
    public Integer open { get; private set; }
    private Other() { }
    public Other(Integer n) { }
    private class Inner { }
  }`;
  const see = (body: string) => problemsOf(body, { files: { 'classes/Other.cls': other } });

  it.each([
    ['return Other.secret;', 'Variable is not visible: Other.secret'],
    ['Other.hidden(); return 1;', 'Method is not visible: Other.hidden'],
    ['return new Other(1).guarded;', 'Variable is not visible: Other.guarded'],
    ['return Other.testable;', 'Variable is not visible: Other.testable'],
    ['new Other(1).open = 2; return 1;', 'Variable is not visible: Other.open'],
    ['return new Other();', 'Constructor is not visible: Other'],
    ['return new Other.Inner();', 'Type is not visible: Other.Inner'],
  ])('%s', (body, problem) => {
    expect(see(body)).toEqual([`1: ${problem}`]);
  });

  it('opens what is @TestVisible to test classes', () => {
    const test =
      '@IsTest private class OtherTest { @IsTest static void f() { Integer n = Other.testable; } }';
    const files = { 'classes/Other.cls': other, 'classes/OtherTest.cls': test };
    expect(problemsIn(files)).toEqual([]);
  });
});

describe('queries', () => {
  const checkSoql = (soql: string) =>
    soql.includes('Nope') ? `No such column in ${soql}` : undefined;

  it('are checked by the planner', () => {
    expect(
      problemsOf('return [SELECT Nope FROM Account WHERE Id = :own2()];', {
        checkSoql,
        members: 'static Id own2() { return null; }',
      }),
    ).toEqual(['1: No such column in SELECT Nope FROM Account WHERE Id = :b0']);
  });

  it('name objects that exist and binds that exist', () => {
    expect(problemsOf('return [SELECT Id FROM Nowhere__c];')).toEqual([
      "1: sObject type 'Nowhere__c' is not supported.",
    ]);
    expect(problemsOf('return [SELECT Id FROM Account WHERE Name = :nobody];')).toEqual([
      '1: Variable does not exist: nobody',
    ]);
  });

  it('do not become a record of another object', () => {
    expect(problemsOf('Contact c = [SELECT Id FROM Account]; return c;')).toEqual([
      '1: Illegal assignment from List<Account> to Contact',
    ]);
  });
});

describe('triggers', () => {
  it('stand on an object that allows them', () => {
    expect(
      problemsIn({ 'triggers/T.trigger': 'trigger T on Nowhere__c (after insert) { }' }),
    ).toEqual([
      {
        file: 'triggers/T.trigger',
        line: 1,
        column: 14,
        message: 'SObject type does not allow triggers: Nowhere__c',
      },
    ]);
  });
});

describe('reporting', () => {
  it('tells every problem of every file, in order', () => {
    const files = {
      'classes/B.cls': 'public class B {\n  Integer f() { return x; }\n  Nope g;\n}',
      'classes/A.cls': "public class A {\n  void f() {\n    Integer i = 'x';\n    y = 2;\n  }\n}",
    };
    expect(problemsIn(files).map((p) => `${p.file}:${p.line}:${p.column} ${p.message}`)).toEqual([
      'classes/A.cls:3:17 Illegal assignment from String to Integer',
      'classes/A.cls:4:5 Variable does not exist: y',
      'classes/B.cls:2:24 Variable does not exist: x',
      'classes/B.cls:3:3 Invalid type: Nope',
    ]);
  });

  it('tells syntax errors alone', () => {
    const files = {
      'classes/A.cls': 'public class A { void f( }',
      'classes/B.cls': 'public class B { A a; }',
    };
    const [first] = problemsIn(files);
    expect(first).toMatchObject({ file: 'classes/A.cls', line: 1, column: 26 });
    expect(problemsIn(files).every((problem) => problem.file === 'classes/A.cls')).toBe(true);
  });

  it('refuses two classes of one name', () => {
    const files = { 'classes/A.cls': 'public class A { }', 'classes/B.cls': 'public class a { }' };
    expect(problemsIn(files)).toMatchObject([
      { file: 'classes/B.cls', message: 'Duplicate class: a' },
    ]);
  });
});
