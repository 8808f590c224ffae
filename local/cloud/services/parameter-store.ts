import { type JsonObject, ServiceError, startJsonService } from './json-service.ts';
import type { LoopbackService } from './loopback-service.ts';

const STANDARD_MAX_BYTES = 4_096;
const ADVANCED_MAX_BYTES = 8_192;

interface Parameter {
  readonly value: string;
  readonly type: string;
  readonly tier: string;
}

export interface ParameterStore extends LoopbackService {
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Look-ups so far. */
  readonly reads: () => number;
  /** The error type that every call is answered with from now on; undefined = none. */
  fail(type: string | undefined): void;
}

/** Systems Manager's parameters, as far as secrets need them: SecureStrings are given out only when asked to decrypt. */
export async function startParameterStore(): Promise<ParameterStore> {
  const parameters = new Map<string, Parameter>();
  let failure: string | undefined;
  let reads = 0;

  function meetFailure(): void {
    if (failure !== undefined) throw new ServiceError(failure, 'as told', 400);
  }

  function find(input: JsonObject): [string, Parameter] {
    const name = String(input['Name']);
    const parameter = parameters.get(name);
    if (parameter === undefined) throw new ServiceError('ParameterNotFound', '');
    return [name, parameter];
  }

  const server = await startJsonService({
    GetParameter: (input) => {
      reads += 1;
      meetFailure();
      const [Name, { value, type }] = find(input);
      const clear = type !== 'SecureString' || input['WithDecryption'] === true;
      return { Parameter: { Name, Type: type, Value: clear ? value : 'AQICAHh…' } };
    },
    PutParameter: (input) => {
      meetFailure();
      const name = String(input['Name']);
      const value = String(input['Value']);
      if (!/^(\/[\w.-]+){1,15}$/.test(name)) throw new ServiceError('ValidationException', name);
      if (parameters.has(name) && input['Overwrite'] !== true) {
        throw new ServiceError('ParameterAlreadyExists', name);
      }
      const tier = tierOf(value, input['Tier']);
      parameters.set(name, { value, type: String(input['Type']), tier });
      return { Version: 1, Tier: tier };
    },
    DeleteParameter: (input) => {
      meetFailure();
      const [name] = find(input);
      parameters.delete(name);
      return {};
    },
  });
  return {
    ...server,
    parameters,
    reads: () => reads,
    fail: (type) => {
      failure = type;
    },
  };
}

function tierOf(value: string, asked: unknown): string {
  const bytes = Buffer.byteLength(value);
  const upgrades = asked === 'Intelligent-Tiering' || asked === 'Advanced';
  if (bytes <= STANDARD_MAX_BYTES && asked !== 'Advanced') return 'Standard';
  if (bytes <= ADVANCED_MAX_BYTES && upgrades) return 'Advanced';
  throw new ServiceError('ValidationException', 'Parameter value is too large for its tier.');
}
