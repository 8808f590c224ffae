trigger MixmaxSyncedFieldTrigger on Mixmax_Synced_Field__c(before insert, before update) {
    RtsSyncedFieldCheck.run(Trigger.new, Trigger.oldMap);
}
