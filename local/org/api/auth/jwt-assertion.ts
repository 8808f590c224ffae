import { createPublicKey, verify } from 'node:crypto';
import { isJsonObject } from '../api-call.ts';
import type { ConnectedApp, ConnectedApps } from './connected-apps.ts';
import { OauthError } from './oauth-error.ts';

export interface JwtRules {
  /** Accepted audiences, without a slash at the end. */
  readonly audiences: readonly string[];
  /**
   * How far ahead `exp` may lie, in seconds; undefined accepts any future time. The command-line client sends
   * milliseconds, which is far ahead.
   */
  readonly longestLifetimeSeconds?: number;
}

export interface JwtClaims {
  readonly app: ConnectedApp;
  readonly username: string;
}

/**
 * Checks a JWT bearer assertion: RS256 by the connected app's key, audience, expiry. Synchronous on purpose, so that
 * a simulation on a virtual clock stays repeatable.
 * @throws OauthError
 */
export function verifyJwtAssertion(
  assertion: string,
  apps: ConnectedApps,
  rules: JwtRules,
  nowMs: number,
): JwtClaims {
  const parts = assertion.split('.');
  const [head, body, signature] = parts;
  if (parts.length !== 3 || head === undefined || body === undefined || signature === undefined) {
    throw new OauthError('invalid_grant', 'invalid assertion');
  }
  const claims = decodePart(body);
  const clientId = textClaim(claims, 'iss');
  const app = apps.find(clientId);
  if (app?.publicKeyPem === undefined) {
    throw new OauthError('invalid_client_id', 'client identifier invalid');
  }
  if (
    decodePart(head)['alg'] !== 'RS256' ||
    !verify(
      'RSA-SHA256',
      Buffer.from(`${head}.${body}`),
      createPublicKey(app.publicKeyPem),
      Buffer.from(signature, 'base64url'),
    )
  ) {
    throw new OauthError('invalid_grant', 'invalid assertion');
  }
  checkAudience(claims, rules);
  checkExpiry(claims, rules, nowMs);
  return { app, username: textClaim(claims, 'sub') };
}

function decodePart(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (isJsonObject(value)) return value;
  } catch {
    // Falls through: not JSON is as wrong as not an object.
  }
  throw new OauthError('invalid_grant', 'invalid assertion');
}

function textClaim(claims: Readonly<Record<string, unknown>>, name: string): string {
  const value = claims[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new OauthError('invalid_grant', `invalid assertion: ${name} is missing`);
}

function checkAudience(claims: Readonly<Record<string, unknown>>, rules: JwtRules): void {
  const given = claims['aud'];
  const audiences = Array.isArray(given) ? given : [given];
  const accepted = audiences.some(
    (one) => typeof one === 'string' && rules.audiences.includes(one.replace(/\/$/, '')),
  );
  if (!accepted) throw new OauthError('invalid_grant', 'audience validation failed');
}

/** Some clients send `exp` as text. */
function checkExpiry(
  claims: Readonly<Record<string, unknown>>,
  rules: JwtRules,
  nowMs: number,
): void {
  const expiresSeconds = Number(claims['exp']);
  const nowSeconds = nowMs / 1000;
  if (!Number.isFinite(expiresSeconds) || expiresSeconds <= nowSeconds) {
    throw new OauthError('invalid_grant', 'expired authorization code');
  }
  const { longestLifetimeSeconds } = rules;
  if (
    longestLifetimeSeconds !== undefined &&
    expiresSeconds > nowSeconds + longestLifetimeSeconds
  ) {
    throw new OauthError('invalid_grant', 'assertion expiry too far in the future');
  }
}
