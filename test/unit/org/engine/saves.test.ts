import { expect, test } from 'vitest';
import { openApexOrg, outcomeOf } from './apex-org.ts';

const RECORDER = `
public class Recorder {
  public static Integer runs = 0;
  public static void note(String phase, Integer size) {
    runs++;
    System.debug(phase + ' ' + size + ' run ' + runs);
  }
}`;

test('before-triggers change what is stored, after-triggers see ids and may not change records', () => {
  const org = openApexOrg({
    triggers: {
      ShipmentTrigger: `
trigger ShipmentTrigger on Shipment__c (before insert, after insert, before update, after update) {
  if (Trigger.isBefore) {
    for (Shipment__c row : Trigger.new) { row.Note__c = 'noted ' + row.Name; }
    return;
  }
  for (Shipment__c row : Trigger.new) {
    System.assert(Trigger.newMap.containsKey(row.Id));
    if (Trigger.isUpdate) { System.debug(Trigger.oldMap.get(row.Id).Name + ' to ' + row.Name); }
  }
  if (Trigger.isInsert) { Trigger.new[0].Note__c = 'too late'; }
}`,
    },
  });

  const [refused] = org.insert('Shipment__c', { Name: 'A' });
  expect(refused).toMatchObject({
    success: false,
    errors: [
      {
        code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
        message:
          'ShipmentTrigger: execution of AfterInsert\n\ncaused by: System.FinalException: Record is read-only\n\nTrigger.ShipmentTrigger: line 11, column 1',
      },
    ],
  });
  expect(org.query('SELECT Id FROM Shipment__c')).toEqual([]);
});

test('an update hands old and new rows to the triggers', () => {
  const org = openApexOrg({
    triggers: {
      ShipmentTrigger: `
trigger ShipmentTrigger on Shipment__c (before update, after update) {
  for (Shipment__c row : Trigger.new) {
    if (Trigger.isBefore) { row.Note__c = Trigger.oldMap.get(row.Id).Name; }
    else { System.debug(Trigger.oldMap.get(row.Id).Note__c + ' to ' + row.Note__c); }
  }
}`,
    },
  });
  const [inserted] = org.insert('Shipment__c', { Name: 'A' });
  const id = inserted?.success ? inserted.id : '';

  org.save('update', 'Shipment__c', [{ Id: id, Name: 'B' }]);

  expect(org.query('SELECT Name, Note__c FROM Shipment__c')).toEqual([{ Name: 'B', Note__c: 'A' }]);
  expect(org.debugged).toEqual(['null to A']);
});

test('201 rows come to a trigger as 200 and 1', () => {
  const org = openApexOrg({
    classes: { Recorder: RECORDER },
    triggers: {
      T: `trigger T on Shipment__c (after insert) { Recorder.note('after', Trigger.size); }`,
    },
  });
  org.save(
    'insert',
    'Shipment__c',
    Array.from({ length: 201 }, (_, index) => ({ Name: `S${index}` })),
  );
  expect(org.debugged).toEqual(['after 200 run 1', 'after 1 run 2']);
});

test('a partial save fires the triggers again for the rows that did not fail, with statics kept and limits given back', async () => {
  const org = openApexOrg({
    classes: {
      Recorder: RECORDER,
      Saver: `
public class Saver {
  public static String run() {
    List<Shipment__c> rows = new List<Shipment__c>{
      new Shipment__c(Name = 'good'), new Shipment__c(Name = 'bad'), new Shipment__c(Name = 'fine')
    };
    List<Database.SaveResult> results = Database.insert(rows, false);
    String text = '';
    for (Database.SaveResult result : results) {
      text += result.isSuccess() ? 'ok ' : result.getErrors()[0].getStatusCode() + ' ' + result.getErrors()[0].getMessage() + ' ';
    }
    return text + Limits.getQueries() + ' ' + (rows[1].Id == null) + (rows[0].Id != null);
  }
}`,
    },
    triggers: {
      T: `
trigger T on Shipment__c (before insert, after insert) {
  List<Account> unused = [SELECT Id FROM Account];
  Recorder.note(Trigger.isBefore ? 'before' : 'after', Trigger.size);
  if (Trigger.isBefore) {
    for (Shipment__c row : Trigger.new) {
      if (row.Name == 'bad') { row.Name.addError('is bad'); }
    }
  } else {
    EventBus.publish(new Shipped__e(Text__c = String.valueOf(Trigger.size)));
  }
}`,
      E: `trigger E on Shipped__e (after insert) { for (Shipped__e event : Trigger.new) { System.debug('event ' + event.Text__c); } }`,
    },
  });
  expect(await org.call('Saver', 'run')).toBe(
    'ok FIELD_CUSTOM_VALIDATION_EXCEPTION is bad ok 2 truetrue',
  );
  expect(org.debugged).toEqual([
    'before 3 run 1',
    'after 2 run 2',
    'before 2 run 3',
    'after 2 run 4',
  ]);
  await org.settle();
  expect(org.debugged.slice(4)).toEqual(['event 2']);
});

test('a row that fails in the third attempt too ends the whole chunk', () => {
  const org = openApexOrg({
    classes: { Counter: 'public class Counter { public static Integer runs = 0; }' },
    triggers: {
      T: `
trigger T on Shipment__c (before insert) {
  Counter.runs++;
  Trigger.new[0].addError('run ' + Counter.runs);
}`,
    },
  });
  const results = org.insert(
    'Shipment__c',
    { Name: 'a' },
    { Name: 'b' },
    { Name: 'c' },
    { Name: 'd' },
  );
  expect(results.map((result) => (result.success ? 'ok' : result.errors[0]?.message))).toEqual([
    'run 1',
    'run 2',
    'run 3',
    'Too many batch retries in the presence of Apex triggers and partial failures.',
  ]);
});

