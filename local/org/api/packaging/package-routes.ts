import { DeployError } from '../../deploy-error.ts';
import { type ApiCall, param, type Session } from '../api-call.ts';
import { notFound } from '../api-errors.ts';
import { SESSION_LIFETIME_MS } from '../auth/sessions.ts';
import { findActiveUser, textOf } from '../auth/users.ts';
import { type ApiResult, fromUtf8 } from '../http.ts';
import { orgAs } from '../org-as.ts';
import type { ApiHandler, Resource } from '../router.ts';
import { grantToAll } from './grant-to-all.ts';
import * as pages from './package-pages.ts';
import { thirdPartySites } from './package-version.ts';

/**
 * Installing a package as an administrator does, in a browser: the install link, the choice of users, third-party
 * access, Installed Packages and Uninstall. A cookie keeps who is logged in.
 */

const COOKIE = 'sid';

type PageHandler = (call: ApiCall, session: Session) => ApiResult;

/** Only for a logged-in administrator; others log in first, or are told why not. */
function forAdministrators(handler: PageHandler): ApiHandler {
  return (call) => {
    const session = call.org.sessions.find(cookieOf(call) ?? '');
    if (session === undefined) return pages.loginPage(call.org, nextPath(call));
    const { everything } = call.org.access.of(session.userId);
    if (!everything) return pages.refusedPage('Only an administrator installs packages.');
    return handler({ ...call, session, org: orgAs(call.org, session.userId) }, session);
  };
}

function cookieOf({ headers }: ApiCall): string | undefined {
  const cookies = (headers['cookie'] ?? '').split(/;\s*/);
  return cookies.find((one) => one.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

/** A form is not sent again after a login: its page is shown anew. */
function nextPath({ method, path, query }: ApiCall): string {
  return method === 'GET' ? `${path}?${query}` : pages.INSTALLED_PATH;
}

/** `POST /packaging/login?next=`. */
function postLogin(call: ApiCall): ApiResult {
  const next = call.query.get('next') ?? '';
  // Nowhere but to these pages: a link to the login must not lead out of the org.
  const target = /^\/(packaging\/|0A3)/.test(next) ? next : pages.INSTALLED_PATH;
  const user = findActiveUser(call.org.store, formOf(call).get('username') ?? '');
  if (user === undefined) return pages.loginPage(call.org, target);
  const token = call.org.sessions.issue(textOf(user['Id']), SESSION_LIFETIME_MS);
  const secure = call.org.instanceUrl.startsWith('https:') ? '; Secure' : '';
  const cookie = `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Lax${secure}`;
  return { status: 303, headers: { location: target, 'set-cookie': cookie } };
}

function formOf(call: ApiCall): URLSearchParams {
  try {
    return new URLSearchParams(fromUtf8(call.body));
  } catch {
    return new URLSearchParams();
  }
}

/** `GET /packaging/installPackage.apexp?p0=`. */
function getInstall({ org, query }: ApiCall): ApiResult {
  return pages.installPage(org.packages.require(query.get('p0') ?? ''));
}

/** `POST /packaging/installPackage.apexp`: the choice of users, then third-party access where the package wants any. */
function postInstall(call: ApiCall, { userId }: Session): ApiResult {
  const form = formOf(call);
  const { org } = call;
  const version = org.packages.require(form.get('p0') ?? '');
  const audience = form.get('audience') === 'all' ? 'all' : 'admins';
  if (form.get('step') === 'choose' && thirdPartySites(version).length > 0) {
    return pages.thirdPartyPage(version, audience);
  }
  return deploying('Installation Failed', () => {
    org.packages.install(version, { userId, allowThirdParties: form.get('grant') === 'yes' });
    if (audience === 'all') grantToAll(org, version, userId);
    return { status: 303, headers: { location: `/packaging/installComplete?p0=${version.id}` } };
  });
}

/** `GET /packaging/installComplete?p0=`. */
function getComplete({ org, query }: ApiCall): ApiResult {
  const version = org.packages.require(query.get('p0') ?? '');
  const isThere = org.packages.installed.some(({ versionId }) => versionId === version.id);
  if (!isThere) throw notFound();
  return pages.completePage(version);
}

/** `GET /0A3`: Installed Packages. */
function getInstalled({ org }: ApiCall): ApiResult {
  return pages.installedPage(org.packages.installed);
}

/** `GET /0A3/{id}/uninstall`. */
function getUninstall(call: ApiCall): ApiResult {
  const found = call.org.packages.installed.find(({ id }) => id === param(call, 'packageId'));
  if (found === undefined) throw notFound();
  return pages.uninstallPage(found);
}

/** `POST /0A3/{id}/uninstall`. */
function postUninstall(call: ApiCall): ApiResult {
  if (formOf(call).get('sure') !== 'yes') return getUninstall(call);
  return deploying('Uninstall Failed', () => {
    call.org.packages.uninstall(param(call, 'packageId'));
    return { status: 303, headers: { location: pages.INSTALLED_PATH } };
  });
}

function deploying(failure: string, work: () => ApiResult): ApiResult {
  try {
    return work();
  } catch (error) {
    if (error instanceof DeployError) return pages.failedPage(failure, error.problems);
    throw error;
  }
}

function page(pattern: string, handlers: Readonly<Record<string, PageHandler>>): Resource {
  const methods = Object.entries(handlers).map(([method, handler]) => [
    method,
    forAdministrators(handler),
  ]);
  return { pattern, methods: Object.fromEntries(methods), authenticated: false, counted: false };
}

export const PACKAGING_RESOURCES: readonly Resource[] = [
  page(pages.INSTALL_PATH, { GET: getInstall, POST: postInstall }),
  page('/packaging/installComplete', { GET: getComplete }),
  page(pages.INSTALLED_PATH, { GET: getInstalled }),
  page(`${pages.INSTALLED_PATH}/:packageId/uninstall`, { GET: getUninstall, POST: postUninstall }),
  {
    pattern: pages.LOGIN_PATH,
    methods: { POST: postLogin },
    authenticated: false,
    counted: false,
  },
];
