import { describe, expect, it } from 'vitest';
import { ApexMap } from '../../../../local/org/apex/collections.ts';
import { apexText } from '../../../../local/org/apex/runtime/text.ts';
import {
  ApexException,
  type ApexObject,
  LimitError,
  PlatformObject,
  type Suspendable,
} from '../../../../local/org/apex/values.ts';
import {
  compiled,
  fakeRealm,
  finish,
  problemsIn,
  recordList,
} from '../../../support/org/apex-snippet.ts';

const calls = `
  HttpRequest request = new HttpRequest();
  request.setEndpoint('https://example.org');
  request.setMethod('GET');
  return new Http().send(request).getStatusCode();`;

function isSuspended(result: Suspendable<unknown>): boolean {
  return typeof result === 'object' && result !== null && 'throw' in result;
}

describe('callouts', () => {
  const files = {
    'classes/Sender.cls': `public virtual class Sender {
      public static Integer plain() { return 1; }
      public static Integer send() { ${calls} }
      public static Integer viaProperty() { return new Sender().status; }
      public static Integer viaConstructor() { return new Eager().status; }
      public static Integer viaInterface() { Work w = new Loud(); return w.run() + new Quiet().run(); }
      public static Integer viaOverride() { Sender s = new Child(); return s.go(); }
      public static Integer inExpressions() { Integer n = 0; for (Integer i = 0; i < 2; i++) { n += send(); } return n + (true ? send() : 0); }
      public static String caught() { try { Integer n = send(); throw new CalloutException('after ' + n); } catch (CalloutException e) { return e.getMessage(); } finally { Integer m = send(); } }
      public Integer status { get { return send(); } }
      public virtual Integer go() { return 0; }
      public class Child extends Sender { public override Integer go() { return send(); } }
      public class Eager { public Integer status; public Eager() { status = send(); } }
      public interface Work { Integer run(); }
      public class Loud implements Work { public Integer run() { return send(); } }
      public class Quiet implements Work { public Integer run() { return 3; } }
    }`,
  };
  const program = compiled(files);

  it.each([
    ['plain', 1, false],
    ['send', 200, true],
    ['viaProperty', 200, true],
    ['viaConstructor', 200, true],
    ['viaInterface', 203, true],
    ['viaOverride', 200, true],
    ['inExpressions', 600, true],
    ['caught', 'after 200', true],
  ])('%s answers %s, suspended: %s', (method, answer, suspends) => {
    const { realm } = fakeRealm(program);
    const result = realm.program.invokeStatic('Sender', method, []);
    expect(isSuspended(result)).toBe(suspends);
    expect(finish(result)).toBe(answer);
  });

  it('throws into the code what the driver throws', () => {
    const { realm } = fakeRealm(program);
    const running = realm.program.invokeStatic('Sender', 'caught', []);
    if (typeof running !== 'object' || running === null || !('throw' in running)) {
      throw new Error('It should have waited');
    }
    running.next();
    running.throw(new ApexException('CalloutException', 'Read timed out'));
    const end = running.next({ status: 200, statusText: '', headers: {}, body: new Uint8Array() });
    expect(end).toEqual({ done: true, value: 'Read timed out' });
  });

  it.each([
    [
      'a comparison',
      'class A implements Comparable { public Integer compareTo(Object o) { return Sender.send(); } }',
    ],
    ['toString', "class A { public override String toString() { return '' + Sender.send(); } }"],
    [
      'an iterator',
      'class A implements Iterable<Integer> { public Iterator<Integer> iterator() { Sender.send(); return null; } }',
    ],
    ['static initialization', 'static Integer n = Sender.send();'],
  ])('are refused in %s', (_, source) => {
    const all = { ...files, 'classes/B.cls': `public class B {\n${source}\n}` };
    expect(problemsIn(all)).toMatchObject([
      {
        file: 'classes/B.cls',
        message: expect.stringContaining(
          'makes a callout, but the platform calls it where it cannot wait',
        ),
      },
    ]);
  });
});

