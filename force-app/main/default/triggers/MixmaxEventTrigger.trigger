trigger MixmaxEventTrigger on Event(after insert, after update, after delete, after undelete) {
    RtsTriggerHandler.run(Trigger.operationType, Trigger.new, Trigger.oldMap);
}
