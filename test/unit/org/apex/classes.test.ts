import { describe, expect, it } from 'vitest';
import { run } from '../../../support/org/apex-snippet.ts';

describe('constructors and initialization', () => {
  it('runs fields and blocks of all classes, the superclass first, then the bodies', () => {
    const members = `
      static List<String> log = new List<String>();
      static Integer note(String text) { log.add(text); return log.size(); }
      virtual class Base {
        Integer a = note('base field');
        { note('base block'); }
        public Base() { this(note('argument')); note('base()'); }
        public Base(Integer n) { note('base(n)'); }
      }
      class Derived extends Base {
        Integer b = note('derived field');
        public Derived() { super(); note('derived()'); }
      }`;
    expect(run("new Derived(); return String.join(log, ', ');", { members })).toBe(
      'base field, base block, derived field, argument, base(n), base(), derived()',
    );
  });

  it('calls the superclass constructor without being told', () => {
    const members = `
      virtual class Base { public String who = 'base'; public Base() { who = 'ready'; } }
      class Derived extends Base { }`;
    expect(run('return new Derived().who;', { members })).toBe('ready');
  });

  it('chooses constructors by static type', () => {
    const members = `
      class Box {
        public String how;
        public Box(Integer n) { how = 'Integer'; }
        public Box(Decimal d) { how = 'Decimal'; }
        public Box(Object o) { how = 'Object'; }
      }`;
    expect(run("return new Box(1).how + new Box(1L).how + new Box('x').how;", { members })).toBe(
      'IntegerDecimalObject',
    );
  });

  it('initializes statics once, in order, when the class is first used', () => {
    const files = {
      'classes/Config.cls': `public class Config {
        public static Integer loads = 0;
        public static final List<String> NAMES = new List<String>{ 'a' };
        static { loads++; NAMES.add('b'); }
        public static Integer late = NAMES.size() * 10;
      }`,
    };
    expect(run('return Config.loads + Config.late + Config.loads;', { files })).toBe('22');
  });

  it('lets statics of two classes look at each other', () => {
    const files = {
      'classes/A.cls':
        'public class A { public static Integer x = B.y + 1; public static Integer z = 5; }',
      'classes/B.cls': 'public class B { public static Integer y = (A.z == null) ? 1 : 2; }',
    };
    expect(run('return A.x;', { files })).toBe('2');
  });
});

describe('inheritance', () => {
  const members = `
    abstract class Shape {
      public abstract Decimal area();
      public virtual String describe() { return name() + ' ' + area(); }
      protected virtual String name() { return 'shape'; }
    }
    virtual class Square extends Shape {
      protected Decimal side;
      public Square(Decimal side) { this.side = side; }
      public override Decimal area() { return side * side; }
      protected override String name() { return 'square'; }
    }
    class Cube extends Square {
      public Cube(Decimal side) { super(side); }
      public override Decimal area() { return super.area() * 6; }
      public override String describe() { return 'solid ' + super.describe(); }
    }`;

  it('dispatches to the override nearest to the object', () => {
    expect(run('Shape s = new Cube(2); return s.describe();', { members })).toBe('solid square 24');
    expect(run('return new Square(3).describe();', { members })).toBe('square 9');
  });

  it('tells types apart', () => {
    const body =
      "Shape s = new Square(1); return (s instanceof Square) + ' ' + (s instanceof Cube);";
    expect(run(body, { members })).toBe('true false');
  });

  it('checks casts when they run', () => {
    const body = `Shape s = new Square(1);
      try { Cube c = (Cube) s; return c; } catch (TypeException e) { return e.getMessage(); }`;
    expect(run(body, { members })).toBe(
      'Invalid conversion from runtime type Snippet.Square to Snippet.Cube',
    );
  });
});

describe('interfaces', () => {
  it('calls what the class implements, inherited methods included', () => {
    const members = `
      interface Named { String name(); }
      interface Greeter extends Named { String greet(String word); }
      virtual class Base { public String name() { return 'Ada'; } }
      class Polite extends Base implements Greeter {
        public String greet(String word) { return word + ', ' + name(); }
      }`;
    expect(run("Greeter g = new Polite(); return g.greet('Hello') + g.name();", { members })).toBe(
      'Hello, AdaAda',
    );
  });

  it('loops over an Iterable of its own', () => {
    const members = `
      class Countdown implements Iterable<Integer>, Iterator<Integer> {
        Integer n;
        public Countdown(Integer n) { this.n = n; }
        public Iterator<Integer> iterator() { return this; }
        public Boolean hasNext() { return n > 0; }
        public Integer next() { return n--; }
      }`;
    const body =
      'List<Integer> seen = new List<Integer>(); for (Integer i : new Countdown(3)) { seen.add(i); } return seen;';
    expect(run(body, { members })).toBe('(3, 2, 1)');
  });

  it('sorts Comparables and by a Comparator', () => {
    const members = `
      class Item implements Comparable {
        public Integer n;
        public Item(Integer n) { this.n = n; }
        public Integer compareTo(Object other) { return n - ((Item) other).n; }
        public override String toString() { return '#' + n; }
      }
      class Descending implements Comparator<Item> {
        public Integer compare(Item a, Item b) { return b.n - a.n; }
      }`;
    const body = `List<Item> items = new List<Item>{ new Item(2), new Item(3), new Item(1) };
      items.sort(); String up = '' + items; items.sort(new Descending()); return up + items;`;
    expect(run(body, { members })).toBe('(#1, #2, #3)(#3, #2, #1)');
  });
});

