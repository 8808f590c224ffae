trigger NaiveContactTrigger on Contact(after insert, after update, after delete, after undelete) {
    Map<Id, Contact> rows = Trigger.isDelete ? Trigger.oldMap : Trigger.newMap;
    NaiveSync.send(Trigger.operationType.name(), new List<Id>(rows.keySet()));
}
