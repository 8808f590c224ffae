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
}

export interface ConnectedApps {
  find(clientId: string): ConnectedApp | undefined;
}

export function createConnectedApps(apps: readonly ConnectedApp[]): ConnectedApps {
  const byId = new Map(apps.map((app) => [app.clientId, app]));
  return { find: (clientId) => byId.get(clientId) };
}
