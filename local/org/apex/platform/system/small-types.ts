import type { Realm } from '../../realm.ts';
import { ApexException, PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';
import { fail, given, type Int, type Text } from '../language/arguments.ts';
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

type UrlObject = PlatformObject<{ readonly url: URL; readonly text: string }>;

function urlOf(_realm: Realm, _self: null, text: Text): UrlObject {
  const spec = given(text);
  if (!URL.canParse(spec)) return fail('StringException', `no protocol: ${spec}`);
  return new PlatformObject('URL', { url: new URL(spec), text: spec });
}

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http:', 80],
  ['https:', 443],
  ['ftp:', 21],
]);
const orNull = (text: string) => (text === '' ? null : text);

const urlType = platformType({
  name: 'URL',
  members: {
    'new(String spec)': urlOf,
    'String getProtocol()': (_realm: Realm, { state }: UrlObject) =>
      state.url.protocol.slice(0, -1),
    'String getHost()': (_realm: Realm, { state }: UrlObject) => state.url.hostname,
    'Integer getPort()': (_realm: Realm, { state }: UrlObject) =>
      state.url.port === '' ? -1 : Number(state.url.port),
    'Integer getDefaultPort()': (_realm: Realm, { state }: UrlObject) =>
      DEFAULT_PORTS.get(state.url.protocol) ?? -1,
    'String getAuthority()': (_realm: Realm, { state }: UrlObject) => state.url.host,
    'String getPath()': (_realm: Realm, { state }: UrlObject) => state.url.pathname,
    'String getQuery()': (_realm: Realm, { state }: UrlObject) => orNull(state.url.search.slice(1)),
    'String getRef()': (_realm: Realm, { state }: UrlObject) => orNull(state.url.hash.slice(1)),
    'String getFile()': (_realm: Realm, { state }: UrlObject) =>
      state.url.pathname + state.url.search,
    'String getUserInfo()': (_realm: Realm, { state: { url } }: UrlObject) =>
      orNull(url.password === '' ? url.username : `${url.username}:${url.password}`),
    'Boolean sameFile(URL other)': (_realm: Realm, { state }: UrlObject, other: UrlObject | null) =>
      state.url.href.replace(/#.*$/, '') === given(other).state.url.href.replace(/#.*$/, ''),
    'String toExternalForm()': (_realm: Realm, { state }: UrlObject) => state.text,
  },
});

export const smallTypes = [
  callableType,
  auraHandledExceptionType,
  versionType,
  collatorType,
  urlType,
];
