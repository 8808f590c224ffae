import { describe, expect, it } from 'vitest';
import { record, recordList, run, runSnippet } from '../../../support/org/apex-snippet.ts';

describe('loops', () => {
  it.each([
    [
      'Integer n = 0; for (Integer i = 0; i < 5; i++) { if (i == 1) continue; if (i == 4) break; n += i; } return n;',
      '5',
    ],
    ['Integer n = 0; while (n < 7) n += 2; return n;', '8'],
    ['Integer n = 9; do { n++; } while (n < 5); return n;', '10'],
    ['Integer n = 0; for (;;) { if (++n > 3) break; } return n;', '4'],
    ['Integer i; Integer j; for (i = 0, j = 10; i < j; i++, j--) { } return i * 100 + j;', '505'],
    [
      'Integer n = 0; for (Integer a : new List<Integer>{ 1, 2 }) for (Integer b : new List<Integer>{ 10, 20 }) n += a * b; return n;',
      '90',
    ],
    ["String s = ''; for (String x : new Set<String>{ 'a', 'b', 'a' }) s += x; return s;", 'ab'],
    [
      "String s = ''; for (String k : new Map<String, Integer>{ 'a' => 1, 'b' => 2 }.keySet()) s += k; return s;",
      'ab',
    ],
    ['Decimal d = 0; for (Decimal x : new List<Integer>{ 1, 2 }) d += x; return d;', '3'],
  ])('%s → %s', (body, result) => {
    expect(run(body)).toBe(result);
  });

  it('goes through the rows of a query, one by one and in chunks', () => {
    const rows = Array.from({ length: 450 }, (_, n) => ({
      object: 'Account',
      values: { Name: `A${n}` },
    }));
    const each =
      'Integer n = 0; for (Account a : [SELECT Name FROM Account]) { n += a.Name.length(); } return n;';
    expect(run(each, { rows })).toBe(String(10 * 2 + 90 * 3 + 350 * 4));
    const chunks =
      'List<Integer> n = new List<Integer>(); for (List<Account> l : [SELECT Name FROM Account]) { n.add(l.size()); } return n;';
    expect(run(chunks, { rows })).toBe('(200, 200, 50)');
  });

  it('refuses to change a collection while a loop runs over it, and allows it after', () => {
    const body = `List<Integer> l = new List<Integer>{ 1, 2 };
      try { for (Integer i : l) { l.add(3); } } catch (FinalException e) { l.add(9); return e.getMessage() + l; } return 'no';`;
    expect(run(body)).toBe('Cannot modify a collection while it is being iterated.(1, 2, 9)');
  });

  it('looks at the CPU clock now and then', () => {
    const { journal } = runSnippet('for (Integer i = 0; i < 5000; i++) { } return null;');
    expect(journal).toEqual(Array(4).fill('tick'));
  });
});

describe('switch', () => {
  const members = `
    static String number(Integer n) { switch on n { when 1, 2 { return 'few'; } when -1 { return 'minus'; } when null { return 'null'; } when else { return 'many'; } } }
    static String word(String s) { switch on s { when 'a' { return 'A'; } when else { return '?'; } } }
    static String kind(SObject s) { switch on s { when Account a { return 'account ' + a.Name; } when Contact c { return 'contact'; } when null { return 'null'; } when else { return 'other'; } } }
    static Integer firstOf(List<Integer> numbers) { for (Integer i : numbers) { switch on i { when 3 { continue; } when 5 { break; } } return i; } return 0; }`;

  it.each([
    ['number(2)', 'few'],
    ['number(-1)', 'minus'],
    ['number(null)', 'null'],
    ['number(9)', 'many'],
    ["word('a')", 'A'],
    ["word('A')", '?'],
    ["kind(new Account(Name = 'x'))", 'account x'],
    ['kind(new Contact())', 'contact'],
    ['kind(new Lead())', 'other'],
    ['kind(null)', 'null'],
    ['firstOf(new List<Integer>{ 3, 4 })', '4'],
    ['firstOf(new List<Integer>{ 5, 4 })', '0'],
  ])('%s → %s', (expression, result) => {
    expect(run(`return ${expression};`, { members })).toBe(result);
  });
});

