import { buildId } from '../../schema/ids.ts';
import type { RemoteSite } from '../../schema/metadata.ts';
import { OrgSchema } from '../../schema/org-schema.ts';
import type { Schema } from '../../schema/schema.ts';
import type { SoqlEngine } from '../../soql/soql.ts';
import { createSoqlEngine } from '../../soql/soql-engine.ts';
import { Database } from '../../store/database.ts';
import type { DocumentStore } from '../../store/record-store.ts';
import { Rows } from '../../store/rows.ts';
import { migrateTable, tableName } from '../../store/tables.ts';
import { remoteProxy, TOOLING_OBJECTS } from './tooling-objects.ts';

export interface ToolingData {
  readonly schema: Schema;
  /** Rows as of now. */
  readonly soql: SoqlEngine;
}

export interface ToolingDataDeps {
  /** Keeps the ids of what has no row of its own. */
  readonly documents: DocumentStore;
  readonly remoteSites: () => readonly RemoteSite[];
  readonly now: () => number;
  /** When source was last deployed, milliseconds since the epoch. */
  readonly deployedAtMs: () => number;
  /** Stamps the rows; 18 characters. */
  readonly userId: string;
}

/** Opens what only the Tooling API shows: a small database in memory, filled from deployed metadata when asked. */
export function openToolingData(deps: ToolingDataDeps): () => ToolingData {
  const schema = new OrgSchema(TOOLING_OBJECTS);
  const database = new Database(':memory:', { now: deps.now });
  for (const object of TOOLING_OBJECTS) migrateTable(database, object);
  const data: ToolingData = { schema, soql: createSoqlEngine({ schema, database }) };
  const rows = new Rows(database, schema);
  let filledFor: readonly RemoteSite[] | undefined;

  return () => {
    const sites = deps.remoteSites();
    if (sites !== filledFor) {
      filledFor = sites;
      database.run(`DELETE FROM ${tableName(remoteProxy.name)}`);
      for (const site of sites) rows.insert(remoteProxy, remoteProxyRow(site, deps));
    }
    return data;
  };
}

function remoteProxyRow(site: RemoteSite, deps: ToolingDataDeps) {
  const stamp = new Date(Math.floor(deps.deployedAtMs() / 1000) * 1000).toISOString();
  return {
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
  };
}

function stableId(documents: DocumentStore, siteName: string): string {
  const known = documents.get('remoteProxyIds', siteName);
  if (typeof known === 'string') return known;
  const id = buildId(remoteProxy.keyPrefix, 'Dp0', documents.next('remoteProxyIds'));
  documents.put('remoteProxyIds', siteName, id);
  return id;
}