describe('properties', () => {
  it('keeps automatic ones and runs the code of others', () => {
    const members = `
      public static Integer reads = 0;
      class Account2 {
        public String name { get; set; }
        public Integer size { get { reads++; return size == null ? 7 : size; } set { size = value * 2; } }
        public Boolean open { get; private set; }
        public Account2() { open = true; }
      }`;
    const body = `Account2 a = new Account2(); a.name = 'x'; Integer before = a.size; a.size = 4; a.size += 1;
      return a.name + before + a.size + a.open + reads;`;
    expect(run(body, { members })).toBe('x718true3');
  });

  it('makes static properties lazily', () => {
    const members = `
      static Integer made = 0;
      static List<String> cache { get { if (cache == null) { made++; cache = new List<String>{ 'x' }; } return cache; } set; }`;
    expect(run('return cache.size() + cache.size() + made;', { members })).toBe('3');
  });
});

describe('overloads', () => {
  const members = `
    static String f(Object o) { return 'Object'; }
    static String f(String s) { return 'String'; }
    static String f(Id i) { return 'Id'; }
    static String f(Integer i) { return 'Integer'; }
    static String f(Long l) { return 'Long'; }
    static String f(List<SObject> l) { return 'List<SObject>'; }
    static String f(SObject s) { return 'SObject'; }
    static String f(Account a) { return 'Account'; }`;

  it.each([
    ['f(1)', 'Integer'],
    ['f(1L)', 'Long'],
    ['f(1.5)', 'Object'],
    ["f('x')", 'String'],
    ['f((String) null)', 'String'],
    ['f(new Account().Id)', 'Id'],
    ['f(new Account())', 'Account'],
    ['f(new Contact())', 'SObject'],
    ['f(new List<Account>())', 'List<SObject>'],
    ['f(new Set<Id>())', 'Object'],
  ])('%s takes %s', (call, type) => {
    expect(run(`return ${call};`, { members })).toBe(type);
  });
});

describe('enums', () => {
  const members = `enum Color { RED, GREEN, BLUE }
    static String mood(Color c) {
      switch on c { when RED, BLUE { return 'loud'; } when GREEN { return 'calm'; } when else { return 'none'; } }
    }`;

  it.each([
    ['Color.GREEN.ordinal()', '1'],
    ['Color.GREEN.name()', 'GREEN'],
    ['Color.values().size()', '3'],
    ["Color.valueOf('blue')", 'BLUE'],
    ["'' + Color.RED", 'RED'],
    ['Color.RED == Color.values()[0]', 'true'],
    ['mood(Color.BLUE) + mood(Color.GREEN) + mood(null)', 'loudcalmnone'],
    ['new Map<Color, Integer>{ Color.RED => 1 }.get(Color.RED)', '1'],
  ])('%s → %s', (expression, result) => {
    expect(run(`return ${expression};`, { members })).toBe(result);
  });

  it('refuses an unknown name', () => {
    const body =
      "try { return Color.valueOf('PINK'); } catch (NoSuchElementException e) { return e.getMessage(); }";
    expect(run(body, { members })).toBe('No enum constant Snippet.Color.PINK');
  });
});

describe('names', () => {
  it('ignores case', () => {
    const members = 'static Integer Total = 2; static Integer Twice(Integer N) { RETURN n * 2; }';
    expect(run('integer X = TWICE(total); return x;', { members })).toBe('4');
  });

  it('reaches statics of the outer class from an inner one', () => {
    const members = `
      static Integer count = 4;
      static Integer next() { return ++count; }
      class Inner { Integer take() { return next() + count; } }`;
    expect(run('return new Inner().take();', { members })).toBe('10');
  });

  it('lets an inner class extend its outer class and one that stands below it', () => {
    const files = {
      'classes/Tree.cls': `public virtual class Tree {
        public virtual String kind() { return 'tree'; }
        public class Oak extends Tall { public override String kind() { return 'oak, ' + super.kind(); } }
        public virtual class Tall extends Tree { public override String kind() { return 'tall ' + super.kind(); } }
      }`,
    };
    expect(run('return new Tree.Oak().kind();', { files })).toBe('oak, tall tree');
  });

  it('keeps JavaScript words apart from Apex names', () => {
    const body =
      'Integer function = 1; Integer let = 2; Integer arguments = 3; Integer yield = 4; return function + let + arguments + yield;';
    expect(run(body)).toBe('10');
  });

  it('lets a variable have the name of a type', () => {
    expect(run("Account account = new Account(Name = 'x'); return account.Name;")).toBe('x');
  });
});

describe('equality of instances', () => {
  const members = `
    class Point {
      Integer x; Integer y;
      public Point(Integer x, Integer y) { this.x = x; this.y = y; }
      public Boolean equals(Object other) { return other instanceof Point && ((Point) other).x == x && ((Point) other).y == y; }
      public Integer hashCode() { return 31 * x + y; }
    }
    class Plain { Integer x = 1; }`;

  it('uses equals and hashCode where the class has them', () => {
    const body = `Set<Point> s = new Set<Point>{ new Point(1, 2), new Point(1, 2), new Point(2, 1) };
      Map<Point, String> m = new Map<Point, String>{ new Point(3, 4) => 'found' };
      return s.size() + m.get(new Point(3, 4)) + (new Point(1, 1) == new Point(1, 1)) + s.contains(new Point(2, 1));`;
    expect(run(body, { members })).toBe('2foundtruetrue');
  });

  it('compares other instances by identity', () => {
    const body = `Plain p = new Plain(); return (p == p) + ' ' + (p == new Plain()) + ' ' + new Set<Plain>{ p, p, new Plain() }.size();`;
    expect(run(body, { members })).toBe('true false 2');
  });

  it('shows fields when there is no toString', () => {
    expect(run("return '' + new Plain();", { members })).toBe('Plain:[x=1]');
  });
});
