import { ApexMap } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import type { SObjectValue } from '../../sobject.ts';
import { type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformType, platformType } from '../definition.ts';
import { fail, given, type Text } from '../language/arguments.ts';

/** Finds keys in any case, and keeps them as they were put first. */
class ParameterMap extends ApexMap {
  readonly #spellings = new Map<string, string>();

  #spelled(key: ApexValue): ApexValue {
    return typeof key === 'string' ? (this.#spellings.get(key.toLowerCase()) ?? key) : key;
  }

  override has(key: ApexValue): boolean {
    return super.has(this.#spelled(key));
  }

  override get(key: ApexValue): ApexValue {
    return super.get(this.#spelled(key));
  }

  override put(key: ApexValue, value: ApexValue): ApexValue {
    const spelled = this.#spelled(key);
    if (typeof spelled === 'string') this.#spellings.set(spelled.toLowerCase(), spelled);
    return super.put(spelled, value);
  }

  override remove(key: ApexValue): ApexValue {
    return super.remove(this.#spelled(key));
  }
}

interface PageState {
  /** Without query and anchor. */
  readonly path: string;
  readonly parameters: ApexMap;
  readonly headers: ApexMap;
  anchor: string | null;
  redirect: boolean | null;
}

type PageReference = PlatformObject<PageState>;

function pageOf(address: string): PageReference {
  const [, path = '', query = '', anchor] =
    /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(address) ?? [];
  const parameters = new ParameterMap('String', 'String');
  for (const [name, value] of new URLSearchParams(query)) parameters.put(name, value);
  return new PlatformObject<PageState>('PageReference', {
    path,
    parameters,
    headers: new ApexMap('String', 'String'),
    anchor: anchor ?? null,
    redirect: null,
  });
}

function urlOf({ path, parameters, anchor }: PageState): string {
  const query = new URLSearchParams(
    [...parameters].map(([name, value]): [string, string] => [String(name), String(value ?? '')]),
  ).toString();
  const hash = anchor === null || anchor === '' ? '' : `#${anchor}`;
  return path + (query === '' ? '' : `?${query}`) + hash;
}

/** The page that `Test.setCurrentPage` named; nothing else runs on a page in this org. */
const currentPages = new WeakMap<Realm, PageReference>();

export function currentPage(realm: Realm): ApexValue {
  return currentPages.get(realm) ?? null;
}

export function setCurrentPage(realm: Realm, _self: null, page: PageReference | null): null {
  if (!realm.isTest) return fail('TypeException', 'Only a test sets the current page');
  currentPages.set(realm, given(page));
  return null;
}

/** An address with its parameters. What a page would show (`getContent`) and cookies are absent. */
const pageReferenceType = platformType({
  name: 'PageReference',
  members: {
    'new(String address)': (_realm: Realm, _self: null, address: Text) => pageOf(given(address)),
    'new(SObject record)': (_realm: Realm, _self: null, record: SObjectValue | null) =>
      pageOf(`/${given(given(record).id)}`),
    'String getUrl()': (_realm: Realm, { state }: PageReference) => urlOf(state),
    'Map<String, String> getParameters()': (_realm: Realm, { state }: PageReference) =>
      state.parameters,
    'Map<String, String> getHeaders()': (_realm: Realm, { state }: PageReference) => state.headers,
    'String getAnchor()': (_realm: Realm, { state }: PageReference) => state.anchor,
    'PageReference setAnchor(String anchor)': (
      _realm: Realm,
      self: PageReference,
      anchor: Text,
    ) => {
      self.state.anchor = anchor;
      return self;
    },
    'Boolean getRedirect()': (_realm: Realm, { state }: PageReference) => state.redirect,
    'PageReference setRedirect(Boolean redirect)': (
      _realm: Realm,
      self: PageReference,
      redirect: boolean | null,
    ) => {
      self.state.redirect = redirect;
      return self;
    },
    'String toString()': (_realm: Realm, { state }: PageReference) =>
      `System.PageReference[${urlOf(state)}]`,
  },
});

/** What runs on no page may ask of pages. */
export const pageTypes: readonly PlatformType[] = [
  pageReferenceType,
  platformType({
    name: 'ApexPages',
    members: { 'static PageReference currentPage()': currentPage },
  }),
];
