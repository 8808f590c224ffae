import { UserError } from '../one-machine/user-error.ts';

/** Where an org's API is, and what opens it. */
export interface OrgApiAccess {
  /** Of the receiver, e.g. `https://rts.example.com`. */
  readonly api: string;
  /** 15 or 18 characters. */
  readonly org: string;
  readonly key: string;
}

/** A request to an org's API; the path goes on after the org. @returns the parsed answer */
export type AskOrg = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>;

/** Anything but a good answer ends in a sentence with the receiver's own words. */
export function orgApi({ api, org, key }: OrgApiAccess): AskOrg {
  return async (method, path, body) => {
    const response = await fetch(`${api.replace(/\/$/, '')}/v1/orgs/${org}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (response.ok) return await response.json();
    const hint = response.status === 401 ? ' Is it a key of this org?' : '';
    throw new UserError(
      `The receiver answered ${response.status}: ${await detailOf(response)}${hint}`,
    );
  };
}

/** @throws UserError with the usage where something is missing */
export function accessOf(
  { api, org }: { readonly api?: string | undefined; readonly org?: string | undefined },
  environment: Readonly<Record<string, string | undefined>>,
  usage: string,
): OrgApiAccess {
  const key = environment['RTS_API_KEY'];
  if (api && org && key) return { api, org, key };
  throw new UserError(`--api, --org and RTS_API_KEY are all needed.\n\n${usage}`);
}

async function detailOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { detail, title } = JSON.parse(text) as { detail?: string; title?: string };
    return detail ?? title ?? '';
  } catch {
    return 'no receiver answers so';
  }
}
