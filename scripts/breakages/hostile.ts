import type { PlanItem } from './breakage.ts';

const BUS_EVENT = 'RtsBusEvent.cls';
const CHECK = 'RtsSyncedFieldCheck.cls';
const INJECTED = 'RtsBusEventTest.shouldRefuseAnythingButNames';
const INJECTED_ROW = 'RtsSyncedFieldCheckTest.shouldRefuseAnythingButNames';

/** Beyond the plan's items: events and synced fields that somebody made up. */
export const hostile: PlanItem = {
  item: 15,
  title:
    'an event or a synced field that carries a query, a made-up time, or what cannot be synced',
  breakages: [
    {
      name: "an event's object may be any text",
      file: BUS_EVENT,
      find: 'objectName == null || !Pattern.matches(API_NAME, objectName) || ',
      replace: 'objectName == null || ',
      foundBy: [INJECTED],
    },
    {
      name: "an event's changed field may be any text",
      file: BUS_EVENT,
      find: 'name != RtsChange.UNKNOWN_FIELD && !Pattern.matches(API_NAME, name)',
      replace: 'name == null',
      foundBy: [INJECTED],
    },
    {
      name: 'a change may be later than its event',
      file: BUS_EVENT,
      find: 'event.Changed_At__c == null || isMadeUp ?',
      replace: 'event.Changed_At__c == null ?',
      foundBy: ['RtsBusEventTest.shouldNotBelieveATimeAfterTheEventItself'],
    },
    {
      name: 'a synced field may be any text',
      file: CHECK,
      find: 'if (field == null) {',
      replace: 'if (field == null && row.Field__c.length() < 5) {',
      foundBy: [INJECTED_ROW, 'RtsSyncedFieldCheckTest.shouldRefuseWhatTheOrgDoesNotHave'],
    },
    {
      name: 'formulas are taken',
      file: CHECK,
      find: 'if (isCalculated) {',
      replace: 'if (isCalculated && !isReadable) {',
      foundBy: ['RtsSyncedFieldCheckTest.shouldRefuseWhatIsCalculated'],
    },
    {
      name: 'compound fields are taken',
      file: CHECK,
      find: 'return isReadable ? null :',
      replace: 'return true ? null :',
      foundBy: ['RtsSyncedFieldCheckTest.shouldRefuseWhatIsNoSingleValue'],
    },
    {
      name: 'a row that is switched on is not checked',
      file: CHECK,
      find: 'before.Active__c != true ||',
      replace: 'before.Active__c == null ||',
      foundBy: ['RtsSyncedFieldCheckTest.shouldTakeRowsThatAreOff_andCheckThemWhenSwitchedOn'],
    },
    {
      name: 'the query takes names as they stand in the rows',
      file: 'RtsReadPlan.cls',
      find: 'if (field == null || !add(field.getDescribe())) {',
      replace: 'if (field == null) { names.add(wanted); } else if (!add(field.getDescribe())) {',
      foundBy: ['RtsReadPlanTest.shouldLetNoPartOfAQueryIn_throughASyncedField'],
    },
  ],
};
