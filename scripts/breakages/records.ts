import type { PlanItem } from './breakage.ts';

const LOG = 'RtsErrorLog.cls';
const DETECTOR = 'RtsChangeDetector.cls';
const PERSONS = 'RtsPersonAccounts.cls';
const MINIMUM = 'RtsSaveTest.shouldNoticeSavesOfAUserWithoutAnyPermission';
const OVERFLOW = 'RtsErrorLogTest.shouldOverflow_afterFiftyKindsADay';

/** Items 11 to 13: error rows, records with rules of their own, and who saves. */
export const records: readonly PlanItem[] = [
  {
    item: 11,
    title: 'error rows: one a failure and day, 51 a day, 1,000 in all, none when logging is off',
    breakages: [
      {
        name: 'rows are written although logging is off',
        file: LOG,
        find: 'if (enabled || entry.isUnconditional()) {',
        replace: 'if (true) {',
        foundBy: ['RtsErrorLogTest.shouldWriteNothing_whenLoggingIsOff'],
      },
      {
        name: 'copied settings are told only where logging is on',
        file: LOG,
        find: 'if (enabled || entry.isUnconditional()) {',
        replace: 'if (enabled) {',
        foundBy: [
          'RtsErrorLogTest.shouldWriteUnconditionalEntry_whenLoggingIsOff',
          'RtsSkipSubscriberTest.shouldReportCopiedSettings_whateverTheLogSetting',
        ],
      },
      {
        name: 'a day has no end of kinds',
        file: LOG,
        find: 'place = kindsLeft > 0 ? entry : overflow;',
        replace: 'place = entry;',
        foundBy: [OVERFLOW],
      },
      {
        name: 'the kinds of earlier runs are not counted',
        file: LOG,
        find: 'MAX_KINDS_PER_DAY - kindsSince(now.dateGmt())',
        replace: 'MAX_KINDS_PER_DAY',
        foundBy: [OVERFLOW],
      },
      {
        name: 'each occurrence is a row',
        file: 'RtsErrorEntry.cls',
        find: 'List<String> parts = new List<String>{ kind, signature, String.valueOf(now.dateGmt()) };',
        replace:
          'List<String> parts = new List<String>{ kind, signature, String.valueOf(now.getTime()) };',
        foundBy: ['RtsErrorLogTest.shouldCountTheSameFailureOfADay_inOneRow'],
      },
      {
        name: 'days are not told apart',
        file: 'RtsErrorEntry.cls',
        find: 'List<String> parts = new List<String>{ kind, signature, String.valueOf(now.dateGmt()) };',
        replace: 'List<String> parts = new List<String>{ kind, signature };',
        foundBy: ['RtsErrorLogTest.shouldStartANewRow_onTheNextDay'],
      },
      {
        name: 'occurrences are not counted',
        file: LOG,
        find: 'row.Occurrences__c += 1;',
        replace: 'row.Occurrences__c = 1;',
        foundBy: ['RtsErrorLogTest.shouldCountTheSameFailureOfADay_inOneRow', OVERFLOW],
      },
      {
        name: 'old rows stay',
        file: LOG,
        find: 'expired.size() < surplus || row.Last_Seen__c < oldest',
        replace: 'expired.size() < surplus',
        foundBy: ['RtsErrorLogTest.shouldDeleteOldRows'],
      },
      {
        name: 'the number of rows is not bounded',
        file: LOG,
        find: 'expired.size() < surplus || row.Last_Seen__c < oldest',
        replace: 'row.Last_Seen__c < oldest',
        foundBy: ['RtsErrorLogTest.shouldDeleteTheOldest_beyondAThousandRows'],
      },
      {
        name: 'the newest rows make room',
        file: LOG,
        find: 'ORDER BY Last_Seen__c ASC NULLS FIRST',
        replace: 'ORDER BY Last_Seen__c DESC',
        foundBy: ['RtsErrorLogTest.shouldDeleteTheOldest_beyondAThousandRows'],
      },
      {
        name: 'a failing log fails the work it reports on',
        file: LOG,
        find: 'catch (Exception unwritable) {',
        replace: 'catch (DmlException unwritable) {',
        foundBy: ['RtsErrorLogTest.shouldNotThrow_whenTheRowCannotBeWritten'],
      },
    ],
  },
  {
    item: 12,
    title: 'merges, person accounts, lead conversion, a user together with a contact',
    breakages: [
      {
        name: 'a merge is a delete',
        file: DETECTOR,
        find: "mayBeMerged ? (Id) row.get('MasterRecordId') : null",
        replace: 'null',
        foundBy: ['RtsSaveTest.shouldTellTheWinnerOfAMerge'],
      },
      {
        name: 'the loser of a merge is told as its winner',
        file: DETECTOR,
        find: 'changes.addMerged(row.Id, winnerId);',
        replace: 'changes.addMerged(winnerId, row.Id);',
        foundBy: ['RtsSaveTest.shouldTellTheWinnerOfAMerge'],
      },
      {
        name: 'a conversion counts only if a synced field changed',
        file: DETECTOR,
        find: "objectName == 'Lead'",
        replace: 'false',
        foundBy: [
          'RtsSaveTest.shouldTellALeadConversion_whateverTheConditions',
          'RtsChangeDetectorTest.shouldNoticeLeadConversion_whateverTheConditions',
        ],
      },
      {
        name: 'a person account is an account only',
        file: PERSONS,
        find: 'row.get(flagField) == true && row.get(contactIdField) != null',
        replace: 'false',
        foundBy: [
          'RtsPersonAccountsTest.shouldNoticeTheContactBehindEachPerson',
          'RtsPersonAccountsTest.shouldApplyTheContactsConditions',
          'RtsPersonAccountsTest.shouldSayUnknown_whenConditionsCannotBeRead',
        ],
      },
      {
        name: 'each account is a person',
        file: PERSONS,
        find: 'row.get(flagField) == true && row.get(contactIdField) != null',
        replace: 'row.get(contactIdField) != null',
        foundBy: ['RtsPersonAccountsTest.shouldNoticeTheContactBehindEachPerson'],
      },
      {
        name: 'it is not asked whether the org has person accounts',
        file: PERSONS,
        find: '|| !areEnabled(rows[0])',
        replace: '',
        foundBy: [
          'RtsPersonAccountsTest.shouldFindNoContacts_forBusinessAccounts',
          'RtsPersonAccountsTest.shouldAskTheOrgOnce',
          'RtsTriggersTest.shouldReachAccountTrigger',
        ],
      },
      {
        name: "a Contact's field is looked for under its own name",
        file: PERSONS,
        find: "new List<String>{ 'Person' + contactField, contactField };",
        replace: "new List<String>{ 'Person' + contactField };",
        foundBy: [
          'RtsPersonAccountsTest.shouldFindTheAccountsFieldForAContactField',
          'RtsPersonAccountsTest.shouldApplyTheContactsConditions',
        ],
      },
      {
        name: 'a row is written in the save of a user',
        file: 'RtsTriggerHandler.cls',
        find: '            String objectName = rows[0].getSObjectType().getDescribe().getName();',
        replace: `            String objectName = rows[0].getSObjectType().getDescribe().getName();
            insert as system new Mixmax_Error__c(Fingerprint__c = objectName + operation, Kind__c = 'Outbox');`,
        foundBy: ['RtsSaveTest.shouldNoticeAUserAndAContactInOneTransaction'],
      },
      {
        name: 'users are not watched',
        file: 'MixmaxUserTrigger.trigger',
        find: '    RtsTriggerHandler.run(Trigger.operationType, Trigger.new, Trigger.oldMap);',
        replace: '',
        foundBy: [
          'RtsSaveTest.shouldNoticeAUserAndAContactInOneTransaction',
          'RtsTriggersTest.shouldReachUserTrigger',
        ],
      },
    ],
  },
  {
    item: 13,
    title: 'a user without any permission saves, and is noticed',
    breakages: [
      {
        name: 'conditions are read with the rights of whoever saves',
        file: 'RtsSyncConditions.cls',
        find: 'WITH SYSTEM_MODE',
        replace: 'WITH USER_MODE',
        foundBy: [MINIMUM],
      },
      {
        name: 'users who may not create the event are left out',
        file: 'RtsTriggerHandler.cls',
        find: '        if (RtsPlatform.get().isInert()) {',
        replace: `        Boolean mayPublish = Mixmax_Change__e.SObjectType.getDescribe().isCreateable();
        if (RtsPlatform.get().isInert() || !mayPublish) {`,
        foundBy: [MINIMUM],
      },
      {
        name: 'only users with a permission set of the package are noticed',
        file: 'RtsTriggerHandler.cls',
        find: '        if (RtsPlatform.get().isInert()) {',
        replace: `        Integer granted = [
            SELECT COUNT()
            FROM PermissionSetAssignment
            WHERE AssigneeId = :UserInfo.getUserId() AND PermissionSet.Name LIKE 'Mixmax%'
        ];
        if (RtsPlatform.get().isInert() || granted == 0) {`,
        foundBy: [MINIMUM],
      },
    ],
  },
];
