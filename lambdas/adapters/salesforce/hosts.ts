import { AppError } from '#core/errors.ts';

/**
 * Hosts at which Salesforce lets users sign in (R19). An entry is a host name, reached by https; `*.` in front stands
 * for any number of labels. A whole origin (`http://127.0.0.1:8081`) allows exactly that origin: for a practice org.
 */
export const SALESFORCE_LOGIN_HOSTS: readonly string[] = [
  'login.salesforce.com',
  'test.salesforce.com',
  '*.my.salesforce.com',
  '*.my.salesforce.mil',
];

/** Instances may also live on hosts without My Domain, such as `na1.salesforce.com`. */
const SALESFORCE_INSTANCE_HOSTS: readonly string[] = ['*.salesforce.com', '*.salesforce.mil'];

export interface HostRules {
  /** @throws AppError invalid-input for a host that is no login host of Salesforce */
  loginOrigin(url: string): string;
  /** @throws AppError salesforce-refused for a host that is no instance of Salesforce */
  instanceOrigin(url: string): string;
}

/** Keeps credentials and tokens on Salesforce's own hosts. */
export function createHostRules(loginHosts: readonly string[]): HostRules {
  const instanceHosts = [...loginHosts, ...SALESFORCE_INSTANCE_HOSTS];
  return {
    loginOrigin(url) {
      const origin = allowedOrigin(url, loginHosts);
      if (origin !== undefined) return origin;
      throw new AppError(
        'invalid-input',
        'loginUrl: not a login host of Salesforce. Give https://login.salesforce.com, https://test.salesforce.com or your My Domain.',
        { pointer: 'loginUrl' },
      );
    },
    instanceOrigin(url) {
      const origin = allowedOrigin(url, instanceHosts);
      if (origin !== undefined) return origin;
      throw new AppError(
        'salesforce-refused',
        'The sign-in named an instance that is no host of Salesforce; no token is sent there.',
      );
    },
  };
}

function allowedOrigin(url: string, hosts: readonly string[]): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, protocol, hostname, port, username } = new URL(url);
  if (username !== '') return undefined;
  const standardHttps = protocol === 'https:' && port === '';
  const allowed = hosts.some((entry) =>
    entry.includes('://') ? entry === origin : standardHttps && matchesHost(hostname, entry),
  );
  return allowed ? origin : undefined;
}

function matchesHost(hostname: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : hostname === pattern;
}
