import { createTransport, type Transporter } from 'nodemailer';
import type { OrgId } from '#core/ids.ts';
import type { Notifier } from '#ports/notifier.ts';
import type { Telemetry } from '#ports/telemetry.ts';
import type { SmtpSettings } from '../config.ts';

/** A sweep has 55 s; a mail server that hangs must not take them all. */
const CONNECT_TIMEOUT_MS = 10_000;
const SILENCE_TIMEOUT_MS = 15_000;
const SUBJECT_MAX_LENGTH = 200;

/** Notices by e-mail, one message and connection each: there are a handful a day. */
export class SmtpNotifier implements Notifier {
  readonly #transport: Transporter;
  readonly #settings: SmtpSettings;
  readonly #telemetry: Telemetry;

  /** @param trustedCertificate PEM of an authority to trust in place of the usual ones */
  constructor(settings: SmtpSettings, telemetry: Telemetry, trustedCertificate?: string) {
    const { host, port, security, user, password } = settings;
    this.#settings = settings;
    this.#telemetry = telemetry;
    this.#transport = createTransport({
      host,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
      ...(trustedCertificate !== undefined && { tls: { ca: trustedCertificate } }),
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async notify(orgId: OrgId, subject: string, text: string): Promise<void> {
    const { from, to } = this.#settings;
    try {
      await this.#transport.sendMail({
        from,
        to: [...to],
        // An org's name may stand in it: no line of it may become a header.
        subject: subject.replaceAll(/\s+/g, ' ').slice(0, SUBJECT_MAX_LENGTH),
        text,
        // Asks vacation responders not to answer (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      this.#telemetry.info('AdminNotified', { orgId, subject });
    } catch (error) {
      this.#telemetry.error('AdminNotNotified', { orgId, subject, text, reason: reasonOf(error) });
    }
  }
}

/** Codes only: what servers say may quote what they were sent. */
function reasonOf(error: unknown): string {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const parts = [code, responseCode].filter((part) => /^[A-Z0-9_]{1,40}$/.test(String(part)));
  return `The mail server did not take it: ${parts.join(' ') || 'no reason given'}.`;
}
