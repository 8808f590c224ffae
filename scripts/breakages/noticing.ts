import type { PlanItem } from './breakage.ts';

const BULK = 'RtsSaveTest.shouldNoticeEveryRowOfABulkSave';
const TYPES = 'RtsSyncConditionsTest.shouldTellDifferences_ofEachType';
const HANDLER = 'RtsTriggerHandler.cls';
const DETECTOR = 'RtsChangeDetector.cls';
const CONDITIONS = 'RtsSyncConditions.cls';

const RUN = `    public static void run(TriggerOperation operation, List<SObject> newRows, Map<Id, SObject> oldRows) {
        try {`;
const DETECT = `    public static List<RtsChangeSet> detect(
        String objectName,
        TriggerOperation operation,
        List<SObject> rows,
        Map<Id, SObject> oldRows
    ) {`;
const ADD_UPDATES = `    private void addUpdates(RtsChangeSet changes, List<SObject> rows, Map<Id, SObject> oldRows) {
        Boolean mayConvert = objectName == 'Lead';
        for (SObject row : rows) {
            SObject before = oldRows.get(row.Id);`;
const FOR_EACH_NEW_ROW = `            for (SObject row : rows) {
                changes.add(row.Id, null);
            }`;

/** The comparison gives values of one type out as equal. */
const blindTo = (type: string) => ({
  name: `changes of type ${type} go unseen`,
  file: CONDITIONS,
  find: '        if (before != after) {',
  replace: `        if (before instanceof ${type}) {
            return false;
        }
        if (before != after) {`,
  foundBy: [TYPES],
});

/** Operations that no notice is made of. */
const blindToOperation = (operation: string, foundBy: readonly string[]) => ({
  name: `an ${operation.toLowerCase()} is none of our business`,
  file: DETECTOR,
  find: `                return RtsChange.OP_${operation};`,
  replace: '                return null;',
  foundBy,
});

const NAMES = 'RtsChangeDetectorTest.shouldNameOnlyAfterOperations';

