import { expect, test } from 'vitest';
import { orgId } from '../support.ts';
import { openApexOrg, outcomeOf, userId } from './apex-org.ts';

/** Runs the body of a method that answers a String. */
async function evaluate(body: string, prepare?: (org: ReturnType<typeof openApexOrg>) => void) {
  const org = openApexOrg({
    classes: { Probe: `public class Probe { public static String run() { ${body} } }` },
  });
  prepare?.(org);
  return outcomeOf(org.call('Probe', 'run'));
}

test('hierarchy settings merge user, profile and organization, and are never null', async () => {
  const probe = `
    Delivery_Settings__c merged = Delivery_Settings__c.getInstance();
    Delivery_Settings__c org = Delivery_Settings__c.getOrgDefaults();
    Delivery_Settings__c own = Delivery_Settings__c.getValues(UserInfo.getUserId());
    return merged.Url__c + ' ' + merged.Off__c + ' ' + org.Url__c + ' ' + (own == null) + ' ' + Limits.getQueries();`;
  expect(await evaluate(probe)).toBe('null false null true 0');
  expect(
    await evaluate(probe, (org) => {
      org.insert('Delivery_Settings__c', { SetupOwnerId: orgId, Url__c: 'org' });
    }),
  ).toBe('org false org true 0');
  expect(
    await evaluate(probe, (org) => {
      const profileId = org.query("SELECT ProfileId FROM User WHERE Alias = 'admin'")[0]?.[
        'ProfileId'
      ];
      org.insert(
        'Delivery_Settings__c',
        { SetupOwnerId: orgId, Url__c: 'org' },
        { SetupOwnerId: profileId, Url__c: 'profile' },
        { SetupOwnerId: org.data.userId, Off__c: true },
      );
    }),
  ).toBe('profile true org false 0');
});

test('a setting written in the transaction is seen in it', async () => {
  expect(
    await evaluate(`
      Delivery_Settings__c row = Delivery_Settings__c.getOrgDefaults();
      row.Url__c = 'first';
      upsert row;
      String seen = Delivery_Settings__c.getInstance().Url__c;
      Savepoint point = Database.setSavepoint();
      row.Url__c = 'second';
      update row;
      seen += ' ' + Delivery_Settings__c.getInstance().Url__c;
      Database.rollback(point);
      return seen + ' ' + Delivery_Settings__c.getInstance().Url__c;`),
  ).toBe('first second first');
});

test('describe answers what the schema holds, by tokens and by names in any case', async () => {
  expect(
    await evaluate(`
      Schema.DescribeSObjectResult shipment = Shipment__c.SObjectType.getDescribe();
      Schema.SObjectField key = shipment.fields.getMap().get('KEY__C');
      Schema.DescribeFieldResult field = key.getDescribe();
      return shipment.getName() + ' ' + shipment.getLabel() + ' ' + shipment.getKeyPrefix() + ' ' + field.getName() + ' '
        + field.getType() + ' ' + field.getLength() + ' ' + field.isUnique() + ' ' + (key == Shipment__c.Key__c) + ' '
        + Schema.getGlobalDescribe().get('shipment__C') + ' ' + (Schema.getGlobalDescribe().get('nothing__c') == null) + ' '
        + Shipment__c.Account__c.getDescribe().getReferenceTo()[0] + ' ' + Account.SObjectType.getDescribe().isCustom();`),
  ).toBe('Shipment__c Shipment a00 Key__c STRING 255 true true Shipment__c true Account false');
});

test('records answer fields by name and token, and refuse what they do not have', async () => {
  expect(
    await evaluate(`
      SObject row = Schema.getGlobalDescribe().get('Shipment__c').newSObject();
      row.put('name', 'a');
      row.put(Shipment__c.Weight__c, 2);
      String text = row.get('NAME') + ' ' + row.get(Shipment__c.Weight__c) + ' ' + row.isSet('Note__c') + ' '
        + row.getPopulatedFieldsAsMap().keySet() + ' ' + row.getSObjectType();
      try { row.get('Nothing__c'); } catch (SObjectException e) { text += ' ' + e.getMessage(); }
      SObject copy = row.clone(false, true);
      copy.put('Name', 'b');
      return text + ' ' + row.get('Name') + copy.get('Name');`),
  ).toBe('a 2 false {Name, Weight__c} Shipment__c Invalid field Nothing__c for Shipment__c ab');
});

