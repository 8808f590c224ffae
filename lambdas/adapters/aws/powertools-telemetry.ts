import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { LogFields, Telemetry } from '#ports/telemetry.ts';

const NAMESPACE = 'MixmaxRts';

/**
 * Structured logs and metrics in CloudWatch's embedded format, both lines of the function's log. Every metric is
 * written at once: what a killed invocation measured is not lost with it.
 */
export class PowertoolsTelemetry implements Telemetry {
  readonly #logger: Logger;
  readonly #metrics: Metrics;

  /** @param serviceName the function; the only dimension, as CloudWatch bills each combination of them */
  constructor(logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR', serviceName: string) {
    this.#logger = new Logger({ logLevel, serviceName });
    this.#metrics = new Metrics({ namespace: NAMESPACE, serviceName });
  }

  info(message: string, fields: LogFields = {}): void {
    this.#logger.info(message, fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#logger.warn(message, fields);
  }

  error(message: string, fields: LogFields = {}): void {
    this.#logger.error(message, fields);
  }

  metric(name: string, value: number, fields: LogFields = {}): void {
    const single = this.#metrics.singleMetric();
    for (const [field, text] of Object.entries(fields)) {
      if (text !== undefined) single.addMetadata(field, String(text));
    }
    single.addMetric(name, MetricUnit.Count, value);
  }
}
