/** Logs and metrics. Messages are constant texts; fields hold ids and numbers, never bodies, tokens, values or mail text. */
export interface Telemetry {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** PascalCase noun, e.g. `NoticesAccepted`. `fields` stand beside the measure in its log line, and are no dimensions. */
  metric(name: string, value: number, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
