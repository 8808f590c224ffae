import { buildId } from '../../schema/ids.ts';
import type { RemoteSite } from '../../schema/metadata.ts';
import type { DocumentStore } from '../../store/record-store.ts';
import type { ToolingRow, ToolingSource } from './tooling-data.ts';
import { remoteProxy } from './tooling-objects.ts';

interface RemoteSiteDeps {
  /** Keeps the ids of what has no row of its own. */
  readonly documents: DocumentStore;
  readonly remoteSites: () => readonly RemoteSite[];
  /** When source was last deployed, milliseconds since the epoch. */
  readonly deployedAtMs: () => number;
  /** Stamps the rows; 18 characters. */
  readonly userId: string;
}

/** Remote site settings, from deployed metadata. */
export function remoteSiteSource(deps: RemoteSiteDeps): ToolingSource {
  return {
    objects: [remoteProxy],
    version: deps.remoteSites,
    rows: () => deps.remoteSites().map((site) => remoteProxyRow(site, deps)),
  };
}

function remoteProxyRow(site: RemoteSite, deps: RemoteSiteDeps): ToolingRow {
  const stamp = new Date(Math.floor(deps.deployedAtMs() / 1000) * 1000).toISOString();
  return {
    object: remoteProxy,
    values: {
      Id: stableId(deps.documents, site.name),
      SiteName: site.name,
      EndpointUrl: site.url,
      IsActive: site.isActive,
      DisableProtocolSecurity: site.disableProtocolSecurity,
      CreatedDate: stamp,
      CreatedById: deps.userId,
      LastModifiedDate: stamp,
      LastModifiedById: deps.userId,
      SystemModstamp: stamp,
    },
  };
}

function stableId(documents: DocumentStore, siteName: string): string {
  const known = documents.get('remoteProxyIds', siteName);
  if (typeof known === 'string') return known;
  const id = buildId(remoteProxy.keyPrefix, 'Dp0', documents.next('remoteProxyIds'));
  documents.put('remoteProxyIds', siteName, id);
  return id;
}
