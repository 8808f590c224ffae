import type { PlanItem } from './breakage.ts';

const SUBSCRIBER = 'RtsChangeSubscriber.cls';
const SENDER = 'RtsNoticeSender.cls';
const AFTER_FOUR = 'RtsChangeSubscriberTest.shouldSendAnyway_afterFourDeferrals';

/** Item 7: from the bus to the queue. */
export const handingOver: PlanItem = {
  item: 7,
  title:
    'the gate: the first batch is sent, the second waits, the fifth run does not, nor a full batch',
  breakages: [
    {
      name: 'nothing is handed over',
      file: SUBSCRIBER,
      find: 'if (!batch.isEmpty()) {\n            handOver',
      replace: 'if (batch.isEmpty()) {\n            handOver',
      foundBy: [
        'RtsChangeSubscriberTest.shouldSendEachBatchAtOnce_whenExecutionsArePlenty',
        'RtsChangeSubscriberTest.shouldSendBack_whileASenderWaits',
      ],
    },
    {
      name: 'the receiver is not told when the bus took a change',
      file: 'RtsNotice.cls',
      find: "putIfKnown(result, 'published', ",
      replace: "putIfKnown(new Map<String, Object>(), 'published', ",
      foundBy: ['RtsNoticeTest.shouldSendIdsOnly_withoutConditions'],
    },
    {
      name: 'a change does not know when the bus took it',
      file: 'RtsBusEvent.cls',
      find: 'change.publishedAt = publishedAt;',
      replace: '',
      foundBy: ['RtsBusEventTest.shouldTellWhenTheBusTookIt'],
    },
    {
      name: 'a part of a change forgets when the bus took it',
      file: 'RtsChange.cls',
      find: 'copy.publishedAt = publishedAt;',
      replace: '',
      foundBy: ['RtsBusEventTest.shouldTellWhenTheBusTookIt'],
    },
    {
      name: 'senders carry no signature, so that none is refused',
      file: SENDER,
      find: 'options.DuplicateSignature = new QueueableDuplicateSignature.Builder().addString(SIGNATURE).build();',
      replace: '',
      foundBy: [
        'RtsChangeSubscriberTest.shouldSendBack_whileASenderWaits',
        'RtsChangeSubscriberTest.shouldWaitAMinute_inEconomyMode',
        'RtsNoticeSenderTest.shouldRefuseASecondWaitingSender',
      ],
    },
    {
      name: 'a burst costs as many executions as the queue is quick',
      file: SUBSCRIBER,
      find: 'batch.mode == RtsLimits.Mode.COALESCING',
      replace: 'batch.mode == null',
      foundBy: ['RtsChangeSubscriberTest.shouldSendEachBatchBackOnce_whenExecutionsAreCounted'],
    },
    {
      name: 'a second sender is queued at once',
      file: SUBSCRIBER,
      find: '!isFull && RtsPlatform.get().retries() < MAX_DEFERRALS) {\n                throw',
      replace: 'false) {\n                throw',
      foundBy: ['RtsChangeSubscriberTest.shouldSendBack_whileASenderWaits', AFTER_FOUR],
    },
    {
      name: 'a batch is sent back without end',
      file: SUBSCRIBER,
      find: '!isFull && RtsPlatform.get().retries() < MAX_DEFERRALS) {\n                throw',
      replace: '!isFull) {\n                throw',
      foundBy: [AFTER_FOUR],
    },
    {
      name: 'a batch is sent back as often as the platform allows',
      file: SUBSCRIBER,
      find: 'MAX_DEFERRALS = 4;',
      replace: 'MAX_DEFERRALS = 9;',
      foundBy: [AFTER_FOUR],
    },
    {
      name: 'the fifth run gives its batch up',
      file: SUBSCRIBER,
      find: "deliver again, with later changes');\n            }\n            RtsNoticeSender.enqueue(batch);",
      replace: "deliver again, with later changes');\n            }",
      foundBy: [AFTER_FOUR, 'RtsChangeSubscriberTest.shouldNeverSendBackAFullBatch'],
    },
    {
      name: 'a full batch is sent back',
      file: SUBSCRIBER,
      find: 'taken < events.size() || taken >= FULL_BATCH',
      replace: 'false',
      foundBy: ['RtsChangeSubscriberTest.shouldNeverSendBackAFullBatch'],
    },
    {
      name: 'senders wait for each other while executions are plenty',
      file: SUBSCRIBER,
      find: 'batch.mode == RtsLimits.Mode.IMMEDIATE',
      replace: 'batch.mode == null',
      foundBy: ['RtsChangeSubscriberTest.shouldSendEachBatchAtOnce_whenExecutionsArePlenty'],
    },
    {
      name: 'economy costs as much as the rest',
      file: SUBSCRIBER,
      find: 'RtsLimits.ECONOMY_DELAY_MINUTES : 0;',
      replace: '0 : 0;',
      foundBy: ['RtsChangeSubscriberTest.shouldWaitAMinute_inEconomyMode'],
    },
    {
      name: 'the last executions are spent',
      file: SUBSCRIBER,
      find: 'batch.mode == RtsLimits.Mode.PAUSED',
      replace: 'batch.mode == null',
      foundBy: ['RtsChangeSubscriberTest.shouldPause_whenExecutionsAreNearlySpent'],
    },
    {
      name: 'what is dropped is no gap',
      file: SUBSCRIBER,
      find: 'state.noteGap(batch.since(), reason);',
      replace: '',
      foundBy: [
        'RtsChangeSubscriberTest.shouldDropAndNoteAGap_whileTheGatewayIsDown',
        'RtsChangeSubscriberTest.shouldDropAndNoteAGap_whenDisabledMeanwhile',
        'RtsChangeSubscriberTest.shouldSendBack_thenNoteAGap_whenNoSenderCanBeQueued',
      ],
    },
    {
      name: 'what did not fit is forgotten',
      file: SUBSCRIBER,
      find: 'RtsPlatform.get().resumeAfter(events[taken - 1].ReplayId);',
      replace: '',
      foundBy: ['RtsChangeSubscriberTest.shouldLeaveOnTheBus_whatDoesNotFit'],
    },
    {
      name: 'an outage costs executions',
      file: SUBSCRIBER,
      find: 'RtsBreaker.gatewayIsDown()',
      replace: 'false',
      foundBy: ['RtsChangeSubscriberTest.shouldDropAndNoteAGap_whileTheGatewayIsDown'],
    },
    {
      name: 'a fault runs the trigger into its error state',
      file: SUBSCRIBER,
      find: "if (RtsPlatform.get().retries() < MAX_DEFERRALS) {\n            throw new EventBus.RetryableException('Not handed over",
      replace: "if (true) {\n            throw new EventBus.RetryableException('Not handed over",
      foundBy: ['RtsChangeSubscriberTest.shouldSendBack_thenNoteAGap_whenNoSenderCanBeQueued'],
    },
  ],
};

