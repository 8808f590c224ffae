import { expect, test } from 'vitest';
import { openApexOrg } from './apex-org.ts';

const settings = {
  'settings/Activities.settings-meta.xml':
    '<ActivitiesSettings xmlns="http://soap.sforce.com/2006/04/metadata"><allowUsersToRelateMultipleContacts' +
    'ToTasksAndEvents>true</allowUsersToRelateMultipleContactsToTasksAndEvents></ActivitiesSettings>',
};

const PEOPLE = `
public class People {
  static Id ada() { return [SELECT Id FROM Contact WHERE LastName = 'Ada'].Id; }
  static Id bea() { return [SELECT Id FROM Contact WHERE LastName = 'Bea'].Id; }
  static Task stored(Id id) { return [SELECT WhoId, WhoCount, TaskWhoIds FROM Task WHERE Id = :id]; }

  public static void writeAndRead() {
    Task made = new Task(Subject = 'call', TaskWhoIds = new List<Id>{ bea(), ada() });
    insert made;
    Task read = stored(made.Id);
    List<Id> all = read.TaskWhoIds;
    Assert.areEqual(new List<Id>{ bea(), ada() }, all);
    Assert.areEqual(bea(), read.WhoId);
    Assert.areEqual(2, read.WhoCount);
    update new Task(Id = made.Id, TaskWhoIds = new List<Id>{ ada() });
    Assert.areEqual(new List<Id>{ ada() }, stored(made.Id).TaskWhoIds);
    Assert.areEqual(ada(), stored(made.Id).WhoId);
    read.TaskWhoIds = new List<Id>{ ada() };
    update read;
    Assert.areEqual(new List<Id>{ bea(), ada() }, stored(made.Id).TaskWhoIds, 'it says who is first');
  }

  public static void dynamically() {
    SObject made = Schema.getGlobalDescribe().get('Task').newSObject();
    made.put('TaskWhoIds', new List<String>{ ada() });
    insert made;
    SObject read = Database.query('SELECT TaskWhoIds FROM Task WHERE Id = \\'' + made.Id + '\\'');
    Assert.areEqual(ada(), ((List<Id>) read.get('taskwhoids'))[0]);
    try {
      made.put('TaskWhoIds', 'nobody');
      Assert.fail();
    } catch (SObjectException e) {
      Assert.areEqual('Illegal assignment from String to List<Id>', e.getMessage());
    }
    try {
      made.put('TaskWhoIds', new List<String>{ 'nobody' });
      Assert.fail();
    } catch (StringException e) {
      Assert.areEqual('Invalid id: nobody', e.getMessage());
    }
  }

  public static void json() {
    Task made = new Task(Subject = 'call', TaskWhoIds = new List<Id>{ bea(), ada() });
    String text = JSON.serialize(made);
    Assert.isTrue(text.contains('"TaskWhoIds":["' + bea() + '","' + ada() + '"]'), text);
    Task back = (Task) JSON.deserialize(text, Task.class);
    Assert.areEqual(made.TaskWhoIds, back.TaskWhoIds);
  }

  public static void describes() {
    Assert.isFalse(Schema.SObjectType.Task.fields.getMap().containsKey('taskwhoids'));
    for (Schema.ChildRelationship child : Schema.SObjectType.Task.getChildRelationships()) {
      Boolean isPeople = child.getRelationshipName() == 'TaskWhoRelations';
      Assert.areEqual(isPeople ? 1 : 0, child.getJunctionIdListNames().size());
      if (isPeople) {
        Assert.areEqual('TaskWhoIds', child.getJunctionIdListNames()[0]);
        Assert.areEqual(new List<String>{ 'Contact', 'Lead' }, child.getJunctionReferenceTo());
      }
    }
  }
}`;

const WATCH = `
trigger WatchTask on Task (before insert, before update, after update) {
  for (Task row : Trigger.new) {
    System.debug(Trigger.operationType + ' ' + (row.TaskWhoIds == null ? 0 : row.TaskWhoIds.size()));
    if (Trigger.isBefore) { row.Description = 'seen'; }
  }
}`;

function openOrg() {
  const org = openApexOrg({
    classes: { People: PEOPLE },
    triggers: { WatchTask: WATCH },
    metadata: settings,
  });
  org.insert('Contact', { LastName: 'Ada' }, { LastName: 'Bea' });
  return org;
}

test.each(['writeAndRead', 'dynamically', 'json', 'describes'])(
  'lists of ids in Apex: %s',
  async (method) => {
    await openOrg().call('People', method);
  },
);

test('triggers see the list, and what they write does not lose it', () => {
  const org = openOrg();
  const ids = org.query('SELECT Id FROM Contact ORDER BY LastName').map(({ Id }) => Id);
  const [made] = org.insert('Task', { Subject: 'call', TaskWhoIds: ids });
  expect(made).toMatchObject({ success: true });
  const [task] = org.query('SELECT Id, Description, TaskWhoIds FROM Task');
  expect(task).toMatchObject({ Description: 'seen', TaskWhoIds: JSON.stringify(ids) });
  org.save('update', 'Task', [{ Id: task?.['Id'], Subject: 'again' }]);
  org.save('update', 'Task', [{ Id: task?.['Id'], TaskWhoIds: [ids[1]] }]);
  expect(org.debugged).toEqual([
    'BEFORE_INSERT 2',
    'BEFORE_UPDATE 2',
    'AFTER_UPDATE 2',
    'BEFORE_UPDATE 1',
    'AFTER_UPDATE 1',
  ]);
  expect(org.query('SELECT WhoId, TaskWhoIds FROM Task')).toEqual([
    { WhoId: ids[1], TaskWhoIds: JSON.stringify([ids[1]]) },
  ]);
});
