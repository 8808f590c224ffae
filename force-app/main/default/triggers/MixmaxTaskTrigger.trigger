trigger MixmaxTaskTrigger on Task(after insert, after update, after delete, after undelete) {
    RtsTriggerHandler.run(Trigger.operationType, Trigger.new, Trigger.oldMap);
}
