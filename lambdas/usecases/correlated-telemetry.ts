import type { LogFields, Telemetry } from '#ports/telemetry.ts';

/** Telemetry whose every line and measure carries the fields: the `webhookId` of the notice that is dealt with. */
export function correlatedTelemetry(telemetry: Telemetry, fields: LogFields): Telemetry {
  return {
    info: (message, more) => telemetry.info(message, { ...fields, ...more }),
    warn: (message, more) => telemetry.warn(message, { ...fields, ...more }),
    error: (message, more) => telemetry.error(message, { ...fields, ...more }),
    metric: (name, value, more) => telemetry.metric(name, value, { ...fields, ...more }),
  };
}
