import type { Realm } from '../../realm.ts';
import { PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';
import { fail, given, type Int, type Text } from '../language/arguments.ts';

type UrlObject = PlatformObject<{ readonly url: URL; readonly text: string }>;

/** @param base what a relative address is relative to */
function parseUrl(spec: string, base?: URL): UrlObject {
  if (!URL.canParse(spec, base?.href)) return fail('StringException', `no protocol: ${spec}`);
  const url = new URL(spec, base);
  return new PlatformObject('URL', { url, text: base === undefined ? spec : url.href });
}

function urlOfParts(protocol: Text, host: Text, port: Int, file: Text): UrlObject {
  const place = port === null || port === -1 ? given(host) : `${given(host)}:${port}`;
  return parseUrl(`${given(protocol)}://${place}${given(file)}`);
}

const orgUrl = (realm: Realm): UrlObject => parseUrl(realm.system.instanceUrl);

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http:', 80],
  ['https:', 443],
  ['ftp:', 21],
]);
const orNull = (text: string) => (text === '' ? null : text);

/** An address, and the org's own. What has no request of a browser behind it (`getCurrentRequestUrl`) is absent. */
export const urlType = platformType({
  name: 'URL',
  members: {
    'new(String spec)': (_realm: Realm, _self: null, spec: Text) => parseUrl(given(spec)),
    'new(URL context, String spec)': (
      _realm: Realm,
      _self: null,
      context: UrlObject | null,
      spec: Text,
    ) => parseUrl(given(spec), given(context).state.url),
    'new(String protocol, String host, String file)': (
      _realm: Realm,
      _self: null,
      protocol: Text,
      host: Text,
      file: Text,
    ) => urlOfParts(protocol, host, null, file),
    'new(String protocol, String host, Integer port, String file)': (
      _realm: Realm,
      _self: null,
      protocol: Text,
      host: Text,
      port: Int,
      file: Text,
    ) => urlOfParts(protocol, host, port, file),
    'static URL getOrgDomainUrl()': orgUrl,
    'static URL getSalesforceBaseUrl()': orgUrl,
    'String toString()': (_realm: Realm, { state }: UrlObject) =>
      `System.Url[delegate=${state.text}]`,
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
