import { absentMembers, absentType } from '../absent.ts';
import { type PlatformType, platformType } from '../definition.ts';
import { plainException } from '../language/exception-types.ts';

const formulas: readonly PlatformType[] = [
  absentType('Formula', [
    'static FormulaEval.FormulaBuilder builder()',
    'static List<FormulaRecalcResult> recalculateFormulas(List<SObject> records)',
  ]),
  absentType('FormulaRecalcResult', [
    'List<FormulaRecalcFieldError> getErrors()',
    'SObject getSObject()',
    'Boolean isSuccess()',
  ]),
  absentType('FormulaRecalcFieldError', ['String getFieldError()', 'String getFieldName()']),
  absentType('FormulaEval.FormulaBuilder', [
    'FormulaEval.FormulaInstance build()',
    'FormulaEval.FormulaBuilder parseAsTemplate(Boolean template)',
    'FormulaEval.FormulaBuilder treatNumericNullAsZero(Boolean zero)',
    'FormulaEval.FormulaBuilder withFormula(String formula)',
    'FormulaEval.FormulaBuilder withGlobalVariables(List<FormulaEval.FormulaGlobal> variables)',
    'FormulaEval.FormulaBuilder withReturnType(FormulaEval.FormulaReturnType type)',
    'FormulaEval.FormulaBuilder withType(Type context)',
    'FormulaEval.FormulaBuilder withType(Schema.SObjectType context)',
  ]),
  absentType('FormulaEval.FormulaInstance', [
    'Object evaluate(Object context)',
    'Set<String> getReferencedFields()',
  ]),
  platformType({
    name: 'FormulaEval.FormulaReturnType',
    kind: 'enum',
    enumValues: [
      'BOOLEAN',
      'DATE',
      'DATETIME',
      'DECIMAL',
      'DOUBLE',
      'ID',
      'INTEGER',
      'LONG',
      'STRING',
      'TIME',
    ],
    members: {},
  }),
  platformType({
    name: 'FormulaEval.FormulaGlobal',
    kind: 'enum',
    enumValues: ['LABEL', 'ORGANIZATION', 'PERMISSION', 'PROFILE', 'SETUP', 'USER', 'USERROLE'],
    members: {},
  }),
  plainException('FormulaValidationException'),
  plainException('FormulaEvaluationException'),
];

const flows: readonly PlatformType[] = [
  absentType('Flow.Interview', [
    'static Flow.Interview createInterview(String flow, Map<String, Object> inputs)',
    'static Flow.Interview createInterview(String namespace, String flow, Map<String, Object> inputs)',
    'Object getVariableValue(String name)',
    'void start()',
  ]),
  absentType('Invocable.Action', [
    'Invocable.Action addInvocation()',
    'Invocable.Action clearInvocations()',
    'static Invocable.Action createCustomAction(String type, String name)',
    'static Invocable.Action createCustomAction(String type, String namespace, String name)',
    'static Invocable.Action createStandardAction(String type)',
    'String getName()',
    'String getNamespace()',
    'String getType()',
    'List<Invocable.Action.Result> invoke()',
    'Boolean isStandard()',
    'Invocable.Action setInvocationParameter(String name, Object value)',
    'Invocable.Action setInvocations(List<Map<String, Object>> invocations)',
  ]),
  absentType('Invocable.Action.Result', [
    'Invocable.Action getAction()',
    'List<Invocable.Action.Error> getErrors()',
    'Map<String, Object> getInvocationParameters()',
    'Map<String, Object> getOutputParameters()',
    'Boolean isSuccess()',
  ]),
  absentType('Invocable.Action.Error', ['String getCode()', 'String getMessage()']),
];

const approvals: readonly PlatformType[] = [
  absentType('Approval', [
    'static Boolean isLocked(Id recordId)',
    'static Boolean isLocked(SObject record)',
    'static Approval.LockResult lock(Id recordId)',
    'static Approval.LockResult lock(Id recordId, Boolean allOrNone)',
    'static Approval.LockResult lock(SObject record)',
    'static Approval.LockResult lock(SObject record, Boolean allOrNone)',
    'static List<Approval.LockResult> lock(List<SObject> records)',
    'static List<Approval.LockResult> lock(List<SObject> records, Boolean allOrNone)',
    'static Approval.UnlockResult unlock(Id recordId)',
    'static Approval.UnlockResult unlock(Id recordId, Boolean allOrNone)',
    'static Approval.UnlockResult unlock(SObject record)',
    'static Approval.UnlockResult unlock(SObject record, Boolean allOrNone)',
    'static List<Approval.UnlockResult> unlock(List<SObject> records)',
    'static List<Approval.UnlockResult> unlock(List<SObject> records, Boolean allOrNone)',
  ]),
  absentType('Approval.LockResult', [
    'List<Database.Error> getErrors()',
    'Id getId()',
    'Boolean isSuccess()',
  ]),
  absentType('Approval.UnlockResult', [
    'List<Database.Error> getErrors()',
    'Id getId()',
    'Boolean isSuccess()',
  ]),
];

/** Answers of queries that are read by position. */
const cursors: readonly PlatformType[] = [
  absentType('Database.Cursor', [
    'List<SObject> fetch(Integer position, Integer count)',
    'Integer getNumRecords()',
  ]),
  absentType('Database.PaginationCursor', [
    'Database.CursorFetchResult fetchPage(Integer position, Integer count)',
    'Integer getNumRecords()',
  ]),
  absentType('Database.CursorFetchResult', [
    'List<SObject> getRecords()',
    'Integer getNextIndex()',
    'Integer getNumDeletedRecords()',
    'Boolean isDone()',
  ]),
];

/** Cursors of `Database`. */
export const cursorMembers = absentMembers('Database.Cursor', [
  ...['Cursor', 'PaginationCursor'].flatMap((cursor) => [
    `static Database.${cursor} get${cursor}(String query)`,
    `static Database.${cursor} get${cursor}(String query, AccessLevel accessLevel)`,
    `static Database.${cursor} get${cursor}WithBinds(String query, Map<String, Object> binds, AccessLevel accessLevel)`,
  ]),
]);

/** Flows, formulas that Apex evaluates, locks of approval processes, cursors: none of them runs here. */
export const absentTypes: readonly PlatformType[] = [
  ...formulas,
  ...flows,
  ...approvals,
  ...cursors,
];
