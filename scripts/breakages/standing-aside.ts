import type { PlanItem } from './breakage.ts';

const SETTINGS = 'RtsSettings.cls';
const LIMITS = 'RtsLimits.cls';
const HANDLER = 'RtsTriggerHandler.cls';
const PUBLISHER = 'RtsChangePublisher.cls';
const BOUND = `org.Org_Id__c.trim()
                .left(CASE_SENSITIVE_ID_LENGTH)
                .equals(UserInfo.getOrganizationId().left(CASE_SENSITIVE_ID_LENGTH))`;
const INCOMPLETE = 'RtsSettingsTest.shouldBeInactive_whenAnythingIsMissing';
const NO_ROOM = 'RtsLimitsTest.shouldFindNoRoom_whenAnyFigureIsSpent';
const SPENT = 'RtsLimitsTest.shouldSeeWhatATransactionSpends';
const FILLING = 'RtsLimitsTest.shouldSeeCpuTimeAndHeapFill';

/** A figure of the platform's that is not looked at: the limit counts as unspent. */
const unread = (figure: string) => ({
  name: `what was spent of ${figure} is not looked at`,
  file: LIMITS,
  find: `Limits.getLimit${figure}() - Limits.get${figure}()`,
  replace: `Limits.getLimit${figure}()`,
  foundBy: [SPENT],
});

