import type { DuplicateRule } from '../schema.ts';
import { type Element, SourceProblem } from './element.ts';

/** A duplicate rule as its file says it, before its matching rules are looked up. */
export interface DuplicateRuleSource extends Omit<DuplicateRule, 'matchRules'> {
  /** API name of the object whose saves it watches. */
  readonly object: string;
  readonly active: boolean;
  readonly sortOrder: number;
  readonly matches: readonly MatchSource[];
}

interface MatchSource {
  /** API name of the object that is searched. */
  readonly object: string;
  readonly matchingRule: string;
  /** Fields of the searched object → fields of the saved one, lower-case names; empty within one object. */
  readonly mapping: ReadonlyMap<string, string>;
}

const parts: ReadonlySet<string> = new Set([
  'actionOnInsert',
  'actionOnUpdate',
  'alertText',
  'description',
  'duplicateRuleFilter',
  'duplicateRuleMatchRules',
  'fullName',
  'isActive',
  'masterLabel',
  'operationsOnInsert',
  'operationsOnUpdate',
  'securityOption',
  'sortOrder',
]);
const matchParts: ReadonlySet<string> = new Set([
  'matchRuleSObjectType',
  'matchingRule',
  'objectMapping',
]);
const mappingParts: ReadonlySet<string> = new Set(['inputObject', 'mappingFields', 'outputObject']);

/** @param fullName the file's, `Contact.Same_address` */
export function readDuplicateRule(element: Element, fullName: string): DuplicateRuleSource {
  element.allow(parts);
  const [object = '', name] = fullName.split('.');
  if (name === undefined || !/^[A-Za-z]\w*$/.test(name))
    throw new SourceProblem(`a duplicate rule's file is named Object.Rule: ${fullName}`);
  refuseConditions(element.child('duplicateRuleFilter'));
  return {
    name,
    object,
    message: element.value('alertText') ?? DEFAULT_ALERT,
    active: element.flag('isActive'),
    onInsert: actionOf(element, 'Insert'),
    onUpdate: actionOf(element, 'Update'),
    enforcesSharing: enforcesSharing(element),
    sortOrder: element.number('sortOrder') ?? 1,
    matches: element.children('duplicateRuleMatchRules').map(readMatch),
  };
}

/** What a rule that blocks without a text of its own says. */
const DEFAULT_ALERT =
  'You’re creating a duplicate record. We recommend you use an existing record instead.';

/** A condition that this org did not heed would block saves that Salesforce lets through. */
function refuseConditions(filter: Element | undefined): void {
  if (filter === undefined || filter.children('duplicateRuleFilterItems').length === 0) return;
  throw new SourceProblem('<duplicateRuleFilter> is not supported by this org');
}

function actionOf(element: Element, operation: 'Insert' | 'Update'): DuplicateRule['onInsert'] {
  const action = element.require(`actionOn${operation}`);
  if (action === 'Block') return 'block';
  if (action !== 'Allow') throw new SourceProblem(`unknown <actionOn${operation}>: ${action}`);
  const operations = element.children(`operationsOn${operation}`).map(({ text }) => text);
  return operations.includes('Alert') || operations.includes('alert') ? 'alert' : 'save';
}

function enforcesSharing(element: Element): boolean {
  const option = element.require('securityOption');
  if (option === 'EnforceSharingRules') return true;
  if (option === 'BypassSharingRules') return false;
  throw new SourceProblem(`unknown <securityOption>: ${option}`);
}

function readMatch(element: Element): MatchSource {
  element.allow(matchParts);
  const object = element.require('matchRuleSObjectType');
  const mapping = element.child('objectMapping');
  mapping?.allow(mappingParts);
  const fields = mapping?.children('mappingFields') ?? [];
  return {
    object,
    matchingRule: element.require('matchingRule'),
    mapping: new Map(
      fields.map((field) => [
        field.require('outputField').toLowerCase(),
        field.require('inputField'),
      ]),
    ),
  };
}
