import { expect, test } from 'vitest';
import { openApexOrg, outcomeOf } from './apex-org.ts';

test('a limit that is passed cannot be caught, undoes everything, and finally still runs', async () => {
  const org = openApexOrg({
    classes: {
      Spender: `
public class Spender {
  public static void run() {
    insert new Account(Name = 'lost');
    try {
      for (Integer i = 0; i < 101; i++) { List<Account> unused = [SELECT Id FROM Account]; }
    } catch (Exception e) {
      System.debug('caught');
    } finally {
      System.debug('finally at ' + Limits.getQueries());
    }
  }
}`,
    },
  });
  expect(await outcomeOf(org.call('Spender', 'run'))).toBe('Too many SOQL queries: 101');
  expect(org.debugged).toEqual(['finally at 101']);
  expect(org.query('SELECT Id FROM Account')).toEqual([]);
});

test('a limit passed in a trigger reaches the client with the trigger that passed it', () => {
  const org = openApexOrg({
    triggers: {
      Greedy: `
trigger Greedy on Shipment__c (after insert) {
  for (Integer i = 0; i < 151; i++) { EventBus.publish(new Shipped__e()); }
}`,
    },
  });
  const results = org.insert('Shipment__c', { Name: 'a' }, { Name: 'b' });
  for (const result of results) {
    expect(result).toMatchObject({
      success: false,
      errors: [
        {
          code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
          message: 'Greedy: System.LimitException: Too many DML statements: 151',
        },
      ],
    });
  }
  expect(org.query('SELECT Id FROM Shipment__c')).toEqual([]);
});

test('every governed statement counts where Limits shows it', async () => {
  const org = openApexOrg({
    classes: {
      Counter: `
public class Counter {
  public static String run() {
    insert new List<Account>{ new Account(Name = 'a'), new Account(Name = 'b') };
    List<Account> rows = [SELECT Id, (SELECT Id FROM Contacts) FROM Account];
    Integer total = [SELECT COUNT() FROM Account];
    EventBus.publish(new Shipped__e());
    EventBus.publish(new Alarm__e());
    Delivery_Settings__c unused = Delivery_Settings__c.getInstance();
    return Limits.getQueries() + '/' + Limits.getLimitQueries() + ' rows ' + Limits.getQueryRows()
      + ' dml ' + Limits.getDmlStatements() + '/' + Limits.getLimitDmlStatements() + ' rows ' + Limits.getDmlRows()
      + ' immediate ' + Limits.getPublishImmediateDml() + ' aggregate ' + Limits.getAggregateQueries();
  }
}`,
    },
  });
  expect(await org.call('Counter', 'run')).toBe(
    '2/100 rows 3 dml 2/150 rows 3 immediate 1 aggregate 1',
  );
});

test('CPU time is what the host clock shows', async () => {
  let cpuMs = 0;
  const org = openApexOrg({
    cpuNow: () => cpuMs++,
    classes: {
      Burner: `
public class Burner {
  public static void run() { Integer i = 0; while (true) { i++; } }
  public static String used() { return String.valueOf(Limits.getCpuTime() > 0); }
}`,
    },
  });
  expect(await org.call('Burner', 'used')).toBe('true');
  expect(await outcomeOf(org.call('Burner', 'run'))).toBe('Apex CPU time limit exceeded');
});

test('a test cannot be ended by catching its failed assertion', async () => {
  const org = openApexOrg({
    classes: {
      Asserter: `
public class Asserter {
  public static void run() {
    try { System.assertEquals(1, 2, 'numbers'); } catch (Exception e) { System.debug('caught'); }
  }
}`,
    },
  });
  expect(await outcomeOf(org.call('Asserter', 'run'))).toBe(
    'Assertion Failed: numbers: Expected: 1, Actual: 2',
  );
  expect(org.debugged).toEqual([]);
});

test('the heap estimate grows with what queries bring in', async () => {
  const org = openApexOrg({
    classes: {
      Reader: `
public class Reader {
  public static String run() {
    insert new Account(Name = 'a', Description = 'x'.repeat(1000));
    Integer before = Limits.getHeapSize();
    List<Account> rows = [SELECT Description FROM Account];
    Integer grown = Limits.getHeapSize() - before;
    return (grown > 1000 && grown < 1200) + ' ' + Limits.getLimitHeapSize();
  }
}`,
    },
  });
  expect(await org.call('Reader', 'run')).toBe('true 6000000');
});
