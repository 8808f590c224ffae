import { type ConformanceCase, expectEqual, expectTrue, type World } from './conformance-case.ts';

/** The name later commands know the org by. */
export const ALIAS = 'practice';

interface Login {
  readonly username: string;
  readonly orgId: string;
}

function expectLogin({ org }: World, result: unknown, wanted: string): void {
  const { username, orgId } = result as Login;
  expectEqual({ username, orgId }, { username: wanted, orgId: org.orgId }, 'login');
}

/** Another user: the CLI keeps one login a user. */
const JWT_USER = 'sam@practice.example';

/** Logging in, and what the CLI asks about an org. */
export const SF_LOGIN_CASES: readonly ConformanceCase[] = [
  {
    name: 'sf org login access-token',
    async run(world) {
      const { sf, org } = world;
      const args = ['org', 'login', 'access-token', '--no-prompt', '--instance-url', org.url];
      const env = { SF_ACCESS_TOKEN: org.accessToken };
      expectLogin(world, await sf.run([...args, '--alias', ALIAS], { env }), org.username);
    },
  },
  {
    name: 'sf org login jwt',
    async run(world) {
      const { sf, org, connectedApp } = world;
      const result = await sf.run([
        ...['org', 'login', 'jwt', '--username', JWT_USER, '--instance-url', org.url],
        ...['--client-id', connectedApp.clientId, '--jwt-key-file', connectedApp.keyFile],
        ...['--alias', 'practice-jwt'],
      ]);
      expectLogin(world, result, JWT_USER);
      const shown = await sf.run(['org', 'display', '--target-org', 'practice-jwt']);
      expectEqual((shown as Connected).connectedStatus, 'Connected', 'status with the JWT login');
    },
  },
  {
    name: 'sf org display',
    async run({ sf, org }) {
      const result = (await sf.run(['org', 'display', '--target-org', ALIAS])) as Connected;
      expectEqual(result.connectedStatus, 'Connected', 'status');
      expectEqual(result.id, org.orgId, 'org');
      expectEqual(result.apiVersion, '66.0', 'API version');
    },
  },
  {
    name: 'sf org list limits',
    async run({ sf, org }) {
      const limits = (await sf.run(['org', 'list', 'limits', '--target-org', ALIAS])) as Limit[];
      const answer = await org.fetch('/services/data/v66.0/limits');
      const inOrg = (await answer.json()) as Record<string, { Max: number }>;
      const api = limits.find(({ name }) => name === 'DailyApiRequests');
      expectEqual(api?.max, inOrg['DailyApiRequests']?.Max, 'DailyApiRequests');
      expectTrue((api?.remaining ?? 0) < (api?.max ?? 0), 'no request was counted');
      expectEqual(limits.length, Object.keys(inOrg).length, 'number of limits');
    },
  },
  {
    name: 'sf sobject describe',
    async run({ sf, org }) {
      const args = ['sobject', 'describe', '--sobject', 'Contact', '--target-org', ALIAS];
      const described = (await sf.run(args)) as Description;
      const answer = await org.fetch('/services/data/v66.0/sobjects/Contact/describe');
      const inOrg = (await answer.json()) as Description;
      expectEqual(names(described), names(inOrg), 'fields');
      expectTrue(names(described).includes('MailingAddress'), 'MailingAddress is missing');
    },
  },
];

interface Connected {
  readonly id: string;
  readonly apiVersion: string;
  readonly connectedStatus: string;
}

interface Limit {
  readonly name: string;
  readonly max: number;
  readonly remaining: number;
}

interface Description {
  readonly fields: readonly { readonly name: string }[];
}

function names({ fields }: Description): readonly string[] {
  return fields.map(({ name }) => name);
}