describe('limits', () => {
  const files = {
    'classes/Deep.cls': `public class Deep {
      public static Integer direct(Integer n) { return direct(n + 1) + 1; }
      public static Integer ping(Integer n) { try { return pong(n + 1); } catch (Exception e) { return -1; } }
      public static Integer pong(Integer n) { return ping(n + 1); }
      public static Integer fine(Integer n) { return n == 0 ? 0 : 1 + fine(n - 1); }
    }`,
  };

  it('end endless recursion, past every catch block', () => {
    const { realm } = fakeRealm(compiled(files));
    for (const method of ['direct', 'ping']) {
      const run = () => realm.program.invokeStatic('Deep', method, [0]);
      expect(run).toThrow(LimitError);
      expect(run).toThrow('Maximum stack depth reached: 1001');
    }
  });

  it('let deep recursion be that ends', () => {
    const { realm } = fakeRealm(compiled(files));
    expect(realm.program.invokeStatic('Deep', 'fine', [900])).toBe(900);
  });
});

describe('transactions', () => {
  const files = {
    'classes/Counter.cls':
      'public class Counter { static Integer n = 0; public static Integer next() { return ++n; } }',
  };

  it('start with fresh statics', () => {
    const program = compiled(files);
    const first = fakeRealm(program).realm;
    const second = fakeRealm(program).realm;
    expect(first.program.invokeStatic('Counter', 'next', [])).toBe(1);
    expect(first.program.invokeStatic('Counter', 'next', [])).toBe(2);
    expect(second.program.invokeStatic('Counter', 'next', [])).toBe(1);
  });
});

describe('triggers', () => {
  const program = compiled({
    'triggers/AccountNames.trigger': `trigger AccountNames on Account (before insert, after update) {
      for (Account a : Trigger.new) {
        a.Name = a.Name.toUpperCase();
        if (a.Name == 'BAD') {
          a.addError('not allowed');
          a.Industry.addError('nor this');
        }
      }
    }`,
  });

  it('say object and events', () => {
    expect(program.triggers).toEqual([
      {
        name: 'AccountNames',
        object: 'Account',
        events: new Set(['before insert', 'after update']),
      },
    ]);
  });

  it('change records and put errors on them and their fields', () => {
    const newList = recordList('Account', { Name: 'acme' }, { Name: 'bad' });
    const { realm } = fakeRealm(program, { trigger: { newList } });
    finish(realm.program.runTrigger('AccountNames'));
    expect(apexText(newList)).toBe('(Account:{Name=ACME}, Account:{Name=BAD})');
    expect(newList.values.map((row) => (row as { errors?: unknown }).errors)).toEqual([
      [],
      [{ message: 'not allowed' }, { message: 'nor this', field: 'Industry' }],
    ]);
  });
});

describe('stack traces', () => {
  const program = compiled({
    'classes/Outer.cls': `public class Outer {
  public Integer size {
    get { return 1 / 0; }
  }
  public Outer() {
    Integer n = size;
  }
  public class Inner {
    public void act() {
      new Outer();
    }
  }
  public static void run() {
    List<String> names = new List<String>{
      'a'
    };
    new Inner()
      .act();
  }
}`,
    'triggers/OnAccount.trigger': `trigger OnAccount on Account (after insert) {

  Outer.run();
}`,
  });

  it('name classes, constructors, accessors and the trigger they end in', () => {
    const { realm } = fakeRealm(program);
    const stack = () => {
      try {
        finish(realm.program.runTrigger('OnAccount'));
        return undefined;
      } catch (error) {
        return error instanceof ApexException ? error.stackTrace : error;
      }
    };
    expect(stack()).toBe(
      [
        'Class.Outer.size: line 3, column 1',
        'Class.Outer.<init>: line 6, column 1',
        'Class.Outer.Inner.act: line 10, column 1',
        'Class.Outer.run: line 17, column 1',
        'Trigger.OnAccount: line 3, column 1',
      ].join('\n'),
    );
  });
});

