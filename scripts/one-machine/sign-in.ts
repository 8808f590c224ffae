import { importPKCS8, SignJWT } from 'jose';
import type { MachineIdentity } from './identity-file.ts';

/** A real org refuses assertions that live much longer. */
const LIFETIME_MS = 3 * 60_000;

/**
 * A session of the Sync User on the practice org, by the JWT bearer flow, as any server would get it.
 *
 * @param nowMs the org's clock, ms since the epoch
 * @param audience how the org calls itself
 * @returns an access token `00D…!…`
 */
export async function signIn(
  orgUrl: string,
  identity: MachineIdentity,
  username: string,
  nowMs: number,
  audience = orgUrl,
): Promise<string> {
  const key = await importPKCS8(identity.privateKeyPem, 'RS256');
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(identity.clientId)
    .setSubject(username)
    .setAudience(audience)
    .setExpirationTime(new Date(nowMs + LIFETIME_MS))
    .sign(key);
  const response = await fetch(`${orgUrl}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion,
    }),
  });
  const answer = (await response.json()) as { access_token?: string; error_description?: string };
  if (!answer.access_token) {
    throw new Error(`The practice org refused the Sync User: ${answer.error_description}.`);
  }
  return answer.access_token;
}
