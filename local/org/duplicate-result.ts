/** What a duplicate rule found for one record, as every API tells it in its own form. */
export interface DuplicateResult {
  /** Developer name of the rule that found them. */
  readonly rule: string;
  /** API name of the rule's object. */
  readonly object: string;
  /** Whether the same save goes through once its caller says that it may. */
  readonly allowSave: boolean;
  /** What the rule says to the user. */
  readonly message: string;
  /** Matching rules that found something. */
  readonly matches: readonly DuplicateMatches[];
}

export interface DuplicateMatches {
  /** Developer name. */
  readonly rule: string;
  /** API name of the records' object. */
  readonly object: string;
  /** 18 characters; at most 100. */
  readonly ids: readonly string[];
}

/** What the caller of a save says about duplicates (`DuplicateRuleHeader`, in every API). */
export interface DuplicateOptions {
  /** Saves in spite of a rule that alerts; a rule that blocks is not moved by it. */
  readonly allowSave: boolean;
  /** Rules that heed sharing compare with what the running user sees; otherwise with every record. */
  readonly runAsCurrentUser: boolean;
}

export const NO_DUPLICATE_OPTIONS: DuplicateOptions = { allowSave: false, runAsCurrentUser: false };

/** Of records that are the same to the letter, in percent. */
export const MATCH_CONFIDENCE = 100;

/** The standard rules are Salesforce's fuzzy ones, whatever finds the records here. */
export function matchEngineOf(matchingRule: string): 'FuzzyMatchEngine' | 'ExactMatchEngine' {
  return /^Standard_\w+_Match_Rule_v\d/.test(matchingRule)
    ? 'FuzzyMatchEngine'
    : 'ExactMatchEngine';
}
