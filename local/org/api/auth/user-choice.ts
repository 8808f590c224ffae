import type { ApiOrg } from '../api-org.ts';
import { escapeHtml } from '../html.ts';

/** One button per active user: a practice org has no passwords, so whoever opens a page picks whom to be. */
export function userButtons(org: ApiOrg): string {
  return [...activeUsers(org)]
    .map(
      ({ username, name }) =>
        `<button name="username" value="${escapeHtml(username)}">${escapeHtml(name)}` +
        ` <small>${escapeHtml(username)}</small></button>`,
    )
    .join('');
}

function* activeUsers(org: ApiOrg): Generator<{ username: string; name: string }> {
  const plan = org.soql.plan(
    "SELECT Username, Name FROM User WHERE IsActive = true AND UserType = 'Standard' ORDER BY Name",
  );
  for (const { values } of org.soql.run(plan, { nowMs: org.scheduler.now(), userId: '' })) {
    yield { username: String(values.get('Username')), name: String(values.get('Name')) };
  }
}
