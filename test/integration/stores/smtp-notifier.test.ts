import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { openStores } from '#adapters/open-stores.ts';
import { SmtpNotifier } from '#adapters/smtp-notifier.ts';
import { loadConfig, type SmtpSettings } from '../../../lambdas/config.ts';
import { serverCertificate } from '../../../scripts/certificates/self-signed.ts';
import { freshOrgId } from '../../support/salesforce-ids.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { RecordingTelemetry } from '../../support/test-receiver.ts';

const CERTIFICATE = serverCertificate(['127.0.0.1'], Date.now());
const PASSWORD = 'correct horse battery';

interface Received {
  readonly encrypted: boolean;
  readonly user: unknown;
  readonly from: string | undefined;
  readonly to: readonly string[];
  readonly message: string;
}

let server: SMTPServer | undefined;
afterEach(() => new Promise<void>((done) => (server ? server.close(done) : done())));

/** A mail server that lets `ada` in by her password. */
async function startMail(options: SMTPServerOptions): Promise<{ port: number; mails: Received[] }> {
  const mails: Received[] = [];
  server = new SMTPServer({
    ...CERTIFICATE,
    onAuth: ({ username, password }, _session, done) => {
      if (username === 'ada@x.example' && password === PASSWORD) done(null, { user: username });
      else done(new Error(`wrong password ${password}`));
    },
    onData: async (stream, session, done) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      const { mailFrom, rcptTo } = session.envelope;
      mails.push({
        encrypted: session.secure === true,
        user: session.user,
        from: mailFrom === false ? undefined : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        message: Buffer.concat(chunks).toString(),
      });
      done();
    },
    ...options,
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  return { port: (listening.address() as AddressInfo).port, mails };
}

const settings = (port: number, change: Partial<SmtpSettings> = {}): SmtpSettings => ({
  host: '127.0.0.1',
  port,
  security: 'starttls',
  user: 'ada@x.example',
  password: PASSWORD,
  from: 'rts@x.example',
  to: ['admin@x.example', 'ops@x.example'],
  ...change,
});

async function notify(given: SmtpSettings, trusted: string | undefined, subject = 'Waits') {
  const telemetry = new RecordingTelemetry();
  const notifier = new SmtpNotifier(given, telemetry, trusted);
  await notifier.notify(freshOrgId(), subject, 'Work goes on by itself.');
  return telemetry;
}

describe('notices by SMTP', () => {
  it.each([
    ['starttls', false],
    ['tls', true],
  ] as const)('reach every recipient, signed in and encrypted by %s', async (security, secure) => {
    const { port, mails } = await startMail({ secure });
    const telemetry = await notify(settings(port, { security }), CERTIFICATE.cert);
    expect(telemetry.lines).toMatchObject([{ level: 'info', message: 'AdminNotified' }]);
    expect(mails).toMatchObject([
      {
        encrypted: true,
        user: 'ada@x.example',
        from: 'rts@x.example',
        to: ['admin@x.example', 'ops@x.example'],
      },
    ]);
    expect(mails[0]?.message).toMatch(/^Subject: Waits$/m);
    expect(mails[0]?.message).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(mails[0]?.message).toContain('Work goes on by itself.');
  });

  it('let no line of a subject become a header', async () => {
    const { port, mails } = await startMail({});
    await notify(settings(port), CERTIFICATE.cert, 'Acme\r\nBcc: thief@x.example\r\n\r\nHello');
    expect(mails[0]?.to).toEqual(['admin@x.example', 'ops@x.example']);
    expect(mails[0]?.message).not.toMatch(/^Bcc:/m);
    expect(mails[0]?.message).toMatch(/^Subject: Acme Bcc: thief@x.example Hello$/m);
  });

  it('are not sent to a server that does not encrypt, or that nobody vouches for', async () => {
    const plain = await startMail({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    const refused = await notify(settings(plain.port), CERTIFICATE.cert);
    expect(refused.lines).toMatchObject([{ level: 'error', message: 'AdminNotNotified' }]);
    expect(plain.mails).toEqual([]);
    await new Promise<void>((done) => server?.close(done));

    const unknown = await startMail({});
    const untrusted = await notify(settings(unknown.port), undefined);
    expect(untrusted.lines).toMatchObject([{ level: 'error', message: 'AdminNotNotified' }]);
    expect(unknown.mails).toEqual([]);
  });

  it('tell in the log why they failed, with their text and without the password', async () => {
    const { port } = await startMail({});
    const wrong = await notify(settings(port, { password: 'guess-1' }), CERTIFICATE.cert);
    const [line] = wrong.lines;
    expect(line).toMatchObject({
      message: 'AdminNotNotified',
      fields: { text: 'Work goes on by itself.', reason: expect.stringContaining('EAUTH 535') },
    });
    expect(JSON.stringify(wrong.lines)).not.toContain('guess-1');

    const away = await notify(settings(1), CERTIFICATE.cert);
    expect(JSON.stringify(away.lines)).toMatch(/did not take it: E[A-Z]+/);
  });

  it('are chosen by the configuration of one machine', async () => {
    const { port, mails } = await startMail({ authOptional: true });
    const config = loadConfig('scheduler', {
      RTS_MODE: 'sqlite',
      RTS_DATA_DIR: temporaryFolder(),
      RTS_SMTP_URL: `smtp://localhost:${port}`,
      RTS_SMTP_FROM: 'rts@x.example',
      RTS_SMTP_TO: 'admin@x.example, ops@x.example',
    });
    if (config.mode !== 'sqlite') throw new Error('not SQLite');
    const stores = await openStores(config, { telemetry: new RecordingTelemetry() });
    await stores.notifier.notify(freshOrgId(), 'Waits', 'Text');
    await stores.close();
    expect(mails).toMatchObject([{ to: ['admin@x.example', 'ops@x.example'] }]);
  });
});
