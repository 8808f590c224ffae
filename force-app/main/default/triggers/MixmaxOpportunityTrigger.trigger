trigger MixmaxOpportunityTrigger on Opportunity(after insert, after update, after delete, after undelete) {
    RtsTriggerHandler.run(Trigger.operationType, Trigger.new, Trigger.oldMap);
}
