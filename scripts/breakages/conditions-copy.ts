import type { PlanItem } from './breakage.ts';

const COPY = 'RtsConditionsCopy.cls';
const CONDITIONS = 'RtsSyncConditions.cls';
const FINALIZER = 'RtsSendFinalizer.cls';
const FOLLOWS = 'RtsConditionsCopyTest.shouldFollowEveryChangeOfTheRows';
const MADE = 'RtsSendFinalizerTest.shouldMakeTheCopyOfTheConditions_whereThereIsNone';
const CORRECTED = 'RtsSendFinalizerTest.shouldCorrectTheCopyOfTheConditions_andSaySo';
const TEXT = 'RtsConditionsCopyTest.shouldHaveNoText_whenUnknownOrNoNames';

/** A change of the rows that the copy does not follow. */
const deafTo = (event: string, find: string, replace: string) => ({
  name: `the copy does not follow rows that are ${event}`,
  file: 'MixmaxSyncedFieldTrigger.trigger',
  find,
  replace,
  foundBy: [FOLLOWS],
});

/** Item 16: conditions are read without a query, and are still what the rows say. */
export const conditionsCopy: PlanItem = {
  item: 16,
  title: 'the copy of the conditions: no query in a save, and always what the rows say',
  breakages: [
    {
      name: 'saves query the rows although there is a copy',
      file: CONDITIONS,
      find: 'String copy = RtsConditionsCopy.read();',
      replace: 'String copy = null;',
      foundBy: [
        'RtsSaveTest.shouldCostNoQueryAndOnePublish_forEachChunk',
        'RtsTriggerHandlerTest.shouldAskNoQuery_whateverIsSaved',
        'RtsSyncConditionsTest.shouldTakeTheCopy_whenNoQueryIsLeft',
      ],
    },
    {
      name: 'inserts, deletes and undeletes read conditions, too',
      file: 'RtsChangeDetector.cls',
      find: '            : RtsSyncConditions.unread();',
      replace: '            : RtsSyncConditions.current();',
      foundBy: [
        'RtsChangeDetectorTest.shouldNotReadConditions_forWhatAlwaysCounts',
        'RtsSaveTest.shouldCostOneQuery_whereThereIsNoCopyOfTheConditions',
      ],
    },
    {
      name: 'a flow that tells of inserts reads conditions',
      file: 'RtsFlowAction.cls',
      find: '                : RtsSyncConditions.unread();',
      replace: '                : RtsSyncConditions.current();',
      foundBy: ['RtsFlowActionTest.shouldNotReadConditions_forWhatAlwaysCounts'],
    },
    deafTo('inserted', '    after insert,\n', ''),
    deafTo('switched off', '    after update,\n', ''),
    deafTo('deleted', '    after delete,\n', ''),
    deafTo('undeleted', '    after delete,\n    after undelete\n', '    after delete\n'),
    {
      name: "another org's copy is taken for this one's",
      file: COPY,
      find: ' || !UserInfo.getOrganizationId().equals(row.Made_In__c)',
      replace: '',
      foundBy: ['RtsConditionsCopyTest.shouldNotBeTrusted_inAnotherOrg'],
    },
    {
      name: 'a copy that lost a part is taken for the whole',
      file: COPY,
      find: 'return text.length() == row.Length__c ? text : null;',
      replace: 'return text;',
      foundBy: ['RtsConditionsCopyTest.shouldNotBeTrusted_whenAPartIsGone'],
    },
    {
      name: 'a list too long for the copy is cut off',
      file: COPY,
      find: 'text == null || text.length() > PARTS.size() * PART_LENGTH ? null : text',
      replace: 'text?.left(PARTS.size() * PART_LENGTH)',
      foundBy: ['RtsConditionsCopyTest.shouldUseAllParts_andNoMore'],
    },
    {
      name: 'the transaction that changes rows goes on with the old conditions',
      file: COPY,
      find: '        RtsSyncConditions.forget();\n',
      replace: '',
      foundBy: ['RtsConditionsCopyTest.shouldHoldInTheSameTransaction'],
    },
    {
      name: 'what is no name may end a name in the text',
      file: COPY,
      find: '                if (!API_NAME.matcher(objectName).matches() || !API_NAME.matcher(field).matches()) {',
      replace: '                if (false) {',
      foundBy: [TEXT],
    },
    {
      name: 'unknown conditions are copied as none',
      file: COPY,
      find: `        if (!conditions.areKnown()) {
            return null;
        }
        List<String> parts`,
      replace: '        List<String> parts',
      foundBy: [TEXT],
    },
    {
      name: 'a ping does not say which field sets are in force',
      file: 'RtsNotice.cls',
      find: "putIfKnown(body, 'conditions', conditions.hashes());",
      replace: '',
      foundBy: [
        'RtsNoticeTest.shouldFrameEveryNotice',
        'RtsNoticeTest.shouldStateTheFieldSets_inNoticesWithoutChanges',
      ],
    },
    {
      name: 'a sender believes the copy',
      file: 'RtsDelivery.cls',
      find: 'RtsSyncConditions conditions = RtsSyncConditions.ofRows();',
      replace: 'RtsSyncConditions conditions = RtsSyncConditions.current();',
      foundBy: [CORRECTED],
    },
    {
      name: 'a wrong copy stays',
      file: FINALIZER,
      find: '        if (delivery.conditionsCopyIsWrong) {',
      replace: '        if (false) {',
      foundBy: [MADE, CORRECTED],
    },
    {
      name: 'a wrong copy is corrected in silence',
      file: FINALIZER,
      find: '        if (RtsConditionsCopy.read() != null) {',
      replace: '        if (false) {',
      foundBy: [CORRECTED],
    },
    {
      name: 'the first copy after an installation is reported as an error',
      file: FINALIZER,
      find: '        if (RtsConditionsCopy.read() != null) {',
      replace: '        if (true) {',
      foundBy: [MADE],
    },
    {
      name: 'a right copy is written after each batch',
      file: 'RtsDelivery.cls',
      find: 'conditionsCopyIsWrong = !RtsConditionsCopy.holds(conditions);',
      replace: 'conditionsCopyIsWrong = true;',
      foundBy: ['RtsSendFinalizerTest.shouldDoNothing_afterSuccess'],
    },
  ],
};
