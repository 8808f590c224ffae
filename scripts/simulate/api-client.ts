import { httpEvent } from './http-event.ts';
import type { SimulatedReceiver } from './receiver.ts';
import { APP, ORG_ID, ORG_URL } from './simulated-org.ts';

/** The receiver's HTTP API as an admin uses it. */
export class ApiClient {
  readonly #receiver: SimulatedReceiver;
  #key = '';

  constructor(receiver: SimulatedReceiver) {
    this.#receiver = receiver;
  }

  /**
   * Connects the org, or connects it again.
   * @param code a one-time set-up code
   * @returns the status
   */
  async connect(code: string): Promise<number> {
    const credentials = { kind: 'client-credentials', ...APP };
    const body = { loginUrl: ORG_URL, credentials };
    const answer = await this.call('POST', '/v1/orgs', body, code);
    if (answer.status === 201) this.#key = String((answer.body as { apiKey: unknown }).apiKey);
    return answer.status;
  }

  /** @param path below `/v1/orgs/{orgId}` */
  ofOrg(method: string, path: string, body?: unknown) {
    return this.call(method, `/v1/orgs/${ORG_ID}${path}`, body, this.#key);
  }

  /** @throws Error when the process died over the request */
  async call(
    method: string,
    path: string,
    body: unknown,
    bearer: string,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    const text = body === undefined ? '' : JSON.stringify(body);
    const event = httpEvent(method, path, headers, text);
    const answer = await this.#receiver.request('admin', event);
    const parsed: unknown = answer.body ? JSON.parse(answer.body) : undefined;
    return { status: answer.statusCode ?? 0, body: parsed };
  }
}
