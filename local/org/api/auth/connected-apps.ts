import type { ClientAppSource } from '../../schema/source/read-client-app.ts';

/** A client that may ask for tokens, as an admin sets it up. */
export interface ConnectedApp {
  readonly clientId: string;
  /** PEM of the public key or certificate that JWT assertions are checked with. */
  readonly publicKeyPem?: string;
  readonly clientSecret?: string;
  /** The user the client-credentials flow runs as. */
  readonly runAsUsername?: string;
  /** Where the web server flow may send the code. Without any, every loopback address is allowed. */
  readonly redirectUris?: readonly string[];
  /** Who needs no approval of his own: everybody, holders of permission sets by name, or nobody. Absent: everybody. */
  readonly approved?: 'everybody' | 'nobody' | { readonly holdersOf: readonly string[] };
}

export interface ConnectedApps {
  find(clientId: string): ConnectedApp | undefined;
}

/** @param deployed external client apps of deployed source, as of now */
export function createConnectedApps(
  apps: readonly ConnectedApp[],
  deployed: () => readonly ClientAppSource[],
): ConnectedApps {
  const byId = new Map(apps.map((app) => [app.clientId, app]));
  const findDeployed = (clientId: string): ConnectedApp | undefined =>
    deployed()
      .filter(({ consumerKey }) => consumerKey === clientId)
      .map(connectedApp)[0];
  return { find: (clientId) => byId.get(clientId) ?? findDeployed(clientId) };
}

function connectedApp(source: ClientAppSource): ConnectedApp {
  const { consumerKey, consumerSecret, certificate, callbackUrls, approvedBy } = source;
  return {
    clientId: consumerKey,
    redirectUris: callbackUrls,
    approved: approvedBy === undefined ? 'nobody' : { holdersOf: approvedBy },
    ...(consumerSecret !== undefined && { clientSecret: consumerSecret }),
    ...(certificate !== undefined && { publicKeyPem: certificate }),
  };
}
