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
  readonly pattern: string;
  text: string;
  /** The last successful match. */
  match: RegExpExecArray | null;
  /** Where the next `find` begins. */
  next: number;
}

type Pattern = PlatformObject<PatternState>;
type Matcher = PlatformObject<MatcherState>;

function fullMatch(pattern: string, text: string): RegExpExecArray | null {
  const regex = javaRegex(pattern);
  return new RegExp(`^(?:${regex.source})$`, regex.flags.replace('g', '')).exec(text);
}

function makeMatcher(pattern: string, text: string): Matcher {
  return new PlatformObject<MatcherState>('Matcher', { pattern, text, match: null, next: 0 });
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

function find(self: Matcher, from: number): boolean {
  const { state } = self;
  const regex = javaRegex(state.pattern);
  regex.lastIndex = from;
  state.match = from > state.text.length ? null : regex.exec(state.text);
  if (state.match === null) return false;
  const end = state.match.index + state.match[0].length;
  state.next = state.match[0] === '' ? end + 1 : end;
  return true;
}

function current(self: Matcher): RegExpExecArray {
  return self.state.match ?? fail('StringException', 'No match found');
}

function replace(self: Matcher, replacement: Text, all: boolean): string {
  const regex = javaRegex(self.state.pattern);
  const once = all ? regex : new RegExp(regex.source, regex.flags.replace('g', ''));
  return self.state.text.replace(once, javaReplacement(given(replacement)));
}

export const matcherType = platformType({
  name: 'Matcher',
  members: {
    'Boolean matches()': (_realm: Realm, self: Matcher) => {
      self.state.match = fullMatch(self.state.pattern, self.state.text);
      return self.state.match !== null;
    },
    'Boolean find()': (_realm: Realm, self: Matcher) => find(self, self.state.next),
    'Boolean find(Integer start)': (_realm: Realm, self: Matcher, start: number | null) =>
      find(self, given(start)),
    'Boolean lookingAt()': (_realm: Realm, self: Matcher) =>
      find(self, 0) && self.state.match?.index === 0,
    'String group()': (_realm: Realm, self: Matcher) => current(self)[0],
    'String group(Integer group)': (_realm: Realm, self: Matcher, group: number | null) =>
      current(self)[given(group)] ?? null,
    'Integer groupCount()': (_realm: Realm, self: Matcher) =>
      (new RegExp(`${javaRegex(self.state.pattern).source}|`, 'u').exec('')?.length ?? 1) - 1,
    'Integer start()': (_realm: Realm, self: Matcher) => current(self).index,
    'Integer end()': (_realm: Realm, self: Matcher) => {
      const match = current(self);
      return match.index + match[0].length;
    },
    'Boolean hitEnd()': (_realm: Realm, self: Matcher) =>
      self.state.match === null || self.state.next >= self.state.text.length,
    'String replaceAll(String replacement)': (_realm: Realm, self: Matcher, replacement: Text) =>
      replace(self, replacement, true),
    'String replaceFirst(String replacement)': (_realm: Realm, self: Matcher, replacement: Text) =>
      replace(self, replacement, false),
    'Matcher reset()': (_realm: Realm, self: Matcher) => {
      self.state.match = null;
      self.state.next = 0;
      return self;
    },
    'Matcher reset(String text)': (_realm: Realm, self: Matcher, text: Text) => {
      Object.assign(self.state, { text: given(text), match: null, next: 0 });
      return self;
    },
  },
});
