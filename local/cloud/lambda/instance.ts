import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { json } from 'node:stream/consumers';

export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  /** `file.export` */
  readonly handler: string;
  /** Folder of the bundle. */
  readonly taskRoot: string;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Asked when a copy starts. */
  readonly moreEnvironment: () => Readonly<Record<string, string>>;
  /** Told of every line that the function writes. */
  readonly onLine: (line: string) => void;
  /** Told of every invocation that was answered. */
  readonly onInvoked: (invoked: Invoked) => void;
}

/** What an invocation took. */
export interface Invoked {
  readonly elapsedMs: number;
  /** Of the processor, user and system. */
  readonly cpuMs: number;
}

/** What a function threw, or why it could not answer. */
class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly aheadMs: number;
  readonly begunMs: number;
  readonly settle: (result: unknown, error?: Error) => void;
}

const BOOTSTRAP = join(import.meta.dirname, 'bootstrap.mjs');

/**
 * One running copy of a function: a process of its own that speaks the Runtime API. It takes one invocation at a time,
 * keeps its memory between them, and dies when it overruns its time.
 */
export class Instance {
  readonly #settings: FunctionSettings;
  readonly #server: Server;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #waiting: ServerResponse | undefined;
  #current: Invocation | undefined;
  #given = false;
  #initError: string | undefined;
  alive = true;

  static async start(settings: FunctionSettings): Promise<Instance> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Instance(settings, server);
  }

  private constructor(settings: FunctionSettings, server: Server) {
    this.#settings = settings;
    this.#server = server;
    server.keepAliveTimeout = 0;
    server.on('request', (request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.#child = this.#spawn((server.address() as AddressInfo).port);
    this.#ended = once(this.#child, 'exit').then(
      () => this.#end(),
      (error: unknown) => {
        this.#initError = `${settings.name} could not be started: ${String(error)}`;
        this.#end();
      },
    );
  }

  get idle(): boolean {
    return this.alive && this.#current === undefined;
  }

  /** @throws FunctionError when the function throws, overruns its time or cannot start */
  invoke(event: unknown, aheadMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const overrun = setTimeout(() => this.#child.kill('SIGKILL'), this.#settings.timeoutMs);
      this.#current = {
        id: randomUUID(),
        event,
        aheadMs,
        begunMs: performance.now(),
        settle: (result, error) => {
          clearTimeout(overrun);
          this.#current = undefined;
          this.#given = false;
          if (error === undefined) resolve(result);
          else reject(error);
        },
      };
      this.#give();
    });
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #spawn(port: number): ChildProcess {
    const { name, handler, taskRoot, environment, moreEnvironment, onLine } = this.#settings;
    const child = spawn(process.execPath, [BOOTSTRAP], {
      cwd: taskRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...environment,
        ...moreEnvironment(),
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        _HANDLER: handler,
        LAMBDA_TASK_ROOT: taskRoot,
        AWS_LAMBDA_FUNCTION_NAME: name,
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      });
    }
    return child;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (path.endsWith('/invocation/next')) {
      this.#waiting = response;
      this.#give();
      return;
    }
    const body = (await json(request)) as { errorType?: string; errorMessage?: string } | null;
    response.writeHead(202).end();
    const said = () =>
      new FunctionError(`${this.#settings.name}: ${body?.errorType}: ${body?.errorMessage}`);
    if (path.endsWith('/init/error')) this.#initError = said().message;
    else if (path.endsWith('/error')) this.#current?.settle(undefined, said());
    else this.#settle(body, Number(request.headers['x-cpu-ms'] ?? 0));
  }

  #settle(result: unknown, cpuMs: number): void {
    if (this.#current === undefined) return;
    this.#settings.onInvoked({ elapsedMs: performance.now() - this.#current.begunMs, cpuMs });
    this.#current.settle(result);
  }

  #give(): void {
    const { arn, timeoutMs } = this.#settings;
    const [response, invocation] = [this.#waiting, this.#current];
    if (response === undefined || invocation === undefined || this.#given) return;
    this.#waiting = undefined;
    this.#given = true;
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.id,
      'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
      'lambda-runtime-invoked-function-arn': arn,
      'x-clock-ahead-ms': String(invocation.aheadMs),
    });
    response.end(JSON.stringify(invocation.event));
  }

  #end(): void {
    this.alive = false;
    this.#server.closeAllConnections();
    this.#server.close();
    const why = this.#initError ?? `${this.#settings.name} ended without an answer.`;
    this.#current?.settle(undefined, new FunctionError(why));
  }
}
