trigger MixmaxSkipTrigger on Mixmax_Skip__e(after insert) {
    new RtsSkipSubscriber().receive(Trigger.new);
}
