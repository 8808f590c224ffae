import type { OrgId } from '#core/ids.ts';
import type { Notifier } from '#ports/notifier.ts';
import type { Telemetry } from '#ports/telemetry.ts';

/** Notices in the log, as warnings: where nobody subscribed to anything else. */
export class LogNotifier implements Notifier {
  readonly #telemetry: Telemetry;

  constructor(telemetry: Telemetry) {
    this.#telemetry = telemetry;
  }

  async notify(orgId: OrgId, subject: string, text: string): Promise<void> {
    this.#telemetry.warn('AdminNotified', { orgId, subject, text });
  }
}