/** Item 14: jobs are counted, and bounded. */
export const queueing: PlanItem = {
  item: 14,
  title: 'queueables: one for a batch, a bounded chain, callouts allowed',
  breakages: [
    {
      name: 'a batch is queued twice',
      file: SUBSCRIBER,
      find: '        if (batch.mode == RtsLimits.Mode.IMMEDIATE) {\n            RtsNoticeSender.enqueue(batch);',
      replace:
        '        if (batch.mode == RtsLimits.Mode.IMMEDIATE) {\n            RtsNoticeSender.enqueue(batch);\n            RtsNoticeSender.enqueue(batch);',
      foundBy: [
        'RtsChangeSubscriberTest.shouldSendEachBatchAtOnce_whenExecutionsArePlenty',
        'RtsChangeSubscriberTest.shouldLetAPingThrough_whileTheGatewayIsDown',
      ],
    },
    {
      name: 'the job may not call out',
      file: SENDER,
      find: 'implements Queueable, Database.AllowsCallouts',
      replace: 'implements Queueable',
      foundBy: ['RtsSaveTest.shouldPostWhatWasSaved'],
    },
    {
      name: 'no finalizer is attached',
      file: SENDER,
      find: 'System.attachFinalizer(new RtsSendFinalizer(delivery, retries, mayChain()));',
      replace: '',
      foundBy: ['RtsNoticeSenderTest.shouldQueueARetry_whenTheGatewayFails'],
    },
    {
      name: 'the chain has no end',
      file: SENDER,
      find: 'options.MaximumQueueableStackDepth = MAX_CHAIN;',
      replace: '',
      foundBy: ['RtsNoticeSenderTest.shouldBoundItsChain'],
    },
    {
      name: 'a delay is forgotten',
      file: SENDER,
      find: 'options.MinimumQueueableDelayInMinutes = delayMinutes;',
      replace: 'options.MinimumQueueableDelayInMinutes = 0;',
      foundBy: [
        'RtsNoticeSenderTest.shouldBoundItsChain',
        'RtsNoticeSenderTest.shouldQueueARetry_whenTheGatewayFails',
      ],
    },
    {
      name: 'no chain may begin',
      file: SENDER,
      find: 'AsyncInfo.getCurrentQueueableStackDepth() < AsyncInfo.getMaximumQueueableStackDepth() - 1',
      replace: 'AsyncInfo.getCurrentQueueableStackDepth() < 1',
      foundBy: ['RtsNoticeSenderTest.shouldQueueARetry_whenTheGatewayFails'],
    },
    {
      name: 'a chain is drawn to the depth at which the platform throws',
      file: SENDER,
      find: 'AsyncInfo.getMaximumQueueableStackDepth() - 1',
      replace: 'AsyncInfo.getMaximumQueueableStackDepth()',
      foundBy: ['RtsNoticeSenderTest.shouldNoteAGap_oneBelowTheLongestChain'],
    },
    {
      name: 'each page is a job of its own',
      file: SENDER,
      find: 'RtsDelivery.ALL_PAGES);',
      replace: '1);',
      foundBy: ['RtsNoticeSenderTest.shouldPostAllPagesInOneJob'],
    },
    {
      name: 'the attempt is not counted',
      file: SENDER,
      find: 'retries == 0 ? 0 : retries + 1',
      replace: '0',
      foundBy: ['RtsNoticeSenderTest.shouldSayWhichAttemptItIs'],
    },
  ],
};
