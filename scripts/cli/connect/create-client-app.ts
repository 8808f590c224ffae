import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { signingCertificate } from '../../certificates/self-signed.ts';
import { findReceiver, rememberReceiver } from '../known-receivers.ts';
import { clientAppFiles, newConsumerKey } from './client-app.ts';
import { SYNC_USER_SET } from './permission-sets.ts';
import type { Connecting, Step } from './step.ts';

const BASE = 'force-app/main/default';

/**
 * Makes an external client app with a key pair of its own. The key is remembered before the app is deployed: a command
 * that is killed in between goes on with the same one.
 */
export function createClientApp({ org, orgId, facts, url, bench }: Connecting): Step {
  return {
    title:
      'Create an External Client App with a key pair of its own, through which the receiver signs in as the Sync User (JWT bearer; API access only).',
    async isDone() {
      const known = await findReceiver(orgId);
      return known?.url === url && (known.apiKey !== undefined || known.appDeployed === true);
    },
    async run() {
      const before = await findReceiver(orgId);
      const key = before?.url === url ? keptKey(before) : undefined;
      const kept = { url, ...(key ?? newKey()) };
      await rememberReceiver(orgId, kept);
      const app = {
        consumerKey: kept.consumerKey,
        certificate: kept.certificate,
        contactEmail: facts.email,
        permissionSet: SYNC_USER_SET,
      };
      const files = new Map(
        [...clientAppFiles(app)].map(([path, text]) => [`${BASE}/${path}`, text]),
      );
      const target = ['--target-org', org.getUsername() ?? orgId];
      await bench.withProject({ folders: [], files }, (folder) =>
        bench.sf.run(
          [
            ...['project', 'deploy', 'start', '--source-dir', 'force-app', ...target],
            ...['--wait', '20', '--ignore-conflicts', '--test-level', 'NoTestRun'],
          ],
          folder,
        ),
      );
      await rememberReceiver(orgId, { ...kept, appDeployed: true });
    },
  };
}

interface AppKey {
  readonly consumerKey: string;
  readonly certificate: string;
  readonly privateKey: string;
}

function newKey(): AppKey {
  const { cert, key } = signingCertificate('Mixmax Real-Time Sync', Date.now());
  return { consumerKey: newConsumerKey(), certificate: cert, privateKey: key };
}

/** A key that does not fit its certificate any more was half written: another one is made. */
function keptKey({ consumerKey, certificate, privateKey }: Partial<AppKey>): AppKey | undefined {
  if (consumerKey === undefined || certificate === undefined || privateKey === undefined) return;
  const publicKey = createPublicKey(createPrivateKey(privateKey));
  const fits = new X509Certificate(certificate).publicKey.equals(publicKey);
  return fits ? { consumerKey, certificate, privateKey } : undefined;
}
