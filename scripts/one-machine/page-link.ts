import type { LocalFile } from '../demo/local-file.ts';

/**
 * A link that opens the page, once.
 *
 * @throws Error with the receiver's own words when it refuses
 */
export async function makePageLink({
  api,
  orgId,
  apiKey,
}: Pick<LocalFile, 'api' | 'orgId' | 'apiKey'>): Promise<string> {
  const response = await fetch(`${api}/v1/orgs/${orgId}/page-links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ label: 'Link of this machine' }),
  });
  const answer = (await response.json()) as { url?: string; detail?: string };
  if (answer.url !== undefined) return answer.url;
  throw new Error(`No link to the page could be made (${response.status}): ${answer.detail}`);
}