describe('coverage', () => {
  const path = 'classes/Branches.cls';
  const program = compiled({
    [path]: `public class Branches {
  static Integer base = 10;

  public static Integer pick(Boolean high) {
    Integer n = base;
    if (high) {
      n = 100;
    } else {
      n = 1;
    }
    return
      n;
  }
}`,
  });

  it('counts lines, over several transactions', () => {
    expect(program.executableLines.get(path)).toEqual([2, 5, 6, 7, 9, 11]);
    const coverage = new Map<string, Uint32Array>();
    for (const high of [true, true, false]) {
      const { realm } = fakeRealm(program);
      const instance = program.instantiate(realm, coverage);
      instance.invokeStatic('Branches', 'pick', [high]);
    }
    const counts = coverage.get(path);
    const executed = program.executableLines.get(path)?.map((line) => [line, counts?.[line]]);
    expect(executed).toEqual([
      [2, 3],
      [5, 3],
      [6, 3],
      [7, 2],
      [9, 1],
      [11, 3],
    ]);
  });
});

describe('object graphs', () => {
  const files = {
    'classes/Job.cls': `public virtual class Job implements Queueable {
      public String name; public Job next; public transient Integer scratch; private Set<Id> ids = new Set<Id>();
      public Map<String, Object> data = new Map<String, Object>(); public Kind kind = Kind.SLOW; public Account record;
      public enum Kind { FAST, SLOW }
      public class Special extends Job { public List<Job> all = new List<Job>(); }
      public void execute(QueueableContext context) { }
      public static Job make() {
        Special a = new Special(); a.name = 'a'; a.next = a; a.scratch = 5; a.ids.add('001Dp0000000001IAA');
        a.all.add(a); a.all.add(new Job());
        a.data.put('decimal', 1.50); a.data.put('long', 5L); a.data.put('when', Datetime.newInstanceGmt(2026, 1, 2, 3, 4, 5));
        a.data.put('day', Date.newInstance(2026, 1, 2)); a.data.put('blob', Blob.valueOf('x')); a.data.put('double', 2.5d);
        a.data.put('type', Job.class); a.data.put('field', Account.Name); a.data.put('list', new List<Integer>{ 1, null });
        a.record = new Account(Name = 'n');
        return a;
      }
      public static String show(Object o) {
        Special a = (Special) o;
        return '' + (a.next === a) + (a.all[0] === a) + a.all.size() + a.name + a.scratch + a.ids + a.data + a.kind + a.record + (a.kind == Kind.SLOW) + (a.data.get('field') == Account.Name);
      }
      public static Object unfit() { return new List<Object>{ new HttpRequest() }; }
    }`,
  };

  it('come back in another transaction, shared references and all', () => {
    const program = compiled(files);
    const first = fakeRealm(program).realm.program;
    const second = fakeRealm(program).realm.program;
    const job = finish(first.invokeStatic('Job', 'make', []));
    const json: unknown = JSON.parse(JSON.stringify(first.serialize(job)));
    const copy = second.deserialize(json);
    const shown = second.invokeStatic('Job', 'show', [copy]);
    expect(shown).toBe(
      'truetrue2anull{001Dp0000000001IAA}{decimal=1.50, long=5, when=2026-01-02 03:04:05, day=2026-01-02, ' +
        'blob=Blob[1], double=2.5, type=Job, field=Name, list=(1, null)}SLOWAccount:{Name=n}truetrue',
    );
    expect(second.isInstance(copy, 'Queueable')).toBe(true);
    expect(second.isInstance(copy, 'Job.Special')).toBe(true);
    expect(second.isInstance(copy, 'Comparable')).toBe(false);
  });

  it('refuse what cannot leave, by name', () => {
    const { program } = fakeRealm(compiled(files)).realm;
    const list = finish(program.invokeStatic('Job', 'unfit', []));
    expect(() => program.serialize(list)).toThrow('Not Serializable: HttpRequest');
    expect(() => program.serialize(new ApexMap('String', 'Object'))).not.toThrow();
  });

  it('are not read from anything else', () => {
    const { program } = fakeRealm(compiled(files)).realm;
    expect(() => program.deserialize({ root: [9], objects: [] })).toThrow('cannot be read');
    expect(() => program.deserialize('x')).toThrow('cannot be read');
  });
});

