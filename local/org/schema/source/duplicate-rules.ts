import type { DuplicateRule, MatchRule, ObjectSchema } from '../schema.ts';
import { STANDARD_MATCHING_RULES } from '../standard/matching-rules.ts';
import type { FindObject } from './check-parts.ts';
import { parseMetadata, SourceProblem } from './element.ts';
import { type DuplicateRuleSource, readDuplicateRule } from './read-duplicate-rule.ts';
import { type MatchingRuleSource, readMatchingRules } from './read-matching-rules.ts';

/** Salesforce's own limits, per object and per rule. */
const MOST_ACTIVE_RULES = 5;
const MOST_MATCHES = 3;

interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** The duplicate rules of a deploy and the matching rules they go by, until every object is known. */
export class DuplicateSources {
  readonly #matching: MatchingRuleSource[] = [];
  readonly #rules: { readonly file: string; readonly rule: DuplicateRuleSource }[] = [];

  /** @param object the file's name */
  addMatchingRules({ text }: SourceText, object: string): void {
    this.#matching.push(...readMatchingRules(parseMetadata(text, 'MatchingRules'), object));
  }

  /** @param fullName the file's name @returns API name of the rule's object */
  addRule({ path, text }: SourceText, fullName: string): string {
    const rule = readDuplicateRule(parseMetadata(text, 'DuplicateRule'), fullName);
    this.#rules.push({ file: path, rule });
    return rule.object;
  }

  /** A file to name when something is wrong with the object's rules. */
  fileOf({ name }: ObjectSchema): string {
    return this.#rules.find(({ rule }) => rule.object === name)?.file ?? name;
  }

  /**
   * The object with its active rules, their matching rules and the fields these compare.
   * @throws SourceProblem
   */
  applyTo(object: ObjectSchema, find: FindObject): ObjectSchema {
    const own = this.#rules.map(({ rule }) => rule).filter((rule) => rule.object === object.name);
    if (own.length === 0) return object;
    const known = [...this.#matching, ...STANDARD_MATCHING_RULES];
    const active = own
      .toSorted((a, b) => a.sortOrder - b.sortOrder)
      .map((rule) => ({ rule, resolved: resolveRule(object, rule, known, find) }))
      .filter(({ rule }) => rule.active);
    if (active.length > MOST_ACTIVE_RULES) {
      const most = `at most ${MOST_ACTIVE_RULES} active duplicate rules`;
      throw new SourceProblem(`${object.name} may have ${most}`);
    }
    return { ...object, duplicateRules: active.map(({ resolved }) => resolved) };
  }
}

function resolveRule(
  object: ObjectSchema,
  { matches, name, message, onInsert, onUpdate, enforcesSharing }: DuplicateRuleSource,
  matching: readonly MatchingRuleSource[],
  find: FindObject,
): DuplicateRule {
  if (matches.length === 0 || matches.length > MOST_MATCHES)
    throw new SourceProblem(
      `a duplicate rule has one to ${MOST_MATCHES} <duplicateRuleMatchRules>`,
    );
  return {
    name,
    message,
    onInsert,
    onUpdate,
    enforcesSharing,
    matchRules: matches.map((match) => {
      const source = matching.find(
        (one) => one.name === match.matchingRule && one.object === match.object,
      );
      if (source === undefined)
        throw new SourceProblem(`no matching rule ${match.matchingRule} of ${match.object} found`);
      if (!source.active)
        throw new SourceProblem(`the matching rule ${match.matchingRule} is not active`);
      return resolveMatch(object, source, match.mapping, find);
    }),
  };
}

/** @param mapping searched field (lower case) → saved field; within one object each field is compared with itself */
function resolveMatch(
  object: ObjectSchema,
  { name, object: searched, items, logic }: MatchingRuleSource,
  mapping: ReadonlyMap<string, string>,
  find: FindObject,
): MatchRule {
  const target = find(searched);
  if (target === undefined)
    throw new SourceProblem(`<matchRuleSObjectType> is unknown: ${searched}`);
  const isWithin = target.name === object.name;
  return {
    name,
    object: target.name,
    logic,
    criteria: items.map((item) => {
      const mapped = isWithin ? item.field : mapping.get(item.field.toLowerCase());
      if (mapped === undefined)
        throw new SourceProblem(`<objectMapping> says nothing of ${target.name}.${item.field}`);
      return {
        field: comparable(target, item.field),
        inputField: comparable(object, mapped),
        matchesBlanks: item.matchesBlanks,
      };
    }),
  };
}

/** The field's declared name. @throws SourceProblem for one that is not stored */
function comparable(object: ObjectSchema, name: string): string {
  const field = object.fields.get(name.toLowerCase());
  if (field === undefined)
    throw new SourceProblem(`<fieldName> names no field of ${object.name}: ${name}`);
  if (field.formula !== undefined || field.type === 'address' || field.idList !== undefined)
    throw new SourceProblem(`${object.name}.${field.name} cannot be compared: it is computed`);
  return field.name;
}
