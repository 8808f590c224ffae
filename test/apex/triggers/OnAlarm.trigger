trigger OnAlarm on Alarm__e (after insert) {
  for (Alarm__e event : Trigger.new) {
    Recorder.log.add('alarm ' + event.Text__c);
  }
}
