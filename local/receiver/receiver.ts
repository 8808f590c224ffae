import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handler as activity } from '../../lambdas/activity/handler.ts';
import { type LocalPorts, openPorts } from '../../lambdas/adapters/open-ports.ts';
import { handler as admin } from '../../lambdas/admin/handler.ts';
import { handler as bulk } from '../../lambdas/bulk/handler.ts';
import { loadConfig } from '../../lambdas/config.ts';
import { orgId } from '../../lambdas/core/ids.ts';
import { handler as gateway } from '../../lambdas/gateway/handler.ts';
import { handler as scheduled } from '../../lambdas/scheduler/handler.ts';
import { handler as worker } from '../../lambdas/worker/handler.ts';
import type { MovableScheduler } from '../scheduler.ts';
import { Cron } from './cron.ts';
import { Pump, type PumpedQueue, type SqsHandler } from './pump.ts';
import { schedulerClock } from './scheduler-clock.ts';
import { createReceiverServer } from './server.ts';

export interface ReceiverOptions {
  /** 0 picks a free one. Listens on 127.0.0.1 only. */
  readonly port: number;
  readonly scheduler: MovableScheduler;
  readonly onError: (error: unknown) => void;
}

/** What becomes known while the machine starts. */
export interface ReceiverSettings {
  /** Folder of the receiver's databases. */
  readonly dataDir: string;
  readonly pageDir: string;
  /** Version of the package that may be installed in the practice org, `04t…`. */
  readonly packageVersionId?: string | undefined;
  /** Folder of the package's source, to be deployed where no version is named. */
  readonly packageDir?: string | undefined;
  /** Where orgs may sign in besides Salesforce's own hosts: the practice org's origin. */
  readonly loginHost: string;
  /** What Apex calls, `https://host`. */
  readonly gatewayUrl: string;
  /** Opens `POST /__local/clock`. */
  readonly controlToken: string;
  /** Moves every other clock of this machine. */
  readonly advanceOthers: (seconds: number) => Promise<void>;
}

const FUNCTION_TIMEOUT_MS = 60_000;
const MAX_ADVANCE_SECONDS = 366 * 24 * 3600;

/**
 * The receiver on one machine: HTTP, queues and schedule drive the same exported handlers as on AWS. It listens before
 * it is told its settings; requests wait until then, so that nothing Apex sends meets a closed door.
 */
export class Receiver {
  readonly url: string;
  readonly #options: ReceiverOptions;
  readonly #server: Server;
  readonly #settings = Promise.withResolvers<ReceiverSettings>();
  readonly #ports = Promise.withResolvers<LocalPorts>();
  #stopWork: () => Promise<void> = async () => undefined;

  /** @throws NodeJS.ErrnoException EADDRINUSE … */
  static async listen(options: ReceiverOptions): Promise<Receiver> {
    let receiver: Receiver | undefined;
    const server = createReceiverServer({
      gateway,
      admin,
      scheduler: options.scheduler,
      extra: async (request, response) => (await receiver?.control(request, response)) ?? false,
      onError: options.onError,
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
    receiver = new Receiver(options, server);
    return receiver;
  }

  private constructor(options: ReceiverOptions, server: Server) {
    this.#options = options;
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Opens the stores and starts the queues and the schedule. */
  async start(settings: ReceiverSettings): Promise<void> {
    const { scheduler, onError } = this.#options;
    Object.assign(process.env, {
      RTS_MODE: 'sqlite',
      RTS_DATA_DIR: settings.dataDir,
      RTS_PAGE_DIR: settings.pageDir,
      RTS_GATEWAY_URL: settings.gatewayUrl,
      RTS_PUBLIC_URL: this.url,
      RTS_LOGIN_HOSTS: settings.loginHost,
      ...(settings.packageVersionId && { RTS_PACKAGE_VERSION_ID: settings.packageVersionId }),
      ...(settings.packageDir && { RTS_PACKAGE_DIR: settings.packageDir }),
      RTS_LOG_LEVEL: process.env['RTS_LOG_LEVEL'] ?? 'WARN',
    });
    const config = loadConfig('admin');
    if (config.mode !== 'sqlite')
      throw new Error('The receiver on one machine keeps its data in SQLite.');
    const ports = await openPorts(config, { clock: schedulerClock(scheduler) });
    const pump = (
      queue: PumpedQueue,
      handler: SqsHandler,
      batchSize: number,
      concurrency: number,
    ) =>
      new Pump({
        queue,
        handler,
        scheduler,
        batchSize,
        concurrency,
        timeoutMs: FUNCTION_TIMEOUT_MS,
        onError,
      });
    const pumps = [
      pump(ports.consumers.notices, worker, 10, 2),
      pump(ports.consumers.bulk, bulk, 1, 3),
      pump(ports.consumers.activities, activity, 10, 2),
    ];
    const cron = new Cron(scheduled, scheduler, onError);
    this.#stopWork = async () => {
      await Promise.all([cron.stop(), ...pumps.map((one) => one.stop())]);
    };
    this.#ports.resolve(ports);
    this.#settings.resolve(settings);
  }

  /** Lets `POST /v1/orgs` be called once with the code of this SHA-256 (hex), as a deployment does. */
  async addSetupCode(sha256: string): Promise<void> {
    await (await this.#ports.promise).keys.addSetupCode(sha256);
  }

  /** The Mixmax Token of a connected org. */
  async tokenOf(id: string): Promise<string> {
    const secrets = await (await this.#ports.promise).secrets.find(orgId(id));
    if (!secrets) throw new Error(`The org ${id} is not connected.`);
    return secrets.token;
  }

  /** Stops queues and schedule, waiting for what is under way; notices are still accepted. */
  async stopWork(): Promise<void> {
    await this.#stopWork();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await (await this.#ports.promise).close();
  }

  /** Holds requests until the receiver has started; answers the ones that exist on one machine only. */
  async control(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const settings = await this.#settings.promise;
    if (request.url !== '/__local/clock') return false;
    if (request.method !== 'POST' || !mayControl(request, settings.controlToken)) {
      response.writeHead(403).end();
      return true;
    }
    const seconds = await readSeconds(request);
    if (seconds === undefined) {
      response.writeHead(400).end(`advanceSeconds: a number from 0 to ${MAX_ADVANCE_SECONDS}.`);
      return true;
    }
    await settings.advanceOthers(seconds);
    await this.#options.scheduler.advance(seconds * 1000);
    response.writeHead(204).end();
    return true;
  }
}

function mayControl(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readSeconds(request: IncomingMessage): Promise<number | undefined> {
  let body = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    body += chunk.toString('utf8');
    if (body.length > 1000) return undefined;
  }
  try {
    const { advanceSeconds } = JSON.parse(body) as { advanceSeconds: unknown };
    const fits =
      typeof advanceSeconds === 'number' &&
      advanceSeconds >= 0 &&
      advanceSeconds <= MAX_ADVANCE_SECONDS;
    return fits ? advanceSeconds : undefined;
  } catch {
    return undefined;
  }
}
