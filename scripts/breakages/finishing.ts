import type { PlanItem } from './breakage.ts';

const FINALIZER = 'RtsSendFinalizer.cls';
const STATE = 'RtsStateChange.cls';
const RETRIES = 'RtsSendFinalizerTest.shouldRetryFiveTimes_thenNoteAGap';
const PAUSES = 'RtsStateChangeTest.shouldOpenAfterFiveFailures_andDoubleUpToAnHour';

/** Item 10: after the sender, and what is remembered of the gateway. */
export const finishing: PlanItem = {
  item: 10,
  title: 'the finalizer after success and exception, the end of attempts, the breaker',
  breakages: [
    {
      name: 'a delivered batch is sent again',
      file: FINALIZER,
      find: 'return delivery.ending == RtsDelivery.Outcome.RETRY && retries == 0',
      replace: 'return retries == 0',
      foundBy: ['RtsSendFinalizerTest.shouldDoNothing_afterSuccess'],
    },
    {
      name: 'the second attempt is not made',
      file: FINALIZER,
      find: 'delivery.run(1, 1);',
      replace: '',
      foundBy: [
        'RtsSendFinalizerTest.shouldMakeTheSecondAttemptItself',
        'RtsSendFinalizerTest.shouldHandOnTheRest_afterASuccessfulSecondAttempt',
      ],
    },
    {
      name: 'the finalizer posts every page',
      file: FINALIZER,
      find: 'delivery.run(1, 1);',
      replace: 'delivery.run(1, RtsDelivery.ALL_PAGES);',
      foundBy: ['RtsSendFinalizerTest.shouldHandOnTheRest_afterASuccessfulSecondAttempt'],
    },
    {
      name: 'a gateway that asked for time gets none',
      file: FINALIZER,
      find: ' && delivery.refusal.retryAfterSeconds == 0',
      replace: '',
      foundBy: ['RtsSendFinalizerTest.shouldLeaveTheGatewayAlone_whenItAskedForTime'],
    },
    {
      name: 'a job that died is forgotten',
      file: FINALIZER,
      find: '            recover(context);',
      replace: '',
      foundBy: ['RtsSendFinalizerTest.shouldTryOnceMore_withSmallerPages_whenTheJobDied'],
    },
    {
      name: 'a job that dies is queued again and again',
      file: FINALIZER,
      find: 'if (delivery.batch.wasHalved()) {',
      replace: 'if (false) {',
      foundBy: ['RtsSendFinalizerTest.shouldTryOnceMore_withSmallerPages_whenTheJobDied'],
    },
    {
      name: "a dead job's message is logged",
      file: 'RtsErrorEntry.cls',
      find: "return new RtsErrorEntry(FAULT, place, detail + ' ' + place);",
      replace: "return new RtsErrorEntry(FAULT, place, detail + ' ' + thrown.getMessage());",
      foundBy: ['RtsSendFinalizerTest.shouldTryOnceMore_withSmallerPages_whenTheJobDied'],
    },
    {
      name: 'attempts have no end',
      file: FINALIZER,
      find: 'new List<Integer>{ 1, 2, 4, 8, 10 }',
      replace: 'new List<Integer>{ 1, 2, 4, 8, 10, 10 }',
      foundBy: [RETRIES],
    },
    {
      name: 'attempts end early',
      file: FINALIZER,
      find: 'new List<Integer>{ 1, 2, 4, 8, 10 }',
      replace: 'new List<Integer>{ 1, 2, 4, 8 }',
      foundBy: [RETRIES],
    },
    {
      name: 'delays do not grow',
      file: FINALIZER,
      find: 'Math.max(RETRY_MINUTES[retries], asked)',
      replace: 'Math.max(1, asked)',
      foundBy: [RETRIES],
    },
    {
      name: 'a delay is longer than the platform takes',
      file: FINALIZER,
      find: 'MAX_DELAY_MINUTES = 10;',
      replace: 'MAX_DELAY_MINUTES = 11;',
      foundBy: ['RtsSendFinalizerTest.shouldRespectThePlatformsLongestDelay'],
    },
    {
      name: 'what is given up is no gap',
      file: 'RtsDelivery.cls',
      find: 'state.noteGap(batch.since(), reason);',
      replace: '',
      foundBy: [RETRIES, 'RtsSendFinalizerTest.shouldNoteAGap_whenTheNextJobIsRefused'],
    },
    {
      name: 'a chain grows beyond what the platform allows',
      file: FINALIZER,
      find: 'if (!mayChain) {',
      replace: 'if (false) {',
      foundBy: ['RtsSendFinalizerTest.shouldNoteAGap_whenTheChainMayNotGrow'],
    },
    {
      name: 'the breaker opens early',
      file: STATE,
      find: 'FAILURES_TO_OPEN = 5;',
      replace: 'FAILURES_TO_OPEN = 4;',
      foundBy: [PAUSES],
    },
    {
      name: 'the breaker opens late',
      file: STATE,
      find: 'FAILURES_TO_OPEN = 5;',
      replace: 'FAILURES_TO_OPEN = 6;',
      foundBy: [PAUSES],
    },
    {
      name: 'pauses do not double',
      file: STATE,
      find: 'minutes *= 2;',
      replace: 'minutes += 5;',
      foundBy: [PAUSES],
    },
    {
      name: 'pauses grow beyond an hour',
      file: STATE,
      find: 'Math.min(minutes, LONGEST_PAUSE_MINUTES)',
      replace: 'minutes',
      foundBy: [PAUSES],
    },
    {
      name: 'the breaker opens without a gap',
      file: STATE,
      find: '        widenGap(state, now, reason);',
      replace: '',
      foundBy: [PAUSES, 'RtsStateChangeTest.shouldCloseOnSuccess_butKeepTheGap'],
    },
    {
      name: 'saves are noticed while the breaker is open',
      file: 'RtsTriggerHandler.cls',
      find: ' && !RtsBreaker.isOpen()',
      replace: '',
      foundBy: ['RtsTriggerHandlerTest.shouldPublishNothing_whileTheBreakerIsOpen'],
    },
    {
      name: 'a pause never ends by itself, so that nothing is tried again',
      file: 'RtsBreaker.cls',
      find: 'pausedUntil != null && pausedUntil > RtsPlatform.get().now()',
      replace: 'pausedUntil != null',
      foundBy: [
        'RtsBreakerTest.shouldBeOpen_untilThePauseEnds',
        'RtsTriggerHandlerTest.shouldPublishNothing_whileTheBreakerIsOpen',
      ],
    },
    {
      name: 'a success leaves the breaker open',
      file: STATE,
      find: '            clearGatewayTrouble(state);',
      replace: '',
      foundBy: ['RtsStateChangeTest.shouldCloseOnSuccess_butKeepTheGap'],
    },
    {
      name: "a success ends a pause that spares the org's limits",
      file: STATE,
      find: 'if (state.Pause_Reason__c == RtsBreaker.GATEWAY) {',
      replace: 'if (true) {',
      foundBy: ['RtsStateChangeTest.shouldKeepPauseForLimits_whenTheGatewayAnswers'],
    },
    {
      name: 'a gap noted meanwhile is closed with the one that was told',
      file: STATE,
      find: 'sentGap != null && state.Gap_Count__c == sentGap.count',
      replace: 'sentGap != null',
      foundBy: ['RtsStateChangeTest.shouldCloseASentGap_butNotOneNotedMeanwhile'],
    },
    {
      name: 'a gap is closed although it could not be told',
      file: 'RtsDelivery.cls',
      find: '        if (answer.result == RtsGatewayAnswer.Verdict.ACCEPTED) {\n            state.noteGapSent(gap);',
      replace: '        if (true) {\n            state.noteGapSent(gap);',
      foundBy: ['RtsDeliveryTest.shouldKeepTheGap_whenItCouldNotBeTold'],
    },
  ],
};
