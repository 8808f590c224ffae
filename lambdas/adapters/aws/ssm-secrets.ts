import {
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgSecrets, Secrets } from '#ports/secrets.ts';
import { parseSecrets, secretsText } from '../stored-secrets.ts';
import { awsError, errorName } from './aws-error.ts';

/** What a parameter of the advanced tier takes; smaller ones stay in the free tier. */
const SECRETS_MAX_BYTES = 8 * 1_024;

/**
 * Secrets as SecureString parameters, one per org, `<prefix>/<orgId>`. The account's limit is 40 look-ups a second: use
 * it behind a cache.
 */
export class SsmSecrets implements Secrets {
  readonly #client: SSMClient;
  readonly #prefix: string;

  constructor(client: SSMClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  async find(orgId: OrgId): Promise<OrgSecrets | undefined> {
    const command = new GetParameterCommand({ Name: this.#nameOf(orgId), WithDecryption: true });
    const answer = await this.#ifFound('GetParameter', () => this.#client.send(command));
    const stored = answer?.Parameter?.Value;
    return stored === undefined ? undefined : parseSecrets(orgId, stored);
  }

  async put(orgId: OrgId, secrets: OrgSecrets): Promise<void> {
    const Value = secretsText(secrets);
    if (Buffer.byteLength(Value) > SECRETS_MAX_BYTES) {
      const message = `The secrets of ${orgId} are over the ${SECRETS_MAX_BYTES} bytes that a parameter takes: use a shorter private key.`;
      throw new AppError('too-large', message);
    }
    const command = new PutParameterCommand({
      Name: this.#nameOf(orgId),
      Value,
      Type: 'SecureString',
      Tier: 'Intelligent-Tiering',
      Overwrite: true,
    });
    await this.#ifFound('PutParameter', () => this.#client.send(command));
  }

  async delete(orgId: OrgId): Promise<void> {
    const command = new DeleteParameterCommand({ Name: this.#nameOf(orgId) });
    await this.#ifFound('DeleteParameter', () => this.#client.send(command));
  }

  #nameOf(orgId: OrgId): string {
    return `${this.#prefix}/${orgId}`;
  }

  async #ifFound<Answer>(
    operation: string,
    request: () => Promise<Answer>,
  ): Promise<Answer | undefined> {
    try {
      return await request();
    } catch (error) {
      if (errorName(error) === 'ParameterNotFound') return undefined;
      throw awsError(`SSM ${operation} below ${this.#prefix}`, error);
    }
  }
}
