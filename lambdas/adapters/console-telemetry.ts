import type { LogFields, Telemetry } from '#ports/telemetry.ts';

export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

const ORDER: readonly LogLevel[] = ['DEBUG', 'INFO', 'WARN', 'ERROR'];

export interface ConsoleTelemetryOptions {
  readonly level: LogLevel;
  /** ms since the epoch */
  readonly now: () => number;
  /** Takes a line with its line end; standard error by default, as standard output belongs to whoever runs us. */
  readonly write?: (line: string) => void;
}

/** Logs as one JSON object a line. Metrics are lines of level DEBUG. */
export class ConsoleTelemetry implements Telemetry {
  readonly #options: ConsoleTelemetryOptions;
  readonly #write: (line: string) => void;

  constructor(options: ConsoleTelemetryOptions) {
    this.#options = options;
    this.#write = options.write ?? ((line) => void process.stderr.write(line));
  }

  info(message: string, fields?: LogFields): void {
    this.#log('INFO', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#log('WARN', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#log('ERROR', message, fields);
  }

  metric(name: string, value: number, fields: LogFields = {}): void {
    this.#log('DEBUG', 'Metric', { ...fields, name, value });
  }

  #log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (ORDER.indexOf(level) < ORDER.indexOf(this.#options.level)) return;
    const head = { timestamp: new Date(this.#options.now()).toISOString(), level, message };
    // First, so that lines read well; last again, so that no field poses as one of them.
    this.#write(`${JSON.stringify({ ...head, ...fields, ...head })}\n`);
  }
}