describe('exceptions', () => {
  const members = `
    class AppException extends Exception { public Integer code = 7; }
    class SubException extends AppException2 { }
    virtual class AppException2 extends Exception { }
    class CodedException extends Exception { Integer code; public CodedException(Integer code) { this('code ' + code); this.code = code; } public CodedException(String m, Integer n) { super(m); } }
    static List<String> log = new List<String>();
    static Integer tried(Integer n) { try { if (n == 0) { throw new AppException('zero'); } return 10 / (n - 1); } catch (AppException e) { log.add('app ' + e.getMessage() + e.code); return -1; } catch (Exception e) { log.add(e.getTypeName()); return -2; } finally { log.add('finally'); } }`;

  it('catches by type and always runs finally', () => {
    const body = "return tried(0) + ' ' + tried(1) + ' ' + tried(3) + ' ' + String.join(log, ',');";
    expect(run(body, { members })).toBe(
      '-1 -2 5 app zero7,finally,System.MathException,finally,finally',
    );
  });

  it('catches subtypes of the type named', () => {
    const body =
      "try { throw new SubException('x'); } catch (AppException2 e) { return e.getTypeName(); }";
    expect(run(body, { members })).toBe('Snippet.SubException');
  });

  it('carries causes', () => {
    const body = `try { try { Integer i = 1 / 0; } catch (MathException e) { throw new AppException('outer', e); } }
      catch (AppException e) { return e.getMessage() + ' ' + e.getCause().getMessage(); } return null;`;
    expect(run(body, { members })).toBe('outer Divide by 0');
  });

  it('passes exceptions that no clause names', () => {
    const body = `try { try { throw new AppException('deep'); } catch (MathException e) { return 'wrong'; } }
      catch (AppException e) { return e.getMessage(); }`;
    expect(run(body, { members })).toBe('deep');
  });

  it('lets an exception have constructors of its own', () => {
    const body =
      "try { throw new CodedException(5); } catch (CodedException e) { return e.getMessage() + new CodedException('own', 1).getMessage(); }";
    expect(run(body, { members })).toBe('code 5own');
  });

  it('makes exceptions without a message', () => {
    expect(
      run('try { throw new AppException(); } catch (Exception e) { return e.getMessage(); }', {
        members,
      }),
    ).toBe('Script-thrown exception');
  });

  it('tells line and stack of where it was made', () => {
    const body = `
      try {
        inner();
      } catch (Exception e) {
        return e.getLineNumber() + '|' + e.getStackTraceString();
      }`;
    const more = `static void inner() {
      throw new IllegalArgumentException('x');
    }`;
    expect(run(`${body} return null;`, { members: more })).toBe(
      '8|Class.Snippet.inner: line 8, column 1\nClass.Snippet.run: line 3, column 1',
    );
  });
});

describe('DML', () => {
  it.each([
    ["Account a = new Account(Name = 'x'); insert a;", 'insert Account:{Name=x}'],
    ['update new List<Account>();', 'update ()'],
    ["insert as user new Account(Name = 'x');", 'insert Account:{Name=x} {"mode":"user"}'],
    ['delete as system new List<Lead>();', 'delete () {"mode":"system"}'],
    ["upsert new Account(Name = 'x') Account.Id;", 'upsert Account:{Name=x} {"field":"Id"}'],
    ['undelete new List<Account>();', 'undelete ()'],
    [
      "merge new Account(Name = 'w') new Account(Name = 'l');",
      'merge (Account:{Name=w}, Account:{Name=l})',
    ],
    [
      "System.runAs(new User(LastName = 'u')) { insert new List<Account>(); }",
      'runAs User:{LastName=u}|insert ()|leave',
    ],
  ])('%s', (statement, expected) => {
    expect(runSnippet(`${statement} return null;`).journal.join('|')).toBe(expected);
  });

  it('leaves runAs when an exception flies through it', () => {
    const body =
      "try { System.runAs(new User()) { throw new IllegalArgumentException('x'); } } catch (Exception e) { return null; }";
    expect(runSnippet(body).journal).toEqual(['runAs User:{}', 'leave']);
  });
});

