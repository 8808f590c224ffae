import type { DeployProblem } from '../../deploy-error.ts';
import type { ApiOrg } from '../api-org.ts';
import { userButtons } from '../auth/user-choice.ts';
import { escapeHtml, htmlPage } from '../html.ts';
import type { ApiResult } from '../http.ts';
import { type PackageVersion, thirdPartySites, versionText } from './package-version.ts';
import type { InstalledPackage } from './packages.ts';

export const INSTALL_PATH = '/packaging/installPackage.apexp';
export const INSTALLED_PATH = '/0A3';
export const LOGIN_PATH = '/packaging/login';

/** @param next where to go then: a path of these pages */
export function loginPage(org: ApiOrg, next: string): ApiResult {
  const action = `${LOGIN_PATH}?${new URLSearchParams({ next })}`;
  return htmlPage(
    'Log in',
    `<form class="choices" method="post" action="${escapeHtml(action)}">${userButtons(org)}</form>`,
  );
}

export function installPage(version: PackageVersion): ApiResult {
  return htmlPage(
    `Install ${version.name}`,
    `<p>Version ${versionText(version.version)}</p>${form('choose', version, '<button>Install</button>')}`,
  );
}

function form(step: string, { id }: PackageVersion, rest: string, audience?: string): string {
  const choices =
    audience === undefined
      ? '<label><input type="radio" name="audience" value="admins" checked> Install for Admins Only</label>' +
        '<label><input type="radio" name="audience" value="all"> Install for All Users</label>'
      : hidden('audience', audience);
  return (
    `<form method="post" action="${INSTALL_PATH}">${hidden('p0', id)}${hidden('step', step)}` +
    `${choices}${rest}</form>`
  );
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
}

/** Not ticking the box installs all the same, with the sites inactive. */
export function thirdPartyPage(version: PackageVersion, audience: string): ApiResult {
  const rows = thirdPartySites(version).map(
    (site) =>
      `<tr><td>${escapeHtml(site)}</td><td>${site.startsWith('https:') ? 'Yes' : 'No'}</td></tr>`,
  );
  const rest =
    '<label><input type="checkbox" name="grant" value="yes"> Yes, grant access to these third-party websites</label>' +
    `<button>Continue</button><a class="button" href="${INSTALL_PATH}?p0=${version.id}">Cancel</a>`;
  return htmlPage(
    'Approve Third-Party Access',
    '<p>This package may send data to or receive data from these websites. Make sure you trust them.</p>' +
      `<table><tr><th>Website</th><th>SSL encrypted</th></tr>${rows.join('')}</table>` +
      form('install', version, rest, audience),
  );
}

export function completePage(version: PackageVersion): ApiResult {
  return htmlPage(
    'Installation Complete!',
    `<p>${escapeHtml(version.name)}</p><p><a class="button" href="${INSTALLED_PATH}">Done</a></p>`,
  );
}

export function failedPage(title: string, problems: readonly DeployProblem[]): ApiResult {
  const lines = problems.map(({ file, message }) => escapeHtml(`${file}: ${message}`));
  return htmlPage(title, `<pre>${lines.join('\n')}</pre>`, 400);
}

export function refusedPage(reason: string): ApiResult {
  const again = `<form method="post" action="${LOGIN_PATH}?next=${encodeURIComponent(INSTALLED_PATH)}"><button>Log in as somebody else</button></form>`;
  return htmlPage('Insufficient Privileges', `<p>${escapeHtml(reason)}</p>${again}`, 403);
}

export function installedPage(packages: readonly InstalledPackage[]): ApiResult {
  const rows = packages.map(
    ({ id, name, version, installedDate }) =>
      `<tr><td><a href="${INSTALLED_PATH}/${id}/uninstall">Uninstall</a></td><td>${escapeHtml(name)}</td>` +
      `<td>${versionText(version)}</td><td>${escapeHtml(installedDate.slice(0, 16).replace('T', ' '))}</td></tr>`,
  );
  const table =
    '<table><tr><th>Action</th><th>Package Name</th><th>Version Number</th><th>Install Date</th></tr>' +
    `${rows.join('')}</table>`;
  return htmlPage('Installed Packages', rows.length === 0 ? '<p>None</p>' : table);
}

export function uninstallPage({ id, name }: InstalledPackage): ApiResult {
  return htmlPage(
    `Uninstall ${name}`,
    `<p>This removes the package's components and all data they hold.</p><form method="post" action="${INSTALLED_PATH}/${id}/uninstall">` +
      '<label><input type="checkbox" name="sure" value="yes" required> Yes, I want to uninstall this package and permanently delete all associated components</label>' +
      '<button>Uninstall</button></form>',
  );
}