/** Items 4 to 6: when the package leaves a save alone. */
export const standingAside: readonly PlanItem[] = [
  {
    item: 4,
    title: 'off without settings, when disabled, in a copy, without token: nothing is spent',
    breakages: [
      {
        name: 'Disable is not looked at',
        file: SETTINGS,
        find: 'return !disabled && isBoundToThisOrg() &&',
        replace: 'return isBoundToThisOrg() &&',
        foundBy: [
          INCOMPLETE,
          'RtsSettingsTest.shouldBeInactiveForUser_whenUserRowDisables',
          'RtsSettingsTest.shouldBeInactiveForUser_whenProfileRowDisables',
          'RtsSettingsTest.shouldStayDisabledForUser_whenOrgDisablesAndUserRowDoesNot',
          'RtsTriggerHandlerTest.shouldPublishNothing_whenDisabledForTheUser',
        ],
      },
      {
        name: 'only the org row can disable',
        file: SETTINGS,
        find: 'Mixmax_Settings__c.getInstance().Disable_RTS__c);',
        replace: 'Mixmax_Settings__c.getOrgDefaults().Disable_RTS__c);',
        foundBy: [
          'RtsSettingsTest.shouldBeInactiveForUser_whenUserRowDisables',
          'RtsSettingsTest.shouldBeInactiveForUser_whenProfileRowDisables',
          'RtsTriggerHandlerTest.shouldPublishNothing_whenDisabledForTheUser',
        ],
      },
      {
        name: "a user's unticked box wins over the org's",
        file: SETTINGS,
        find: 'disabledForUser == true || org.Disable_RTS__c == true;',
        replace: 'disabledForUser == null ? org.Disable_RTS__c == true : disabledForUser;',
        foundBy: ['RtsSettingsTest.shouldStayDisabledForUser_whenOrgDisablesAndUserRowDoesNot'],
      },
      {
        name: "another org's settings are used",
        file: SETTINGS,
        find: 'return !disabled && isBoundToThisOrg() && String',
        replace: 'return !disabled && String',
        foundBy: [
          INCOMPLETE,
          'RtsSettingsTest.shouldTellCopiedSettings_whenOrgIdDiffers',
          'RtsTriggerHandlerTest.shouldAnnounceCopiedSettingsOnce',
        ],
      },
      {
        name: 'ids that differ in case only count as the same org',
        file: SETTINGS,
        find: BOUND,
        replace: `org.Org_Id__c.trim()
                .left(CASE_SENSITIVE_ID_LENGTH)
                .equalsIgnoreCase(UserInfo.getOrganizationId().left(CASE_SENSITIVE_ID_LENGTH))`,
        foundBy: ['RtsSettingsTest.shouldTellApartIdsThatDifferInCaseOnly'],
      },
      {
        name: 'an id of 18 characters is another org',
        file: SETTINGS,
        find: BOUND,
        replace:
          'org.Org_Id__c.trim().equals(UserInfo.getOrganizationId().left(CASE_SENSITIVE_ID_LENGTH))',
        foundBy: ['RtsSettingsTest.shouldBeActive_whenSetUpIsComplete'],
      },
      {
        name: 'no token is needed',
        file: SETTINGS,
        find: ' && String.isNotBlank(org.Token__c)',
        replace: '',
        foundBy: [INCOMPLETE],
      },
      {
        name: 'http will do',
        file: SETTINGS,
        find: "startsWith('https://')",
        replace: "startsWith('http')",
        foundBy: [INCOMPLETE],
      },
      {
        name: 'a user row redirects notices',
        file: SETTINGS,
        find: 'new RtsSettings(Mixmax_Settings__c.getOrgDefaults(), Mixmax_Settings__c.getInstance()',
        replace:
          'new RtsSettings(Mixmax_Settings__c.getInstance(), Mixmax_Settings__c.getInstance()',
        foundBy: ['RtsSettingsTest.shouldIgnoreAddressAndTokenOfUserRow'],
      },
      {
        name: 'conditions are read before it is known whether they are wanted',
        file: HANDLER,
        find: '            if (RtsChangeDetector.nameOf(operation) == null || !isWanted()) {',
        replace: `            RtsSyncConditions.current();
            if (RtsChangeDetector.nameOf(operation) == null || !isWanted()) {`,
        foundBy: ['RtsTriggerHandlerTest.shouldCostNothing_whenInactive'],
      },
      {
        name: "other people's tests publish",
        file: 'RtsPlatform.cls',
        find: 'return inTest() && !openInTests;',
        replace: 'return false;',
        foundBy: [
          'RtsPlatformTest.shouldBeInert_inTestsThatAreNotOurs',
          'RtsSkipSubscriberTest.shouldLeaveNoTrace_inOtherPeoplesTests',
          'RtsChangeSubscriberTest.shouldLeaveNoTrace_inOtherPeoplesTests',
        ],
      },
      {
        name: 'copied settings are told with every save',
        file: HANDLER,
        find: 'settings.isCopiedFromAnotherOrg() && !RtsBreaker.copyIsReported()',
        replace: 'settings.isCopiedFromAnotherOrg()',
        foundBy: ['RtsTriggerHandlerTest.shouldAnnounceCopiedSettingsOnce'],
      },
      {
        name: 'copied settings are passed over in silence',
        file: HANDLER,
        find: 'RtsChangePublisher.announce(RtsSkip.COPIED_SETTINGS, null, null);',
        replace: 'return false;',
        foundBy: ['RtsTriggerHandlerTest.shouldAnnounceCopiedSettingsOnce'],
      },
    ],
  },
  {
    item: 5,
    title:
      'limits nearly spent: the save succeeds, nothing is published, it is said where it can be',
    breakages: [
      {
        name: 'the last DML statements are taken',
        file: LIMITS,
        find: 'return headroom.dmlStatements() > RESERVED_DML_STATEMENTS && ',
        replace: 'return ',
        foundBy: [NO_ROOM, 'RtsChangePublisherTest.shouldAnnounceASkip_whenNoDmlIsLeft'],
      },
      {
        name: 'the last DML rows are taken',
        file: LIMITS,
        find: ' && headroom.dmlRows() >= events + RESERVED_DML_ROWS',
        replace: '',
        foundBy: [NO_ROOM],
      },
      {
        name: 'the last queries are taken',
        file: LIMITS,
        find: 'return headroom.queries() > RESERVED_QUERIES && ',
        replace: 'return ',
        foundBy: [NO_ROOM, 'RtsSyncConditionsTest.shouldBeUnknownAndAskAgain_whenNoQueryIsLeft'],
      },
      {
        name: "the job's last query is taken",
        file: LIMITS,
        find: 'return headroom.queries() >= 1 && ',
        replace: 'return ',
        foundBy: [NO_ROOM],
      },
      {
        name: 'the last query rows are taken',
        file: LIMITS,
        find: 'headroom.queries() > RESERVED_QUERIES && headroom.queryRows() >= rows;',
        replace: 'headroom.queries() > RESERVED_QUERIES;',
        foundBy: [NO_ROOM],
      },
      {
        name: "the job's last query rows are taken",
        file: LIMITS,
        find: 'headroom.queries() >= 1 && headroom.queryRows() >= rows;',
        replace: 'headroom.queries() >= 1;',
        foundBy: [NO_ROOM],
      },
      {
        name: 'CPU time is not looked at',
        file: LIMITS,
        find: 'headroom.cpuPercent() < BUSY_PERCENT && ',
        replace: '',
        foundBy: [NO_ROOM, 'RtsTriggerHandlerTest.shouldLeaveABusyTransactionAlone'],
      },
      {
        name: 'the heap is not looked at',
        file: LIMITS,
        find: ' && headroom.heapPercent() < BUSY_PERCENT',
        replace: '',
        foundBy: [NO_ROOM, 'RtsTriggerHandlerTest.shouldLeaveABusyTransactionAlone'],
      },
      {
        name: 'the last immediate publish is taken',
        file: LIMITS,
        find: 'return headroom.immediatePublishes() >= 1;',
        replace: 'return true;',
        foundBy: [NO_ROOM, 'RtsChangePublisherTest.shouldSayNothing_whenNoAnnouncementIsLeft'],
      },
      unread('DmlStatements'),
      unread('DmlRows'),
      unread('Queries'),
      unread('QueryRows'),
      unread('PublishImmediateDml'),
      {
        name: 'CPU time counts as unspent',
        file: LIMITS,
        find: '(Limits.getCpuTime() * 100L',
        replace: '(0 * 100L',
        foundBy: [FILLING],
      },
      {
        name: 'the heap counts as empty',
        file: LIMITS,
        find: '(Limits.getHeapSize() * 100L',
        replace: '(0 * 100L',
        foundBy: [FILLING],
      },
      {
        name: 'a skip is not announced',
        file: PUBLISHER,
        find: 'announce(RtsSkip.NO_ROOM, changes[0].objectName, null);',
        replace: '',
        foundBy: ['RtsChangePublisherTest.shouldAnnounceASkip_whenNoDmlIsLeft'],
      },
      {
        name: "the bus's refusal is not announced",
        file: PUBLISHER,
        find: 'announce(RtsSkip.REFUSED_BY_BUS, changes[0].objectName, null);',
        replace: '',
        foundBy: ['RtsChangePublisherTest.shouldAnnounceASkip_whenTheBusRefuses'],
      },
      {
        name: 'a skip is no gap',
        file: 'RtsSkipSubscriber.cls',
        find: 'state.noteGap(since, reason == RtsSkip.NO_ROOM ? RtsBreaker.DML_LIMIT : RtsBreaker.PUBLISH_LIMIT);',
        replace: '',
        foundBy: [
          'RtsSkipSubscriberTest.shouldTurnASkipIntoAGap_andTellItAtOnce',
          'RtsSkipSubscriberTest.shouldReportFaults',
        ],
      },
      {
        name: 'a gap waits for the next save to be told',
        file: 'RtsSkipSubscriber.cls',
        find: '            tellGateway();',
        replace: '',
        foundBy: ['RtsSkipSubscriberTest.shouldTurnASkipIntoAGap_andTellItAtOnce'],
      },
    ],
  },
  {
    item: 6,
    title: "the package's own code throws: the save succeeds, the fault is announced",
    breakages: [
      {
        name: 'only expected exceptions are caught',
        file: HANDLER,
        find: 'catch (Exception unexpected) {',
        replace: 'catch (DmlException unexpected) {',
        foundBy: [
          'RtsSaveTest.shouldNotDisturbASave_whenItsOwnCodeFails',
          'RtsTriggerHandlerTest.shouldReportAFault_andNotThrow',
        ],
      },
      {
        name: 'a caught fault is not announced',
        file: PUBLISHER,
        find: 'announce(RtsSkip.FAULT, null, RtsErrorEntry.placeOf(unexpected));',
        replace: '',
        foundBy: [
          'RtsSaveTest.shouldNotDisturbASave_whenItsOwnCodeFails',
          'RtsTriggerHandlerTest.shouldReportAFault_andNotThrow',
          'RtsChangePublisherTest.shouldReportFaultsWithoutTheirMessage',
        ],
      },
      {
        name: 'a fault of the announcement reaches the save',
        file: PUBLISHER,
        find: 'catch (Exception evenReportingFailed) {',
        replace: 'catch (DmlException evenReportingFailed) {',
        foundBy: ['RtsChangePublisherTest.shouldNotThrow_whenEvenReportingFails'],
      },
      {
        name: "the announcement quotes the exception's message",
        file: PUBLISHER,
        find: 'RtsErrorEntry.placeOf(unexpected)',
        replace: 'unexpected.getMessage()',
        foundBy: ['RtsChangePublisherTest.shouldReportFaultsWithoutTheirMessage'],
      },
      {
        name: 'a fault reaches the flow',
        file: 'RtsFlowAction.cls',
        find: 'catch (Exception unexpected) {',
        replace: 'catch (DmlException unexpected) {',
        foundBy: ['RtsFlowActionTest.shouldNotFailTheFlow_whateverItPasses'],
      },
    ],
  },
];