/** Items 1 to 3: what a save is, and which saves count. */
export const noticing: readonly PlanItem[] = [
  {
    item: 1,
    title: '201 rows: every operation, two publishes, each id once',
    breakages: [
      {
        name: 'a static guard lets only the first chunk through',
        file: HANDLER,
        find: RUN,
        replace: `    private static Boolean ran = false;
${RUN}
            if (ran) {
                return;
            }
            ran = true;`,
        foundBy: [BULK],
      },
      blindToOperation('INSERT', [BULK, NAMES]),
      blindToOperation('UPDATE', [BULK, NAMES]),
      blindToOperation('DELETE', [BULK, NAMES]),
      blindToOperation('UNDELETE', [BULK, NAMES]),
      {
        name: 'the trigger does not listen to undeletes',
        file: 'MixmaxContactTrigger.trigger',
        find: ', after undelete',
        replace: '',
        foundBy: [BULK],
      },
      {
        name: 'ids are told twice',
        file: 'RtsChangeSet.cls',
        find: '        parts.get(key).ids.add(recordId);',
        replace: `        parts.get(key).ids.add(recordId);
        parts.get(key).ids.add(recordId);`,
        foundBy: [BULK],
      },
      {
        name: 'the last row of a chunk is forgotten',
        file: DETECTOR,
        find: FOR_EACH_NEW_ROW,
        replace: `            for (Integer i = 0; i < rows.size() - 1; i++) {
                changes.add(rows[i].Id, null);
            }`,
        foundBy: [BULK],
      },
      {
        name: 'each row is published by itself',
        file: DETECTOR,
        find: `        List<RtsChangeSet> result = new List<RtsChangeSet>();
`,
        replace: `        List<RtsChangeSet> result = new List<RtsChangeSet>();
        if (rows.size() > 1) {
            for (SObject row : rows) {
                result.addAll(detect(objectName, operation, new List<SObject>{ row }, oldRows));
            }
            return result;
        }
`,
        foundBy: [BULK],
      },
      {
        name: 'conditions are read again for each chunk',
        file: CONDITIONS,
        find: '        if (cached == null) {',
        replace: '        if (cached == null || true) {',
        foundBy: [
          'RtsSaveTest.shouldCostOneQuery_whereThereIsNoCopyOfTheConditions',
          'RtsSyncConditionsTest.shouldReadRowsOnce_whereThereIsNoCopy',
          'RtsTriggerHandlerTest.shouldAskOneQuery_howeverManyRunsFollow_whereThereIsNoCopy',
        ],
      },
    ],
  },
  {
    item: 2,
    title: 'a save in part: the survivors are told',
    breakages: [
      {
        name: 'a static guard remembers records of the attempt that was rolled back',
        file: DETECTOR,
        find: DETECT,
        replace: `    private static Set<String> seen = new Set<String>();
${DETECT}
        List<SObject> fresh = new List<SObject>();
        for (SObject row : rows) {
            if (seen.add(row.Id + operation.name())) {
                fresh.add(row);
            }
        }
        rows = fresh;`,
        foundBy: ['RtsSaveTest.shouldTellTheSurvivors_ofAPartialSave'],
      },
      {
        name: 'one failed row silences the chunk',
        file: HANDLER,
        find: '            if (rows == null || rows.isEmpty()) {',
        replace:
          '            if (rows == null || rows.isEmpty() || (oldRows != null && rows.size() == 2)) {',
        foundBy: ['RtsSaveTest.shouldNoticeTheSurvivors_ofAPartialSave'],
      },
    ],
  },
  {
    item: 3,
    title: 'saved twice, there and back, case only, empty, each type',
    breakages: [
      {
        name: 'a record counts once in a transaction',
        file: DETECTOR,
        find: ADD_UPDATES,
        replace: `    private static Set<Id> updated = new Set<Id>();
${ADD_UPDATES}
            if (!updated.add(row.Id)) {
                continue;
            }`,
        foundBy: [
          'RtsSaveTest.shouldNoticeASecondSaveInTheSameTransaction',
          'RtsChangeDetectorTest.shouldNoticeBothUpdates_whenAValueGoesAndComesBack',
        ],
      },
      {
        name: 'a change of case only is none',
        file: CONDITIONS,
        find: `        return before instanceof String && !String.valueOf(before).equals(String.valueOf(after));`,
        replace: '        return false;',
        foundBy: [
          TYPES,
          'RtsSaveTest.shouldNoticeACaseOnlyChange',
          'RtsChangeDetectorTest.shouldNameTheSyncedFieldsThatChanged',
        ],
      },
      {
        name: 'a value put into an empty field goes unseen',
        file: CONDITIONS,
        find: '        if (before != after) {',
        replace: '        if (before != null && before != after) {',
        foundBy: [TYPES, 'RtsChangeDetectorTest.shouldNameTheSyncedFieldsThatChanged'],
      },
      {
        name: 'a value taken out goes unseen',
        file: CONDITIONS,
        find: '        if (before != after) {',
        replace: `        if (after == null) {
            return false;
        }
        if (before != after) {`,
        foundBy: [TYPES],
      },
      {
        name: 'equal texts count as a change',
        file: CONDITIONS,
        find: '        return before instanceof String && ',
        replace: '        return before instanceof String || ',
        foundBy: [TYPES, 'RtsChangeDetectorTest.shouldDropUpdate_whenNoSyncedFieldChanged'],
      },
      blindTo('Boolean'),
      blindTo('Date'),
      blindTo('Datetime'),
      blindTo('Decimal'),
      blindTo('Double'),
      blindTo('Id'),
      blindTo('Integer'),
      blindTo('Long'),
      blindTo('String'),
      blindTo('Time'),
      {
        name: 'fields without a row are compared, too',
        file: DETECTOR,
        find: '            if (fields == null || !fields.isEmpty()) {',
        replace: '            if (true) {',
        foundBy: [
          'RtsSaveTest.shouldNoticeACaseOnlyChange',
          'RtsChangeDetectorTest.shouldDropUpdate_whenNoSyncedFieldChanged',
          'RtsChangeDetectorTest.shouldDropUpdate_whenConditionsNameOnlyOtherObjects',
        ],
      },
      {
        name: 'without conditions an update names no fields, hence does not count',
        file: DETECTOR,
        find: `        if (!conditions.areOn()) {
            return null;`,
        replace: `        if (!conditions.areOn()) {
            return new List<String>();`,
        foundBy: ['RtsChangeDetectorTest.shouldNoticeEveryUpdate_withoutConditions', BULK],
      },
      {
        name: 'conditions that cannot be read count as met by nothing',
        file: DETECTOR,
        find: `        if (!conditions.areKnown()) {
            return RtsChange.unknownFields();`,
        replace: `        if (!conditions.areKnown()) {
            return new List<String>();`,
        foundBy: [
          'RtsChangeDetectorTest.shouldNoticeEveryUpdateAsUnknown_whenConditionsCannotBeRead',
        ],
      },
      {
        name: 'the hash depends on the order of the rows',
        file: CONDITIONS,
        find: '            names.sort();\n',
        replace: '',
        foundBy: ['RtsSyncConditionsTest.shouldHashSortedLowerCaseNames'],
      },
    ],
  },
];
