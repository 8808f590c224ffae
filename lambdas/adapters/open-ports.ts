import type { HttpTransport } from '#ports/http-transport.ts';
import type { Ports } from '#ports/ports.ts';
import type { Config, Settings, SqliteStores } from '../config.ts';
import {
  type LocalStorePorts,
  type OpenOptions,
  openStores,
  type StorePorts,
  storesKey,
} from './open-stores.ts';
import { createFetchTransport } from './salesforce/fetch-transport.ts';
import { SALESFORCE_LOGIN_HOSTS } from './salesforce/hosts.ts';
import { createSalesforceOrgs } from './salesforce/salesforce-orgs.ts';

export type OpenedPorts = Ports & Pick<StorePorts, 'close'>;
export type LocalPorts = OpenedPorts & Pick<LocalStorePorts, 'consumers'>;

export interface OpenPortsOptions extends OpenOptions {
  /** How Salesforce is reached; sockets by default. */
  readonly transport?: HttpTransport;
}

const opened = new Map<string, Promise<OpenedPorts>>();

/**
 * Everything a function may need, opened once per process: sessions at Salesforce outlive an invocation. Another call
 * with the same stores answers the same ports, until they are closed; the options of the first call count.
 *
 * A function that must not load the Salesforce client uses `openStores`.
 */
export function openPorts(
  config: Settings & SqliteStores,
  options?: OpenPortsOptions,
): Promise<LocalPorts>;
export function openPorts(config: Config, options?: OpenPortsOptions): Promise<OpenedPorts>;
export function openPorts(config: Config, options: OpenPortsOptions = {}): Promise<OpenedPorts> {
  const key = storesKey(config);
  const known = opened.get(key);
  if (known !== undefined) return known;
  const ports = open(config, options, () => opened.delete(key));
  opened.set(key, ports);
  ports.catch(() => opened.delete(key));
  return ports;
}

async function open(
  config: Config,
  options: OpenPortsOptions,
  onClose: () => void,
): Promise<OpenedPorts> {
  const stores = await openStores(config, options);
  const { secrets, clock, random, telemetry, usage } = stores;
  const transport = options.transport ?? createFetchTransport();
  // On Lambda a function has the share of one processor that its memory brings: there is no second to be kept at work.
  const pageThread =
    config.mode === 'sqlite' && !options.transport ? await pageThreadOf() : undefined;
  const loginHosts = [...SALESFORCE_LOGIN_HOSTS, ...(config.loginHosts ?? [])];
  return {
    ...stores,
    salesforce: createSalesforceOrgs({
      transport,
      secrets,
      clock,
      random,
      telemetry,
      usage,
      loginHosts,
      pageParser: pageThread,
    }),
    close: async () => {
      onClose();
      await pageThread?.close();
      await stores.close();
    },
  };
}

/** Loaded where it is used only: functions on AWS leave it out. */
async function pageThreadOf() {
  const { PageThread } = await import('./salesforce/page-thread.ts');
  return new PageThread();
}
