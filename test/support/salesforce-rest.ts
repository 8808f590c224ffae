import type { ServerResponse } from 'node:http';
import type { SalesforceCredentials } from '#ports/secrets.ts';
import { createFetchTransport } from '../../lambdas/adapters/salesforce/fetch-transport.ts';
import { createHostRules } from '../../lambdas/adapters/salesforce/hosts.ts';
import { createRest, type Rest } from '../../lambdas/adapters/salesforce/rest.ts';
import { createSession, type Session } from '../../lambdas/adapters/salesforce/session.ts';
import { ManualClock } from './manual-clock.ts';
import {
  type Answer,
  type ScriptedServer,
  sendJson,
  startScriptedServer,
} from './scripted-server.ts';

const CLIENT: SalesforceCredentials = {
  kind: 'client-credentials',
  clientId: 'client',
  clientSecret: 'secret',
};

export interface RestBench {
  readonly server: ScriptedServer;
  readonly clock: ManualClock;
  readonly session: Session;
  readonly rest: Rest;
  /** How long the client paused before each repeat, ms. */
  readonly pauses: number[];
  readonly rotated: SalesforceCredentials[];
}

/**
 * Session and REST client on real HTTP; the server gives tokens `00D!1`, `00D!2`, … and answers other calls by
 * `answer`. The clock jumps over every pause.
 */
export async function startRestBench(
  answer: Answer,
  options: { credentials?: SalesforceCredentials; token?: Answer; pinnedOrigin?: string } = {},
): Promise<RestBench> {
  let tokens = 0;
  const server = await startScriptedServer((request, response) => {
    response.setHeader('date', 'Sat, 21 Nov 2026 12:00:00 GMT');
    if (request.url !== '/services/oauth2/token') return answer(request, response);
    if (options.token !== undefined) return options.token(request, response);
    tokens += 1;
    sendToken(response, `00D!${tokens}`, `http://${request.headers.host}`);
  });
  const pauses: number[] = [];
  const clock = new ManualClock();
  clock.sleep = async (ms) => {
    pauses.push(ms);
    clock.advance(ms);
  };
  const transport = createFetchTransport();
  const rotated: SalesforceCredentials[] = [];
  const session = createSession({
    transport,
    clock,
    hosts: createHostRules([server.origin]),
    loginUrl: server.origin,
    credentials: options.credentials ?? CLIENT,
    onRotated: async (credentials) => void rotated.push(credentials),
  });
  const random = { uuid: () => 'id', bytes: (n: number) => new Uint8Array(n), fraction: () => 1 };
  const pinnedOrigin = options.pinnedOrigin ?? server.origin;
  const rest = createRest({ transport, session, clock, random, pinnedOrigin });
  return { server, clock, session, rest, pauses, rotated };
}

export function sendToken(
  response: ServerResponse,
  accessToken: string,
  instanceUrl: string,
  more: Record<string, string> = {},
): void {
  const answer = { access_token: accessToken, instance_url: instanceUrl, ...more };
  sendJson(response, 200, { ...answer, token_type: 'Bearer', issued_at: '1' });
}
