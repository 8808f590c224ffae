trigger MixmaxSyncedFieldTrigger on Mixmax_Synced_Field__c(
    before insert,
    before update,
    after insert,
    after update,
    after delete,
    after undelete
) {
    RtsSyncedFieldTriggerHandler.run(Trigger.operationType, Trigger.new, Trigger.oldMap);
}
