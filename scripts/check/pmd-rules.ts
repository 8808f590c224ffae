import type { Exemption } from './pmd.ts';

/** Whole categories of PMD's rules for Apex and metadata; a rule that a new version adds to them counts at once. */
export const ruleGroups: readonly string[] = [
  'Security',
  'Performance',
  'ErrorProne',
  'BestPractices',
];

/** Rules of other categories. */
export const singleRules: readonly string[] = [
  'UnusedMethod',
  'CognitiveComplexity',
  'AvoidDeeplyNestedIfStmts',
  'IfStmtsMustUseBraces',
  'IfElseStmtsMustUseBraces',
  'ForLoopsMustUseBraces',
  'WhileLoopsMustUseBraces',
];

/** Rules of the categories that are not asked, with the reason. */
export const rulesLeftOut: ReadonlyMap<string, string> = new Map([
  [
    'ApexUnitTestClassShouldHaveRunAs',
    'The package runs in system mode, so most tests would show nothing else as another user; those where the user matters call runAs.',
  ],
]);

/** Places where a rule is broken on purpose. One that is not needed any more fails the check. */
export const exemptions: readonly Exemption[] = [
  {
    rule: 'AvoidGlobalModifier',
    files: ['Rts.cls', 'RtsFlowAction.cls'],
    reason: "Called by the customer's own triggers and flows, also from outside a namespace.",
  },
  {
    rule: 'AvoidHardcodedCredentialsInFieldDecls',
    files: ['RtsNoticeSender.cls'],
    reason: 'SIGNATURE names the queueable in its duplicate signature; it is no secret.',
  },
  {
    rule: 'AvoidNonRestrictiveQueries',
    files: ['RtsErrorLog.cls'],
    reason: 'Counts the rows of a table that this very method keeps small.',
  },
  {
    rule: 'AvoidNonRestrictiveQueries',
    files: ['RtsTestData.cls'],
    reason: 'Tests see their own rows only.',
  },
  {
    rule: 'ApexUnitTestClassShouldHaveAsserts',
    files: ['RtsBusEventTest.cls', 'RtsSaveTest.cls', 'RtsTriggersTest.cls'],
    reason: 'They assert in helper methods, which PMD does not follow.',
  },
  {
    rule: 'AvoidHardcodingId',
    files: [
      'RtsErrorEntryTest.cls',
      'RtsFinalizerContextMock.cls',
      'RtsNoticeTest.cls',
      'RtsSettingsTest.cls',
      'RtsTriggerHandlerTest.cls',
    ],
    reason: 'Example ids that no record is looked up by.',
  },
  {
    rule: 'EagerlyLoadedDescribeSObjectResult',
    files: ['RtsPersonAccountsTest.cls'],
    reason: 'Compares with the full describe that the package itself avoids.',
  },
  {
    rule: 'OperationWithLimitsInLoop',
    files: ['RtsSaveTest.cls', 'RtsSettingsTest.cls'],
    reason: 'Saves of two to five single rows, whose order is what is tested.',
  },
  {
    rule: 'ProtectSensitiveData',
    files: ['Token__c.field-meta.xml'],
    reason:
      'Protected settings deploy from a managed package only. The token signs notices of this one org and opens nothing else.',
  },
  {
    rule: 'ProtectSensitiveData',
    files: ['Key__c.field-meta.xml'],
    reason: 'The key of a row, such as contact.email; it is no secret.',
  },
];
