import { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';
import { fail, given, type Text } from './arguments.ts';
import { javaRegex, javaReplacement, javaSplit } from './java-regex.ts';

interface PatternState {
  readonly pattern: string;
}

interface MatcherState {
  pattern: string;
  text: string;
  /** The part of the text that is searched, a half-open range. */
  region: { readonly from: number; readonly to: number };
  /** The last successful match; its indexes are those of the whole text. */
  match: Match | null;
  /** Where the next `find` begins. */
  next: number;
}

interface Match {
  readonly groups: readonly (string | undefined)[];
  /** Of the whole match and of each group; undefined for groups that took no part. */
  readonly ranges: readonly (readonly [number, number] | undefined)[];
}

type Pattern = PlatformObject<PatternState>;
type Matcher = PlatformObject<MatcherState>;

const NO_REGION = { from: 0, to: 0 };

function fullMatch(pattern: string, text: string): RegExpExecArray | null {
  const regex = javaRegex(pattern);
  return new RegExp(`(?:${regex.source})(?![^])`, matchFlags(regex, 'y')).exec(text);
}

/** Flags of a regex that tells where its groups matched. */
function matchFlags({ flags }: RegExp, sticky = ''): string {
  return `${flags.replace('g', '')}d${sticky}`;
}

function makeMatcher(pattern: string, text: string): Matcher {
  const state = { pattern, text, region: NO_REGION, match: null, next: 0 };
  return resetTo(new PlatformObject<MatcherState>('Matcher', state), 0, text.length);
}

/** Searches that part of the text from its start on. */
function resetTo(self: Matcher, from: number, to: number): Matcher {
  if (from < 0 || to > self.state.text.length || from > to) {
    return fail('StringException', `Region out of bounds: ${from}, ${to}`);
  }
  Object.assign(self.state, { region: { from, to }, match: null, next: from });
  return self;
}

export const patternType = platformType({
  name: 'Pattern',
  members: {
    'static Pattern compile(String regex)': (_realm: Realm, _self: null, regex: Text) => {
      javaRegex(given(regex));
      return new PlatformObject<PatternState>('Pattern', { pattern: given(regex) });
    },
    'static Boolean matches(String regex, String text)': (
      _realm: Realm,
      _self: null,
      regex: Text,
      text: Text,
    ) => fullMatch(given(regex), given(text)) !== null,
    'static String quote(String text)': (_realm: Realm, _self: null, text: Text) =>
      `\\Q${given(text)}\\E`,
    'Matcher matcher(String text)': (_realm: Realm, self: Pattern, text: Text) =>
      makeMatcher(self.state.pattern, given(text)),
    'String pattern()': (_realm: Realm, self: Pattern) => self.state.pattern,
    'List<String> split(String text)': (_realm: Realm, self: Pattern, text: Text) =>
      new ApexList('String', javaSplit(given(text), self.state.pattern, 0)),
    'List<String> split(String text, Integer limit)': (
      _realm: Realm,
      self: Pattern,
      text: Text,
      limit: number | null,
    ) => new ApexList('String', javaSplit(given(text), self.state.pattern, given(limit))),
  },
});

/**
 * The bounds of the region anchor `^` and `$`, and nothing looks beyond them: Java's defaults. What asks for something
 * else does not compile.
 */
function searched({ state: { text, region } }: Matcher): string {
  return text.slice(region.from, region.to);
}

/** Remembers the match with the indexes of the whole text. */
function remember(self: Matcher, found: RegExpExecArray | null): boolean {
  const { state } = self;
  const { from } = state.region;
  state.match = found && {
    groups: [...found],
    ranges: (found.indices ?? []).map((range) => range && [range[0] + from, range[1] + from]),
  };
  if (found === null) return false;
  const end = from + found.index + found[0].length;
  state.next = found[0] === '' ? end + 1 : end;
  return true;
}

function find(self: Matcher, from: number, sticky = ''): boolean {
  const { region, pattern } = self.state;
  if (from > region.to) return remember(self, null);
  const regex = javaRegex(pattern);
  const located = new RegExp(
    regex.source,
    sticky === '' ? `${regex.flags}d` : matchFlags(regex, sticky),
  );
  located.lastIndex = from - region.from;
  return remember(self, located.exec(searched(self)));
}

function current(self: Matcher): Match {
  return self.state.match ?? fail('StringException', 'No match found');
}

function rangeOf(self: Matcher, group: number): readonly [number, number] {
  const { ranges } = current(self);
  if (group < 0 || group >= ranges.length) {
    return fail('StringException', `No group ${group}`);
  }
  return ranges[group] ?? [-1, -1];
}

function replace(self: Matcher, replacement: Text, all: boolean): string {
  resetTo(self, 0, self.state.text.length);
  const regex = javaRegex(self.state.pattern);
  const once = all ? regex : new RegExp(regex.source, regex.flags.replace('g', ''));
  return self.state.text.replace(once, javaReplacement(given(replacement)));
}

export const matcherType = platformType({
  name: 'Matcher',
  members: {
    'static String quoteReplacement(String text)': (_realm: Realm, _self: null, text: Text) =>
      given(text).replace(/[\\$]/g, '\\$&'),
    'Pattern pattern()': (_realm: Realm, self: Matcher) =>
      new PlatformObject<PatternState>('Pattern', { pattern: self.state.pattern }),
    'Matcher usePattern(Pattern pattern)': (
      _realm: Realm,
      self: Matcher,
      pattern: Pattern | null,
    ) => {
      Object.assign(self.state, { pattern: given(pattern).state.pattern, match: null });
      return self;
    },
    'Boolean matches()': (_realm: Realm, self: Matcher) =>
      remember(self, fullMatch(self.state.pattern, searched(self))),
    'Boolean find()': (_realm: Realm, self: Matcher) => find(self, self.state.next),
    'Boolean find(Integer start)': (_realm: Realm, self: Matcher, start: number | null) =>
      find(resetTo(self, 0, self.state.text.length), given(start)),
    'Boolean lookingAt()': (_realm: Realm, self: Matcher) =>
      find(self, self.state.region.from, 'y'),
    'String group()': (_realm: Realm, self: Matcher) => current(self).groups[0] ?? null,
    'String group(Integer group)': (_realm: Realm, self: Matcher, group: number | null) => {
      rangeOf(self, given(group));
      return current(self).groups[given(group)] ?? null;
    },
    'Integer groupCount()': (_realm: Realm, self: Matcher) =>
      (new RegExp(`${javaRegex(self.state.pattern).source}|`, 'u').exec('')?.length ?? 1) - 1,
    'Integer start()': (_realm: Realm, self: Matcher) => rangeOf(self, 0)[0],
    'Integer start(Integer group)': (_realm: Realm, self: Matcher, group: number | null) =>
      rangeOf(self, given(group))[0],
    'Integer end()': (_realm: Realm, self: Matcher) => rangeOf(self, 0)[1],
    'Integer end(Integer group)': (_realm: Realm, self: Matcher, group: number | null) =>
      rangeOf(self, given(group))[1],
    'Matcher region(Integer start, Integer end)': (
      _realm: Realm,
      self: Matcher,
      start: number | null,
      end: number | null,
    ) => resetTo(self, given(start), given(end)),
    'Integer regionStart()': (_realm: Realm, self: Matcher) => self.state.region.from,
    'Integer regionEnd()': (_realm: Realm, self: Matcher) => self.state.region.to,
    'Boolean hasAnchoringBounds()': () => true,
    'Boolean hasTransparentBounds()': () => false,
    'String replaceAll(String replacement)': (_realm: Realm, self: Matcher, replacement: Text) =>
      replace(self, replacement, true),
    'String replaceFirst(String replacement)': (_realm: Realm, self: Matcher, replacement: Text) =>
      replace(self, replacement, false),
    'Matcher reset()': (_realm: Realm, self: Matcher) => resetTo(self, 0, self.state.text.length),
    'Matcher reset(String text)': (_realm: Realm, self: Matcher, text: Text) => {
      self.state.text = given(text);
      return resetTo(self, 0, self.state.text.length);
    },
  },
});