test('queried records know their parents and children, and what was not asked for', async () => {
  expect(
    await evaluate(`
      Account parent = new Account(Name = 'p');
      insert parent;
      insert new Shipment__c(Name = 'c', Account__c = parent.Id);
      Account found = [SELECT Id, (SELECT Name FROM Shipments__r) FROM Account];
      SObject child = [SELECT Account__r.Name FROM Shipment__c];
      String text = found.getSObjects('Shipments__r').size() + ' ' + child.getSObject('Account__r').get('Name') + ' ' + child.Id.getSObjectType();
      try { text += found.Name; } catch (SObjectException e) { text += ' ' + e.getMessage(); }
      return text;`),
  ).toBe(
    '1 p Shipment__c SObject row was retrieved via SOQL without querying the requested field: Account.Name',
  );
});

test('aggregates answer numbers of the right kind', async () => {
  expect(
    await evaluate(`
      insert new List<Shipment__c>{ new Shipment__c(Name = 'a', Weight__c = 1), new Shipment__c(Name = 'b', Weight__c = 2) };
      AggregateResult result = [SELECT COUNT(Id) total, SUM(Weight__c) weight FROM Shipment__c];
      Integer total = (Integer) result.get('total');
      Decimal weight = (Decimal) result.get('weight');
      return total + ' ' + weight + ' ' + [SELECT COUNT() FROM Shipment__c] + ' ' + Database.countQuery('SELECT COUNT() FROM Shipment__c');`),
  ).toMatch(/^2 3(\.0+)? 2 2$/);
});

test('dynamic queries take binds from a map and say what is wrong with them', async () => {
  expect(
    await evaluate(`
      insert new List<Account>{ new Account(Name = 'a'), new Account(Name = 'b') };
      Map<String, Object> binds = new Map<String, Object>{ 'names' => new Set<String>{ 'a', 'x' } };
      List<SObject> rows = Database.queryWithBinds('SELECT Name FROM Account WHERE Name IN :names', binds, AccessLevel.SYSTEM_MODE);
      try { Database.query('SELECT Nothing FROM Account'); } catch (QueryException e) { return rows.size() + ' ' + e.getMessage().contains('No such column'); }
      return 'no exception';`),
  ).toBe('1 true');
});

test('the user, the request and the organization are those of the call', async () => {
  const org = openApexOrg({
    classes: {
      Probe: `
public class Probe {
  public static String run() {
    return UserInfo.getUserId() + ' ' + UserInfo.getOrganizationId() + ' ' + (Request.getCurrent().getRequestId() == Request.getCurrent().getRequestId())
      + ' ' + Request.getCurrent().getQuiddity() + ' ' + System.isQueueable() + Test.isRunningTest();
  }
}`,
    },
  });
  expect(await org.call('Probe', 'run')).toBe(
    `${userId(org.data, 'admin')} ${orgId} true ANONYMOUS falsefalse`,
  );
});

test('deletes and undeletes by id, empties the bin, merges', async () => {
  expect(
    await evaluate(`
      List<Contact> rows = new List<Contact>{ new Contact(LastName = 'a'), new Contact(LastName = 'b'), new Contact(LastName = 'c') };
      insert rows;
      Database.delete(rows[0].Id);
      Integer afterDelete = [SELECT COUNT() FROM Contact];
      Database.undelete(new List<Id>{ rows[0].Id });
      Database.MergeResult merged = Database.merge(rows[1], rows[2].Id);
      Database.delete(rows[0].Id, false);
      Database.EmptyRecycleBinResult emptied = Database.emptyRecycleBin(new List<Id>{ rows[0].Id })[0];
      Database.UndeleteResult gone = Database.undelete(rows[0].Id, false);
      return afterDelete + ' ' + merged.isSuccess() + ' ' + merged.getMergedRecordIds().size() + ' ' + emptied.isSuccess() + ' ' + gone.isSuccess() + ' ' + [SELECT COUNT() FROM Contact];`),
  ).toBe('2 true 1 true false 1');
});

test('tests of a class are refused outside tests', async () => {
  expect(await evaluate(`Test.startTest(); return 'x';`)).toContain('only be called from a test');
});
