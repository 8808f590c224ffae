import { AppError } from '#core/errors.ts';
import type { Ports } from '#ports/ports.ts';
import { secretHash } from './api-keys.ts';
import {
  type ConnectedOrg,
  type ConnectOrgInput,
  type ConnectOrgPorts,
  connectOrg,
} from './connect-org.ts';

/** @throws AppError unauthorized unless the code is stored; it is used up by the sign-in that succeeds */
export async function requireSetupCode(
  { keys }: Pick<Ports, 'keys'>,
  code: string | undefined,
): Promise<string> {
  const sha256 = secretHash(code ?? '');
  if (code !== undefined && (await keys.knowsSetupCode(sha256))) return sha256;
  throw wrongSetupCode();
}

/**
 * Connects an org by a set-up code. The code is used up before anything is done with it; if connecting fails it is valid
 * again, for the next try.
 */
export async function connectByCode(
  ports: ConnectOrgPorts,
  setupCodeHash: string,
  input: ConnectOrgInput,
): Promise<ConnectedOrg> {
  if (!(await ports.keys.useSetupCode(setupCodeHash))) throw wrongSetupCode();
  try {
    return await connectOrg(ports, input);
  } catch (error) {
    await ports.keys.addSetupCode(setupCodeHash);
    throw error;
  }
}

function wrongSetupCode(): AppError {
  return new AppError(
    'unauthorized',
    'Show the set-up code that deployment printed as "Authorization: Bearer …". It works once.',
  );
}
