import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../one-machine/user-error.ts';
import { projectRoot } from '../project-root.ts';
import type { ProjectContent, Workbench } from './workbench.ts';

const SITE = 'force-app/site';
const REMOTE_SITE = `${SITE}/remoteSiteSettings/Mixmax_Gateway.remoteSite-meta.xml`;
const PLACEHOLDER = '<url>https://rts.example</url>';

const HOST = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i;

/**
 * Deploys what differs per installation: the remote site with the gateway's host, and the Sync User's permission to
 * write settings. After the package, because a refusal of one must not undo the other.
 * @param host without scheme, port and path, such as `rts.example.com`
 */
export async function deployGatewaySite(
  { sf, withProject }: Workbench,
  host: string,
  deployOptions: readonly string[],
): Promise<void> {
  await withProject(await siteContent(host), (folder) =>
    sf.run(['project', 'deploy', 'start', '--source-dir', SITE, ...deployOptions], folder),
  );
}

/** @throws UserError for what is no host name */
export function requireHost(text: string): string {
  if (HOST.test(text)) return text.toLowerCase();
  throw new UserError(
    `--gateway-host "${text}" is no host name. Give the name alone, such as rts.example.com: Salesforce calls it by https.`,
  );
}

async function siteContent(host: string): Promise<ProjectContent> {
  const text = await readFile(join(projectRoot, REMOTE_SITE), 'utf8');
  if (!text.includes(PLACEHOLDER)) throw new Error(`${REMOTE_SITE} does not hold ${PLACEHOLDER}`);
  const filled = text.replace(PLACEHOLDER, `<url>https://${requireHost(host)}</url>`);
  return { folders: [SITE], files: new Map([[REMOTE_SITE, filled]]) };
}
