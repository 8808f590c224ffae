import { SIGN_IN_LIVES_MS } from '#usecases/begin-sign-in.ts';
import { type AdminSettings, requireGatewayUrl } from './route.ts';

export const CALLBACK_PATH = '/v1/sign-ins/callback';
export const SIGN_IN_COOKIE = 'rts_sign_in';

/** Never from the request's own headers: whoever forges one would have the code sent elsewhere. */
export const publicUrl = (settings: AdminSettings): string =>
  settings.publicUrl ?? requireGatewayUrl(settings);

export const callbackUrl = (settings: AdminSettings): string =>
  `${publicUrl(settings)}${CALLBACK_PATH}`;

/** What binds a sign-in to the browser that began it. */
export function signInCookie(settings: AdminSettings, browserSecret: string): string {
  return cookie(settings, browserSecret, SIGN_IN_LIVES_MS / 1_000);
}

export function spentCookie(settings: AdminSettings): string {
  return cookie(settings, '', 0);
}

/**
 * The name of the page's own cookie. Browsers tell cookies of one machine apart by name only, not by port; over HTTPS the
 * prefix keeps neighbouring hosts from setting it.
 */
export function sessionCookieName(settings: AdminSettings): string {
  const url = settings.publicUrl ?? settings.gatewayUrl;
  if (url === undefined) return 'rts_session';
  const { protocol, port } = new URL(url);
  return protocol === 'https:' ? '__Host-rts_session' : `rts_session_${port}`;
}

/** `Strict`: no link and no form of another site brings it along. */
export function sessionCookie(
  settings: AdminSettings,
  value: string,
  maxAgeSeconds: number,
): string {
  const secure = publicUrl(settings).startsWith('https:') ? '; Secure' : '';
  return `${sessionCookieName(settings)}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}

/** `Lax`: Salesforce sends the browser back by a link, and a form of another site does not get it. */
function cookie(settings: AdminSettings, value: string, maxAgeSeconds: number): string {
  const secure = publicUrl(settings).startsWith('https:') ? '; Secure' : '';
  return `${SIGN_IN_COOKIE}=${value}; Path=/v1/sign-ins; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
}