test('DmlException names the first failed row, its code and its fields', async () => {
  const org = openApexOrg({
    classes: {
      Saver: `
public class Saver {
  public static String run() {
    try {
      insert new List<Account>{ new Account(Name = 'fine'), new Account() };
      return 'no exception';
    } catch (DmlException e) {
      return e.getMessage() + ' | ' + e.getNumDml() + ' ' + e.getDmlIndex(0) + ' ' + e.getDmlType(0) + ' ' + e.getDmlFieldNames(0);
    }
  }
  public static String withId() {
    Account acc = new Account(Name = 'fine');
    insert acc;
    delete acc;
    try {
      update acc;
      return 'no exception';
    } catch (DmlException e) {
      return e.getMessage().replace(acc.Id, 'ID');
    }
  }
}`,
    },
  });
  expect(await org.call('Saver', 'run')).toBe(
    'Insert failed. First exception on row 1; first error: REQUIRED_FIELD_MISSING, Required fields are missing: [Name]: [Name] | 1 1 REQUIRED_FIELD_MISSING (Name)',
  );
  expect(await org.call('Saver', 'withId')).toBe(
    'Update failed. First exception on row 0 with id ID; first error: ENTITY_IS_DELETED, entity is deleted: []',
  );
  expect(org.query('SELECT Id FROM Account')).toEqual([]);
});

test('a savepoint takes back records and events, not the events of the immediate kind', async () => {
  const org = openApexOrg({
    classes: {
      Saver: `
public class Saver {
  public static void run() {
    insert new Account(Name = 'kept');
    Savepoint point = Database.setSavepoint();
    insert new Account(Name = 'lost');
    EventBus.publish(new Shipped__e(Text__c = 'lost'));
    EventBus.publish(new Alarm__e(Text__c = 'kept'));
    Database.rollback(point);
    EventBus.publish(new Shipped__e(Text__c = 'kept'));
  }
}`,
    },
    triggers: {
      S: `trigger S on Shipped__e (after insert) { for (Shipped__e e : Trigger.new) { System.debug('shipped ' + e.Text__c); } }`,
      A: `trigger A on Alarm__e (after insert) { for (Alarm__e e : Trigger.new) { System.debug('alarm ' + e.Text__c); } }`,
    },
  });
  await org.call('Saver', 'run');
  await org.settle();
  expect(org.query('SELECT Name FROM Account')).toEqual([{ Name: 'kept' }]);
  expect(org.debugged.toSorted()).toEqual(['alarm kept', 'shipped kept']);
});

test('users and ordinary records do not mix in one transaction', async () => {
  const org = openApexOrg({
    classes: {
      Mixer: `
public class Mixer {
  public static void run() {
    insert new Account(Name = 'a');
    User me = [SELECT Id FROM User WHERE Id = :UserInfo.getUserId()];
    me.IsActive = true;
    update me;
  }
  public static void harmless() {
    insert new Account(Name = 'a');
    update new User(Id = UserInfo.getUserId(), Title = 'Boss');
  }
}`,
    },
  });
  expect(await outcomeOf(org.call('Mixer', 'run'))).toContain(
    'MIXED_DML_OPERATION, DML operation on setup object is not permitted after you have updated a non-setup object (or vice versa): User, original object: Account',
  );
  expect(await outcomeOf(org.call('Mixer', 'harmless'))).toBe('null');
});

test('triggers that update their own object end at the sixteenth level', () => {
  const org = openApexOrg({
    triggers: {
      Loop: `
trigger Loop on Shipment__c (after insert, after update) {
  update new Shipment__c(Id = Trigger.new[0].Id, Note__c = 'again');
}`,
    },
  });
  const [result] = org.insert('Shipment__c', { Name: 'a' });
  expect(result?.success === false && result.errors[0]?.message).toContain(
    'maximum trigger depth exceeded',
  );
  expect(org.query('SELECT Id FROM Shipment__c')).toEqual([]);
});

test('a failed assertion in a trigger fails the rows that a client sends', () => {
  const org = openApexOrg({
    triggers: {
      T: `trigger T on Shipment__c (after insert) { System.assertEquals(1, Trigger.size, 'one at a time'); }`,
    },
  });
  const results = org.insert('Shipment__c', { Name: 'a' }, { Name: 'b' });
  expect(results.map((result) => result.success === false && result.errors[0]?.message)).toEqual(
    Array.from(
      { length: 2 },
      () =>
        'T: execution of AfterInsert\n\ncaused by: System.AssertException: Assertion Failed: one at a time: Expected: 1, Actual: 2\n\nTrigger.T: line 1, column 1',
    ),
  );
});

test('a record may come once in a list', async () => {
  const org = openApexOrg({
    classes: {
      Twice: `
public class Twice {
  public static void run() {
    Account acc = new Account(Name = 'a');
    insert acc;
    update new List<Account>{ acc, new Account(Id = acc.Id, Name = 'b') };
  }
}`,
    },
  });
  expect(await outcomeOf(org.call('Twice', 'run'))).toMatch(/^Duplicate id in list: 001/);
});

test('a commit that fails undoes what Apex did and leaves the org usable', async () => {
  const org = openApexOrg({
    classes: {
      Starter: `public class Starter { public static void run() { insert new Account(Name = 'lost'); } }`,
    },
  });
  let full = true;
  org.data.store.database.onCommit(() => {
    if (full) throw new Error('the disk is full');
  });
  expect(await outcomeOf(org.call('Starter', 'run'))).toContain('the disk is full');
  full = false;
  expect(org.insert('Account', { Name: 'kept' })).toMatchObject([{ success: true }]);
  expect(org.query('SELECT Name FROM Account')).toEqual([{ Name: 'kept' }]);
});
