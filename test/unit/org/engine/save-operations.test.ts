import { expect, test } from 'vitest';
import { openApexOrg } from './apex-org.ts';

const RECORDER = `
public class Recorder {
  public static Integer runs = 0;
  public static void note(String phase, Integer size) {
    runs++;
    System.debug(phase + ' ' + size + ' run ' + runs);
  }
}`;

test('a delete fires for the record, not for what goes with it; an undelete for the top record only', () => {
  const log = (name: string, object: string): string =>
    `trigger ${name} on ${object} (before delete, after delete, after undelete) {
  System.debug(Trigger.operationType + ' ' + (Trigger.isDelete ? Trigger.old : Trigger.new).size());
}`;
  const org = openApexOrg({ triggers: { A: log('A', 'Account'), C: log('C', 'Contact') } });
  const [account] = org.insert('Account', { Name: 'a' });
  const id = account?.success ? account.id : '';
  org.insert('Contact', { LastName: 'c', AccountId: id });
  org.save('delete', 'Account', [{ Id: id }]);
  org.save('undelete', 'Account', [{ Id: id }]);
  expect(org.debugged).toEqual(['BEFORE_DELETE 1', 'AFTER_DELETE 1', 'AFTER_UNDELETE 1']);
  expect(org.query('SELECT LastName FROM Contact')).toEqual([{ LastName: 'c' }]);
});

test('a merge deletes the loser with MasterRecordId, then updates the winner', () => {
  const org = openApexOrg({
    triggers: {
      C: `
trigger C on Contact (before delete, after delete, before update, after update) {
  String master = Trigger.isDelete ? ' master ' + (Trigger.old[0].MasterRecordId != null) : '';
  System.debug(Trigger.operationType + master);
}`,
    },
  });
  const [winner, loser] = org.insert('Contact', { LastName: 'w' }, { LastName: 'l' });
  const ids = [winner, loser].map((result) => (result?.success ? result.id : ''));
  const result = org.engine.merge(
    'Contact',
    { Id: ids[0] ?? '', LastName: 'merged' },
    [ids[1] ?? ''],
    org.data.userId,
  );
  expect(result.success).toBe(true);
  expect(org.debugged).toEqual([
    'BEFORE_DELETE master false',
    'AFTER_DELETE master true',
    'BEFORE_UPDATE',
    'AFTER_UPDATE',
  ]);
  expect(org.query('SELECT LastName FROM Contact')).toEqual([{ LastName: 'merged' }]);
});

test('an upsert inserts and updates by external id', async () => {
  const org = openApexOrg({
    classes: {
      Upserter: `
public class Upserter {
  public static String run() {
    insert new Shipment__c(Name = 'old', Key__c = 'k1');
    List<Shipment__c> rows = new List<Shipment__c>{
      new Shipment__c(Name = 'new', Key__c = 'K1'), new Shipment__c(Name = 'other', Key__c = 'k2')
    };
    List<Database.UpsertResult> results = Database.upsert(rows, Shipment__c.Key__c, false);
    return results[0].isCreated() + ' ' + results[1].isCreated() + ' ' + (rows[1].Id != null);
  }
}`,
    },
  });
  expect(await org.call('Upserter', 'run')).toBe('false true true');
  expect(org.query('SELECT Name FROM Shipment__c ORDER BY Name')).toEqual([
    { Name: 'new' },
    { Name: 'other' },
  ]);
});

test('a bulk request keeps statics between its chunks and gives each its own limits', () => {
  const org = openApexOrg({
    classes: { Recorder: RECORDER },
    triggers: {
      T: `trigger T on Shipment__c (after insert) {
  Recorder.note('queries before ' + Limits.getQueries(), Trigger.size);
  List<Account> unused = [SELECT Id FROM Account];
  System.debug(Limits.getLimitQueries() + ' ' + Limits.getLimitQueueableJobs());
}`,
    },
  });
  const rows = Array.from({ length: 400 }, (_, index) => ({ Name: `S${index}` }));
  const commits: number[] = [];
  org.save('insert', 'Shipment__c', rows, {
    source: 'bulk',
    beforeCommit: (results) => commits.push(results.length),
  });
  expect(org.debugged).toEqual([
    'queries before 0 200 run 1',
    '200 50',
    'queries before 0 200 run 2',
    '200 50',
  ]);
  expect(commits).toEqual([200, 200]);
});

test('saves inside inTransaction are undone together, with their events', async () => {
  const org = openApexOrg({
    triggers: {
      T: `trigger T on Shipment__c (after insert) { EventBus.publish(new Shipped__e(Text__c = Trigger.new[0].Name)); }`,
      E: `trigger E on Shipped__e (after insert) { for (Shipped__e e : Trigger.new) { System.debug(e.Text__c); } }`,
    },
  });
  expect(() =>
    org.engine.inTransaction(() => {
      org.insert('Shipment__c', { Name: 'lost' });
      throw new Error('stop');
    }),
  ).toThrow('stop');
  org.engine.inTransaction(() => {
    org.insert('Shipment__c', { Name: 'one' });
    org.insert('Shipment__c', { Name: 'two' });
  });
  await org.settle();
  expect(org.debugged).toEqual(['one', 'two']);
  expect(org.query('SELECT Name FROM Shipment__c ORDER BY Name')).toHaveLength(2);
});

test('a lead is converted with the triggers of all records involved, or not at all', async () => {
  const log = (name: string, object: string): string =>
    `trigger ${name} on ${object} (after insert, after update) {
  String converted = '${object}' == 'Lead' && Trigger.isUpdate ? ' ' + Trigger.old[0].get('IsConverted') + Trigger.new[0].get('IsConverted') : '';
  System.debug('${object} ' + Trigger.operationType + converted);
  if (Trigger.new[0].get('Name') == 'Refused Inc') { Trigger.new[0].addError('no deals with them'); }
}`;
  const org = openApexOrg({
    classes: {
      Converter: `
public class Converter {
  public static String run() {
    Database.LeadConvert conversion = new Database.LeadConvert();
    conversion.setLeadId([SELECT Id FROM Lead WHERE LastName = 'Doe'].Id);
    conversion.setConvertedStatus('Closed - Converted');
    Database.LeadConvertResult result = Database.convertLead(conversion);
    return result.isSuccess() + ' ' + [SELECT Account.Name FROM Contact WHERE Id = :result.getContactId()].Account.Name;
  }
}`,
    },
    triggers: {
      A: log('A', 'Account'),
      C: log('C', 'Contact'),
      L: log('L', 'Lead'),
      O: log('O', 'Opportunity'),
    },
  });
  const [, other] = org.insert(
    'Lead',
    { LastName: 'Doe', Company: 'Acme' },
    { LastName: 'Roe', Company: 'Refused Inc' },
  );
  org.debugged.length = 0;
  expect(await org.call('Converter', 'run')).toBe('true Acme');
  expect(org.debugged).toEqual([
    'Account AFTER_INSERT',
    'Contact AFTER_INSERT',
    'Opportunity AFTER_INSERT',
    'Lead AFTER_UPDATE falsetrue',
  ]);
  const refused = org.engine.convertLead(
    { leadId: other?.success ? other.id : '', convertedStatus: 'Closed - Converted' },
    org.data.userId,
  );
  expect(refused.errors).toEqual([
    { code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'no deals with them', fields: [] },
  ]);
  expect(org.query(`SELECT Name FROM Account`)).toEqual([{ Name: 'Acme' }]);
  expect(org.query(`SELECT IsConverted FROM Lead WHERE LastName = 'Roe'`)).toEqual([
    { IsConverted: false },
  ]);
});