describe('SOQL', () => {
  const rows = [{ object: 'Account', values: { Id: '001Dp0000000001IAA', Name: 'Acme' } }];

  it('hands over binds by name', () => {
    const body =
      "String n = 'Acme'; List<Account> l = [SELECT Name FROM Account WHERE Name = :n AND Id IN :new Set<String>{ 'a' } LIMIT :1 + 1]; return l.size();";
    expect(runSnippet(body, { rows }).journal).toEqual([
      'query SELECT Name FROM Account WHERE Name = :b0 AND Id IN :b1 LIMIT :b2 b0=Acme b1={a} b2=2',
    ]);
  });

  it('lets a query made at run time see the variables around it', () => {
    const members = "static String home = 'Paris'; static Integer size() { return 1; }";
    const body =
      "Integer n = 5; for (Integer i = 0; i < 1; i++) { Database.query('SELECT Name FROM Account WHERE X = :n'); } return Database.countQuery('SELECT COUNT() FROM Account');";
    expect(runSnippet(body, { members }).journal).toEqual([
      'query SELECT Name FROM Account WHERE X = :n home=Paris n=5 i=0',
      'count SELECT COUNT() FROM Account home=Paris n=5',
    ]);
  });

  it('gives one record where one is asked for', () => {
    expect(run('Account a = [SELECT Name FROM Account]; return a.Name;', { rows })).toBe('Acme');
    expect(run('return [SELECT Name FROM Account].Name;', { rows })).toBe('Acme');
    expect(run('return [SELECT Name FROM Account][0].Name;', { rows })).toBe('Acme');
    expect(run('return [SELECT COUNT() FROM Account];', { rows })).toBe('1');
  });

  it.each([
    [[], 'List has no rows for assignment to SObject'],
    [
      [rows[0], rows[0]].flatMap((row) => row ?? []),
      'List has more than 1 row for assignment to SObject',
    ],
  ])('refuses any other number of rows', (found, message) => {
    const body =
      'try { Account a = [SELECT Name FROM Account]; return a; } catch (QueryException e) { return e.getMessage(); }';
    expect(run(body, { rows: found })).toBe(message);
  });

  it('tells a field that was not queried', () => {
    const body =
      'try { return [SELECT Name FROM Account].Industry; } catch (SObjectException e) { return e.getMessage(); }';
    expect(run(body, { rows })).toBe(
      'SObject row was retrieved via SOQL without querying the requested field: Account.Industry',
    );
  });
});

describe('trigger variables', () => {
  it('are null and false outside a trigger', () => {
    expect(run("return Trigger.isExecuting + ' ' + Trigger.new + Trigger.isInsert;")).toBe(
      'false nullfalse',
    );
  });

  it('read the running trigger', () => {
    const trigger = { newList: recordList('Account', { Name: 'x' }), operation: 'AFTER_INSERT' };
    const body =
      "return Trigger.new[0].get('Name') + ' ' + Trigger.operationType + Trigger.size + (Trigger.operationType == TriggerOperation.AFTER_INSERT);";
    expect(run(body, { trigger })).toBe('x AFTER_INSERT1true');
  });

  it('hold records that cannot be changed in after triggers', () => {
    const frozen = record('Account', { Name: 'x' }).freeze();
    const list = recordList('Account').freeze();
    list.values.push(frozen);
    const body =
      "Account a = (Account) Trigger.new[0]; try { a.Name = 'y'; return 'no'; } catch (FinalException e) { return e.getMessage(); }";
    expect(run(body, { trigger: { newList: list } })).toBe('Record is read-only');
    const add =
      'try { Trigger.new.add(new Account()); return null; } catch (FinalException e) { return e.getMessage(); }';
    expect(run(add, { trigger: { newList: list } })).toBe('Collection is read-only');
  });
});
