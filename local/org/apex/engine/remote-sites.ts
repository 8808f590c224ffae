import { OrgError } from '../../errors.ts';
import type { RemoteSite } from '../../schema/metadata.ts';

/** What callouts ask of a Remote Site Setting; a path in its address is ignored, as Salesforce does. */
export type RemoteOrigin = Pick<RemoteSite, 'url' | 'isActive'>;

/** Which origins Apex may call, and where this machine finds them. */
export class RemoteSites {
  #allowed: ReadonlySet<string>;
  readonly #mapped: ReadonlyMap<string, string>;

  /** @param calloutMap origins as Apex calls them → origins (with an optional path prefix) where they are served */
  constructor(sites: readonly RemoteOrigin[], calloutMap: ReadonlyMap<string, string> = new Map()) {
    this.#allowed = allowedOrigins(sites);
    this.#mapped = new Map([...calloutMap].map(([from, to]) => [originOf(from), trimSlash(to)]));
  }

  replace(sites: readonly RemoteOrigin[]): void {
    this.#allowed = allowedOrigins(sites);
  }

  isAllowed(url: URL): boolean {
    return this.#allowed.has(url.origin);
  }

  /** Where the request really goes. */
  locate(url: URL): string {
    const target = this.#mapped.get(url.origin);
    return target === undefined ? url.href : `${target}${url.pathname}${url.search}`;
  }
}

function allowedOrigins(sites: readonly RemoteOrigin[]): ReadonlySet<string> {
  return new Set(sites.filter((site) => site.isActive).map((site) => originOf(site.url)));
}

function originOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new OrgError(
      'INVALID_URL',
      `'${url}' is no http or https address: write it like https://api.example.com`,
    );
  }
  return parsed.origin;
}

function trimSlash(url: string): string {
  originOf(url);
  return url.replace(/\/+$/, '');
}
