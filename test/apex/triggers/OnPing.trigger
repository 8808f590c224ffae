trigger OnPing on Ping__e (after insert) {
  EventBus.TriggerContext context = EventBus.TriggerContext.currentContext();
  for (Ping__e event : Trigger.new) {
    if (event.Text__c == 'retry' && context.retries == 0) {
      throw new EventBus.RetryableException('again');
    }
    Recorder.log.add('ping ' + event.Text__c + (event.Text__c == 'retry' ? ', retries ' + context.retries : ''));
    if (event.Text__c == 'stop') {
      context.setResumeCheckpoint(event.ReplayId);
      return;
    }
  }
}
