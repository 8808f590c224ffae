import type { Clock } from '#ports/clock.ts';
import type { Notifier } from '#ports/notifier.ts';
import type { Ports } from '#ports/ports.ts';
import type { Random } from '#ports/random.ts';
import type { Telemetry } from '#ports/telemetry.ts';
import type { AwsStores, Settings, SqliteStores } from '../config.ts';
import { LogNotifier } from './log-notifier.ts';
import type { SqliteStorePorts } from './sqlite/open-sqlite-stores.ts';
import { systemClock } from './system-clock.ts';
import { SystemRandom } from './system-random.ts';

/** Everything but Salesforce: what a function needs that must not load its client. */
export type StorePorts = Omit<Ports, 'salesforce'> & {
  /** Gives up connections and files. Nothing may be called afterwards. */
  close(): Promise<void>;
};

/** On one machine the queues are consumed in this process too. */
export type LocalStorePorts = StorePorts & Pick<SqliteStorePorts, 'consumers'>;

/** What stands in for the machine's clock, randomness and log. */
export interface OpenOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly telemetry?: Telemetry;
  readonly notifier?: Notifier;
}

type StoresConfig = Pick<Settings, 'functionName' | 'logLevel'> & (SqliteStores | AwsStores);
type LocalConfig = Pick<Settings, 'functionName' | 'logLevel'> & SqliteStores;

const opened = new Map<string, Promise<StorePorts>>();

/**
 * Opens the stores of a configuration, once per process: another call with the same stores answers the same ports,
 * until they are closed. The options of the first call count.
 */
export function openStores(config: LocalConfig, options?: OpenOptions): Promise<LocalStorePorts>;
export function openStores(config: StoresConfig, options?: OpenOptions): Promise<StorePorts>;
export function openStores(config: StoresConfig, options: OpenOptions = {}): Promise<StorePorts> {
  const key = storesKey(config);
  const known = opened.get(key);
  if (known !== undefined) return known;
  const ports = open(config, options, () => opened.delete(key));
  opened.set(key, ports);
  // A failed start may be tried again.
  ports.catch(() => opened.delete(key));
  return ports;
}

/** Equal for configurations of the same stores, whichever function they are of. */
export function storesKey(config: SqliteStores | AwsStores): string {
  return config.mode === 'sqlite' ? `sqlite ${config.dataDir}` : JSON.stringify(config);
}

async function open(
  config: StoresConfig,
  options: OpenOptions,
  onClose: () => void,
): Promise<StorePorts> {
  const { clock = systemClock, random = new SystemRandom() } = options;
  const telemetry = options.telemetry ?? (await openTelemetry(config, clock));
  const stores = await openStoresOf(config, { clock, random, telemetry });
  const ownNotifier =
    'notifier' in stores ? stores.notifier : await openLocalNotifier(config, telemetry);
  return {
    ...stores,
    notifier: options.notifier ?? ownNotifier,
    clock,
    random,
    telemetry,
    close: async () => {
      onClose();
      await stores.close();
    },
  };
}

/** Imported only when wanted: a Lambda function loads no database, one machine no AWS SDK. */
async function openStoresOf(
  config: StoresConfig,
  world: Pick<Ports, 'clock' | 'random' | 'telemetry'>,
) {
  if (config.mode === 'sqlite') {
    const { openSqliteStores } = await import('./sqlite/open-sqlite-stores.ts');
    return openSqliteStores(config.dataDir, world.clock);
  }
  const { openAwsStores } = await import('./aws/open-aws-stores.ts');
  return openAwsStores(config, world);
}

/** E-mail where a mail server is configured, else the log. */
async function openLocalNotifier(config: StoresConfig, telemetry: Telemetry): Promise<Notifier> {
  if (config.mode !== 'sqlite' || config.smtp === undefined) return new LogNotifier(telemetry);
  const { SmtpNotifier } = await import('./smtp-notifier.ts');
  return new SmtpNotifier(config.smtp, telemetry);
}

async function openTelemetry(
  { mode, logLevel, functionName }: StoresConfig,
  clock: Clock,
): Promise<Telemetry> {
  if (mode === 'sqlite') {
    const { ConsoleTelemetry } = await import('./console-telemetry.ts');
    return new ConsoleTelemetry({ level: logLevel, now: () => clock.now() });
  }
  const { PowertoolsTelemetry } = await import('./aws/powertools-telemetry.ts');
  return new PowertoolsTelemetry(logLevel, functionName);
}
