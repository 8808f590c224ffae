import type { FilterLogic } from '../schema.ts';
import { type Element, SourceProblem } from './element.ts';
import { readFilterLogic } from './filter-logic.ts';

/** A matching rule as its file says it, before its fields are looked up. */
export interface MatchingRuleSource {
  readonly name: string;
  /** API name of the object that is searched. */
  readonly object: string;
  readonly active: boolean;
  readonly items: readonly { readonly field: string; readonly matchesBlanks: boolean }[];
  readonly logic: FilterLogic;
}

const ruleParts: ReadonlySet<string> = new Set([
  'booleanFilter',
  'description',
  'fullName',
  'label',
  'matchingRuleItems',
  'ruleStatus',
]);
const itemParts: ReadonlySet<string> = new Set([
  'blankValueBehavior',
  'fieldName',
  'matchingMethod',
]);

/** One file holds all matching rules of an object. @param object API name, the file's */
export function readMatchingRules(root: Element, object: string): MatchingRuleSource[] {
  root.allow(new Set(['matchingRules', 'fullName']));
  return root.children('matchingRules').map((element) => readRule(element, object));
}

function readRule(element: Element, object: string): MatchingRuleSource {
  element.allow(ruleParts);
  const items = element.children('matchingRuleItems').map(readItem);
  if (items.length === 0) throw new SourceProblem('a matching rule needs <matchingRuleItems>');
  const status = element.require('ruleStatus');
  if (status !== 'Active' && status !== 'Inactive')
    throw new SourceProblem(`<ruleStatus> must be Active or Inactive: ${status}`);
  element.require('label');
  return {
    name: element.require('fullName'),
    object,
    active: status === 'Active',
    items,
    logic: readFilterLogic(element.value('booleanFilter'), items.length),
  };
}

/** The fuzzy methods are Salesforce's own; what they take for the same, nobody else can tell. */
function readItem(element: Element): MatchingRuleSource['items'][number] {
  element.allow(itemParts);
  const method = element.require('matchingMethod');
  if (method !== 'Exact')
    throw new SourceProblem(`<matchingMethod> ${method}: this org compares by Exact only`);
  const blanks = element.value('blankValueBehavior') ?? 'NullNotAllowed';
  if (blanks !== 'NullNotAllowed' && blanks !== 'MatchBlanks')
    throw new SourceProblem(`unknown <blankValueBehavior>: ${blanks}`);
  return { field: element.require('fieldName'), matchesBlanks: blanks === 'MatchBlanks' };
}
