import { describe, expect, it } from 'vitest';
import { run } from '../../../support/org/apex-snippet.ts';

const contact = {
  object: 'Contact',
  values: { Id: '003Dp0000000001IAA', LastName: 'Lovelace', AccountId: null },
};

describe('fields', () => {
  it.each([
    [
      "Account a = new Account(Name = 'x', AnnualRevenue = 5); return a.AnnualRevenue + 0.5;",
      '5.5',
    ],
    ['return new Account().Name;', 'null'],
    ['return new Contact().HasOptedOutOfEmail;', 'false'],
    ["Account a = new Account(); a.put('name', 'x'); return a.get('NAME');", 'x'],
    [
      "SObject s = new Account(Name = 'x'); s.put(Account.Name, 'y'); return s.get(Account.Name);",
      'y',
    ],
    ["Account a = new Account(Id = '001Dp0000000001'); return a.Id;", '001Dp0000000001IAA'],
    ["return new Account(Name = 'x').getSObjectType() == Account.SObjectType;", 'true'],
    [
      "return new Account(Name = 'x', Industry = null).getPopulatedFieldsAsMap().keySet();",
      '{Name, Industry}',
    ],
    [
      "Account a = new Account(Name = 'x'); Account b = a.clone(); b.Name = 'y'; return a.Name + b.Name;",
      'xy',
    ],
    [
      'Opportunity o = new Opportunity(CloseDate = Date.newInstance(2026, 1, 2)); return o.CloseDate.addDays(1);',
      '2026-01-03',
    ],
  ])('%s → %s', (body, result) => {
    expect(run(body)).toBe(result);
  });

  it.each([
    ["new Account().put('Nope', 1);", 'Invalid field Nope for Account'],
    ["new Account().put('Name', 1);", 'Illegal assignment from Integer to String'],
    ["new Account().put('NumberOfEmployees', 'x');", 'Illegal assignment from String to Integer'],
  ])('%s is an SObjectException', (statement, message) => {
    const body = `try { ${statement} return null; } catch (SObjectException e) { return e.getMessage(); }`;
    expect(run(body)).toBe(message);
  });
});

describe('parents and children', () => {
  it('reads null through a missing parent, and not through a missing record', () => {
    expect(run('Contact c = new Contact(); return c.Account.Owner.Name;')).toBe('null');
    const kept =
      'Contact c = new Contact(); Account a = c.Account; try { return a.Name; } catch (NullPointerException e) { return 1; }';
    expect(run(kept)).toBe('1');
  });

  it('sets parents, and reads and writes their fields', () => {
    const body =
      "Contact c = new Contact(Account = new Account(Name = 'x')); c.Account.Name += 'y'; return c.Account.Name;";
    expect(run(body)).toBe('xy');
  });

  it('tells a relationship that was not queried', () => {
    const body =
      'try { return [SELECT LastName FROM Contact].Account.Name; } catch (SObjectException e) { return e.getMessage(); }';
    expect(run(body, { rows: [contact] })).toBe(
      'SObject row was retrieved via SOQL without querying the requested field: Contact.Account',
    );
  });

  it('gives no children where none were read', () => {
    expect(run('return new Account().Contacts.size();')).toBe('0');
  });
});

describe('safe navigation', () => {
  it.each([
    ['Account a; return a?.Name;', 'null'],
    ['Account a; return a?.Name.length();', 'null'],
    ["Account a = new Account(Name = 'abc'); return a?.Name?.length();", '3'],
    [
      "Map<String, List<Integer>> m = new Map<String, List<Integer>>(); return m.get('x')?.size() ?? -1;",
      '-1',
    ],
    ['String s; return s?.toUpperCase()?.trim() == null;', 'true'],
  ])('%s → %s', (body, result) => {
    expect(run(body)).toBe(result);
  });

  it('evaluates the receiver once', () => {
    const members = "static Integer n = 0; static String next() { n++; return 'x'; }";
    expect(run('String s = next()?.toUpperCase(); return s + n;', { members })).toBe('X1');
  });
});