describe('the program from outside', () => {
  const program = compiled({
    'classes/Job.cls': `public class Job extends Base implements Queueable, Database.AllowsCallouts {
      String name;
      public Job(String name) { this.name = name; }
      public void execute(QueueableContext context) { }
      public String hello(String who) { return name + ' ' + who; }
    }`,
    'classes/Base.cls':
      "public virtual class Base { public String inherited() { return 'from base'; } }",
    'classes/JobTest.cls': `@IsTest private class JobTest {
      @TestSetup static void prepare() { }
      @IsTest static void works() { }
      static testMethod void worksToo() { }
      static void helper(Integer n) { }
    }`,
  });

  it('lists classes with what the platform asks of them', () => {
    const [job, , test] = ['Job', 'Base', 'JobTest'].map((name) =>
      program.classes.find((info) => info.name === name),
    );
    expect(job).toMatchObject({ isTest: false, superclass: 'Base' });
    expect([...(job?.interfaces ?? [])]).toEqual(
      expect.arrayContaining(['Base', 'Queueable', 'Database.AllowsCallouts']),
    );
    expect(test?.isTest).toBe(true);
    expect(
      test?.methods.map(({ name, isTest, isTestSetup }) => [name, isTest, isTestSetup]),
    ).toEqual([
      ['prepare', false, true],
      ['works', true, false],
      ['worksToo', true, false],
      ['helper', false, false],
    ]);
  });

  it('chooses overloads by the arguments', () => {
    const both = compiled({
      'classes/Both.cls': `public class Both implements Queueable, Finalizer {
        public static String seen = '';
        public void execute(QueueableContext context) { seen += 'job'; }
        public void execute(FinalizerContext context) { seen += 'finalizer'; }
        public static String look() { return seen; }
      }`,
    });
    const instance = fakeRealm(both).realm.program;
    const target = instance.newInstance('Both', []) as ApexObject;
    instance.invoke(target, 'execute', [new PlatformObject('FinalizerContext', {})]);
    instance.invoke(target, 'execute', [new PlatformObject('QueueableContext', {})]);
    expect(instance.invokeStatic('Both', 'look', [])).toBe('finalizerjob');
  });

  it('asks for future calls without making them', () => {
    const later = compiled({
      'classes/Later.cls': `public class Later {
        static Integer runs = 0;
        @Future(callout=true) public static void run(Integer n, List<String> names) { runs += n; }
        public static Integer go() { run(5, new List<String>{ 'a' }); return runs; }
      }`,
    });
    const { realm, journal } = fakeRealm(later);
    expect(realm.program.invokeStatic('Later', 'go', [])).toBe(0);
    expect(journal).toEqual(['future Later.run 5,(a) true']);
  });

  it('makes instances and calls them by name', () => {
    const instance = fakeRealm(program).realm.program;
    const job = instance.newInstance('Job', ['Ada']) as ApexObject;
    expect(instance.invoke(job, 'HELLO', ['there'])).toBe('Ada there');
    expect(instance.invoke(job, 'inherited', [])).toBe('from base');
    expect(() => instance.invoke(job, 'nothing', [])).toThrow(
      'Job has no method nothing of 0 parameters',
    );
    expect(() => instance.newInstance('Nobody', [])).toThrow('There is no class Nobody');
  });
});
