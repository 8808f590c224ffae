import type { Realm } from '../../realm.ts';
import { ApexException, PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';
import { given, type Int, type Text } from '../language/arguments.ts';
import { plainException } from '../language/exception-types.ts';

/** Code that is called by names known only at run time. */
const callableType = platformType({
  name: 'Callable',
  kind: 'interface',
  members: { 'Object call(String action, Map<String, Object> args)': null },
});

/**
 * What pages are told of a failure. Its message for Apex is that of any exception that was thrown on purpose; the text
 * given to it is for the page.
 */
const auraHandledExceptionType = platformType({
  ...plainException('AuraHandledException'),
  members: {
    ...plainException('AuraHandledException').members,
    'new(String message)': () => new ApexException('AuraHandledException'),
  },
});

type Version = PlatformObject<{ readonly parts: readonly [number, number, number | null] }>;

function version(_realm: Realm, _self: null, major: Int, minor: Int, patch: Int = null): Version {
  return new PlatformObject('Version', { parts: [given(major), given(minor), patch] });
}

const versionType = platformType({
  name: 'Version',
  members: {
    'new(Integer major, Integer minor)': version,
    'new(Integer major, Integer minor, Integer patch)': version,
    'Integer major()': (_realm: Realm, self: Version) => self.state.parts[0],
    'Integer minor()': (_realm: Realm, self: Version) => self.state.parts[1],
    'Integer patch()': (_realm: Realm, self: Version) => self.state.parts[2],
    'Integer compareTo(Version other)': (_realm: Realm, self: Version, other: Version | null) => {
      const theirs = given(other).state.parts;
      const differences = self.state.parts.map((part, index) => (part ?? 0) - (theirs[index] ?? 0));
      return Math.sign(differences.find((difference) => difference !== 0) ?? 0);
    },
  },
});

const collatorType = platformType({
  name: 'Collator',
  implements: ['Comparator<String>'],
  members: {
    /** In the order of the running user's language, which is English in this org. */
    'static Collator getInstance()': () => new PlatformObject('Collator', {}),
    'Integer compare(String first, String second)': (
      _realm: Realm,
      _self: PlatformObject,
      first: Text,
      second: Text,
    ) => Math.sign((first ?? '').localeCompare(second ?? '', 'en-US')),
  },
});

export const smallTypes = [callableType, auraHandledExceptionType, versionType, collatorType];
